"""Records that Phiward has not written: the second stack lets the administrator put evidence, as an operator."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any, Callable

from .second_stack import client, deployed


@dataclass(frozen=True)
class Forged:
    """A record and where it lies."""

    key: str
    body: "dict[str, Any]"


def forged(key: str, change: "Callable[[dict[str, Any]], Any]") -> Forged:
    """A record like that one, but for the change, with a digest that fits, in a place where no chain gets to."""
    s3, bucket = client("s3"), deployed().outputs["EvidenceBucketName"]
    body = json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])
    del body["sha256"]
    change(body)
    bare = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    body["sha256"] = hashlib.sha256(bare).hexdigest()
    place = f"{key.rsplit('/', 1)[0]}/{90_000_000 + secrets.randbelow(9_000_000)}.json"
    s3.put_object(Bucket=bucket, Key=place, Body=json.dumps(body).encode(), IfNoneMatch="*")
    return Forged(place, body)

"""Objects written to log and PHI buckets with another encryption, and what Phiward calls them."""

from __future__ import annotations

import hashlib
import secrets
import time
from contextlib import contextmanager
from typing import Any, Iterator

from .account import surroundings
from .calls import calls_of
from .local import now, saved_event, wait_quiet
from .objects import Stored
from .rules import rules, silenced

DUTY, CONTROL = "object-encryption", "object-encryption.kms-key"
#: S3's own keys, whatever the bucket's default.
WRONG: "dict[str, Any]" = {"ServerSideEncryption": "AES256"}


def resource(stored: Stored) -> str:
    """What Phiward calls that version; the key is not in it."""
    digest = hashlib.sha256(stored.key.encode()).hexdigest()[:32]
    return f"{stored.bucket}/{digest}/{stored.version or 'null'}"


def created(stored: Stored) -> "dict[str, Any]":
    """The event by which S3 tells it."""
    event: "dict[str, Any]" = saved_event("object-encryption/put-object.json")
    event["id"], event["time"] = secrets.token_hex(16), f"{now():%Y-%m-%dT%H:%M:%SZ}"
    event["detail"]["bucket"]["name"] = stored.bucket
    about = event["detail"]["object"]
    about.update({"key": stored.key, "etag": stored.etag, "size": len(stored.body)})
    if stored.version is None:
        del about["version-id"]
    else:
        about["version-id"] = stored.version
    return event


def head(stored: Stored, **more: Any) -> "dict[str, Any]":
    """That version, as the administrator sees it."""
    answer = surroundings().admin.client("s3").head_object(**stored.named, **more)
    answer.pop("ResponseMetadata")
    return answer


def encryption(stored: Stored) -> "tuple[str | None, str | None]":
    """Its algorithm, and the ARN of its key."""
    seen = head(stored)
    return seen.get("ServerSideEncryption"), seen.get("SSEKMSKeyId")


def data_key() -> str:
    """The key that objects of the sets must be encrypted with."""
    return surroundings().outputs["DataKeyArn"]


def new_key(**given: Any) -> str:
    """Another key of the account."""
    return surroundings().admin.client("kms").create_key(**given)["KeyMetadata"]["Arn"]


def reads(since: Any) -> "list[str]":
    """The function's calls since then, without the one question to the ledger with which each process begins."""
    return [each["operation"] for each in calls_of(DUTY, since) if each["operation"] != "Query"]


def keep_no_versions(bucket: str) -> None:
    """As if it never had; `buckets` hears nothing of it."""
    with silenced("buckets"):
        surroundings().admin.client("s3").put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


@contextmanager
def unheard() -> "Iterator[None]":
    """What is written inside is told to nobody."""
    events = surroundings().admin.client("events")
    [rule] = [each.name for each in rules() if each.duty == DUTY and each.pattern
              and each.pattern.get("detail-type") == ["Object Created"]]
    events.disable_rule(Name=rule)
    try:
        yield
        wait_quiet()
    finally:
        events.enable_rule(Name=rule)


def a_whole_second() -> None:
    """S3 keeps times in whole seconds: what is written after this is newer."""
    time.sleep(1.1)

"""Objects of a test's own, and what lies at their keys, as the administrator sees it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional

from botocore.exceptions import ClientError

from .account import surroundings

_GONE = ("404", "NoSuchKey", "NoSuchVersion", "MethodNotAllowed")


@dataclass(frozen=True)
class Stored:
    """One version of one object, with its bytes."""

    bucket: str
    key: str
    version: Optional[str]
    etag: str
    modified: datetime
    body: bytes

    @property
    def named(self) -> "dict[str, str]":
        """As parameters of S3's operations."""
        version = {} if self.version is None else {"VersionId": self.version}
        return {"Bucket": self.bucket, "Key": self.key, **version}

    def is_there(self) -> bool:
        """Whether that version is still in its place, with its own ETag."""
        listed = [each for each in versions(self.bucket, self.key) if each.id == (self.version or "null")]
        return [each.etag for each in listed] == [self.etag]


@dataclass(frozen=True)
class Listed:
    """One entry of a key's history."""

    id: str
    latest: bool
    etag: Optional[str]  # none: a delete marker


def patient_file() -> bytes:
    """Synthetic, unlike any other."""
    return f"name,Medicare Beneficiary Identifier\nAda Example,1EG4-TE5-MK73\n# {secrets.token_hex(8)}\n".encode()


def put(bucket: str, key: str = "referrals/list.csv", body: Optional[bytes] = None, **given: Any) -> Stored:
    """Upload an object."""
    s3, body = surroundings().admin.client("s3"), patient_file() if body is None else body
    answer = s3.put_object(Bucket=bucket, Key=key, Body=body, **given)
    return stored(bucket, key, answer.get("VersionId"), body)


def stored(bucket: str, key: str, version: Optional[str], body: bytes) -> Stored:
    """The version that lies there."""
    wanted = version or "null"
    for each in _pages(bucket, key, "Versions"):
        if each["VersionId"] == wanted:
            return Stored(bucket, key, version, each["ETag"].strip('"'), each["LastModified"], body)
    raise AssertionError(f"{bucket} has no version {wanted} of that key")


def versions(bucket: str, key: str) -> "list[Listed]":
    """A key's history, delete markers with it, the newest first."""
    found = [
        (each["LastModified"], Listed(each["VersionId"], each["IsLatest"], (each.get("ETag") or "").strip('"') or None))
        for each in [*_pages(bucket, key, "Versions"), *_pages(bucket, key, "DeleteMarkers")]]
    return [each for _, each in sorted(found, key=lambda pair: (pair[1].latest, pair[0]), reverse=True)]


def current(bucket: str, key: str) -> Optional[bytes]:
    """What readers of the key get."""
    try:
        return surroundings().admin.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            return None
        raise


def _pages(bucket: str, key: str, what: str) -> "list[dict[str, Any]]":
    pages = surroundings().admin.client("s3").get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    return [each for page in pages for each in page.get(what, []) if each["Key"] == key]

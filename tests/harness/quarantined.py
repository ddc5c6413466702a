"""What the quarantine bucket holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .account import surroundings


@dataclass(frozen=True)
class Copy:
    """One object in quarantine, with its bytes and all that S3 says of it."""

    key: str
    body: bytes
    head: "dict[str, Any]"
    tags: "dict[str, str]"


class Quarantine:
    """The quarantine bucket, and what has come into it since this was made."""

    def __init__(self) -> None:
        self._before = set(self._listed())

    def arrived(self) -> "list[Copy]":
        """Every version that came, in no order; delete markers are none."""
        return [self._read(key, version) for key, version in self._listed() if (key, version) not in self._before]

    def only(self) -> Copy:
        """The one that came."""
        found = self.arrived()
        assert len(found) == 1, f"{len(found)} versions came into quarantine"
        return found[0]

    def _listed(self) -> "list[tuple[str, str]]":
        s3, bucket = surroundings().admin.client("s3"), surroundings().quarantine_bucket
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
        return [(each["Key"], each["VersionId"]) for page in pages for each in page.get("Versions", [])]

    def _read(self, key: str, version: str) -> Copy:
        s3, named = surroundings().admin.client("s3"), {"Bucket": surroundings().quarantine_bucket, "Key": key}
        tags = s3.get_object_tagging(**named, VersionId=version)["TagSet"]
        return Copy(
            key, s3.get_object(**named, VersionId=version)["Body"].read(),
            s3.head_object(**named, VersionId=version, ChecksumMode="ENABLED"),
            {each["Key"]: each["Value"] for each in tags})

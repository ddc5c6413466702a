"""Objects too large for one request, and the parts that may be left over of their copies."""

from __future__ import annotations

from typing import Any

from harness.local import control

from .second_stack import client

#: S3 copies no more than 5 GiB in one request.
TOO_LARGE = 5 * 1024**3 + 1


def pretend(bucket: str, key: str, version: Any) -> None:
    """S3 says that it is so large, and has fewer bytes: no part of it can be copied."""
    control("POST", "s3/pretend-size", {"bucket": bucket, "key": key, "versionId": version, "size": TOO_LARGE})


def uploads(bucket: str) -> "list[dict[str, Any]]":
    """Those that were begun and neither completed nor aborted."""
    return client("s3").list_multipart_uploads(Bucket=bucket).get("Uploads", [])


def abort_uploads(bucket: str) -> None:
    """What another scenario has left."""
    for each in uploads(bucket):
        client("s3").abort_multipart_upload(Bucket=bucket, Key=each["Key"], UploadId=each["UploadId"])

"""S3 asks KMS for every object under SSE-KMS, in the name of the caller.

User guide, "Protecting data with SSE-KMS" (permissions, encryption context: the object's ARN, or the bucket's under
a Bucket Key), "Multipart upload API and permissions" (GenerateDataKey and Decrypt); API reference, `HeadObject`
(Decrypt only to show a checksum) and `CopyObject`.
"""

from __future__ import annotations

from typing import Any, Iterator, Optional

from .kms_use import Refusal, Use, caller_refusal
from .s3_copy import source
from .s3_encryption import BUCKET_KEY, KEY, KMS_ALGORITHMS, SSE

_OTHER_READS = ("uploadId", "annotation", "tagging", "retention", "legal-hold", "acl", "attributes", "torrent")
_OTHER_WRITES = ("annotation", "tagging", "retention", "legal-hold", "acl", "encryption")
_CODES = {"Disabled": "KMS.DisabledException", "InvalidState": "KMS.KMSInvalidStateException",
          "NotFound": "KMS.NotFoundException"}
_BOTH = ("GenerateDataKey", "Decrypt")


def install() -> None:
    """Judge each object request's uses of keys before S3 acts on it."""
    from ministack.services import s3

    dispatch = s3._dispatch

    def dispatch_with_kms(method, bucket, key, headers, body, query_params):
        if key and s3._ensure_bucket(bucket) is not None:
            for use in _uses(s3, method, bucket, key, headers, query_params):
                refusal = caller_refusal(use)
                if refusal:
                    return answer(s3, refusal, bucket, key)
        return dispatch(method, bucket, key, headers, body, query_params)

    s3._dispatch = dispatch_with_kms


def answer(s3: Any, refusal: Refusal, bucket: str, key: str) -> Any:
    """What S3 says when KMS refuses."""
    if refusal.kind == "AccessDenied":
        return s3._error("AccessDenied", refusal.message, 403, f"/{bucket}/{key}")
    return s3._error(_CODES[refusal.kind], refusal.message, 400, f"/{bucket}/{key}")


def _uses(s3: Any, method: str, bucket: str, key: str, headers: dict, query: dict) -> "Iterator[Use]":
    version = s3._qp(query, "versionId", "") or None
    if method in ("GET", "HEAD") and not any(name in query for name in _OTHER_READS):
        record = find(s3, bucket, key, version)
        shows_checksum = (headers.get("x-amz-checksum-mode") or "").upper() == "ENABLED"
        if record and (method == "GET" or (shows_checksum and record.get("checksums"))):
            yield from of_record(record, bucket, key, ("Decrypt",))
    elif method in ("PUT", "POST") and not any(name in query for name in _OTHER_WRITES):
        if headers.get("x-amz-copy-source"):
            copied_bucket, copied_key, copied_version = source(headers)
            copied = find(s3, copied_bucket, copied_key, copied_version)
            yield from of_record(copied, copied_bucket, copied_key, ("Decrypt",)) if copied else ()
        if "uploadId" in query:
            upload = s3._multipart_uploads.get(s3._qp(query, "uploadId"))
            actions = ("Decrypt",) if method == "POST" else _BOTH
            yield from of_record(upload, bucket, key, actions) if upload else ()
        elif method == "PUT" or "uploads" in query:
            kept, refused = s3._resolve_sse_write_headers(headers, bucket)
            actions = _BOTH if "uploads" in query else ("GenerateDataKey",)
            yield from _of_headers(kept, bucket, key, actions) if not refused else ()


def find(s3: Any, bucket: str, key: str, version: Optional[str]) -> Optional[dict]:
    """The record of an object version, of the current one when none is named; delete markers have none."""
    if s3._ensure_bucket(bucket) is None:
        return None
    current = s3._buckets[bucket]["objects"].get(key)
    if version is None or (current is not None and (current.get("version_id") or "null") == version):
        return current
    found = [each for each in s3._object_versions.get((bucket, key), []) if each["version_id"] == version]
    return found[0] if found and not found[0].get("is_delete_marker") else None


def of_record(record: dict, bucket: str, key: str, actions: "tuple[str, ...]") -> "Iterator[Use]":
    """Uses of the key that a version is encrypted with, if it is one of KMS's."""
    yield from _of_headers(record.get("preserved_headers", {}), bucket, key, actions)


def _of_headers(kept: dict, bucket: str, key: str, actions: "tuple[str, ...]") -> "Iterator[Use]":
    if kept.get(SSE) in KMS_ALGORITHMS:
        arn = f"arn:aws:s3:::{bucket}" if kept.get(BUCKET_KEY) == "true" else f"arn:aws:s3:::{bucket}/{key}"
        yield Use(kept[KEY], actions, "s3", {"aws:s3:arn": arn})

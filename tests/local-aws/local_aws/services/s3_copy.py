"""CopyObject: preconditions on the destination, copies onto themselves, the null version, and Object Lock.

API reference, `CopyObject`; user guide, "Prevent object overwrites with conditional writes" and "Object Lock
considerations" (a copy's lock comes from its request or the destination bucket's default, never from the source).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote

from . import s3_writes
from .s3_writes import Write

_CHANGES = ("x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-customer-algorithm")
_ILLEGAL = ("This copy request is illegal because it is trying to copy an object to itself without changing the "
            "object's metadata, storage class, website redirect location or encryption attributes.")


def install() -> None:
    """Judge a copy before ministack does it, and set the lock of what a copy or an upload made."""
    from ministack.services import s3

    copy, copy_part = s3._copy_object, s3._upload_part_copy

    def copy_object(bucket, key, headers):
        headers = _null_version_by_key(s3, headers)
        if s3._ensure_bucket(bucket) is not None:
            refused = s3._check_put_preconditions(headers, s3._buckets[bucket]["objects"].get(key))
            if refused:
                return refused
            if _onto_itself(bucket, key, headers):
                return s3._error("InvalidRequest", _ILLEGAL, 400)
        return copy(bucket, key, headers)

    def upload_part_copy(bucket, key, query_params, headers):
        return copy_part(bucket, key, query_params, _null_version_by_key(s3, headers))

    def lock(write: Write, bucket: str, key: str, record: dict) -> None:
        if write.kind == "multipart":
            s3._apply_object_lock_from_headers(
                bucket, key, write.upload.get("request_headers") or {}, record.get("version_id"))

    def lock_copy(bucket, key, headers):
        response = copy_object(bucket, key, headers)
        if response[0] == 200:
            version = s3._buckets[bucket]["objects"][key].get("version_id")
            for store in (s3._object_retention, s3._object_legal_hold):
                store.pop((bucket, key, version), None)
            s3._apply_object_lock_from_headers(bucket, key, headers, version)
        return response

    s3_writes.AFTER_KEPT.append(lock)
    s3._copy_object, s3._upload_part_copy = lock_copy, upload_part_copy


def source(headers: dict) -> "tuple[str, str, str | None]":
    """Bucket, key and version that `x-amz-copy-source` names."""
    path, _, query = headers.get("x-amz-copy-source", "").lstrip("/").partition("?")
    bucket, _, key = unquote(path).partition("/")
    return bucket, key, parse_qs(query).get("versionId", [None])[0]


def _onto_itself(bucket: str, key: str, headers: dict) -> bool:
    if source(headers) != (bucket, key, None):
        return False
    replaced = headers.get("x-amz-metadata-directive", "COPY").upper() == "REPLACE"
    return not replaced and not any(headers.get(name) for name in _CHANGES)


def _null_version_by_key(s3: Any, headers: dict) -> dict:
    """An object that was never versioned can be named as its version `null`."""
    bucket, key, version = source(headers)
    if version != "null" or s3._ensure_bucket(bucket) is None:
        return headers
    current = s3._buckets[bucket]["objects"].get(key)
    indexed = any(each["version_id"] == "null" for each in s3._object_versions.get((bucket, key), []))
    if current is None or current.get("version_id") or indexed:
        return headers
    return {**headers, "x-amz-copy-source": headers["x-amz-copy-source"].partition("?")[0]}

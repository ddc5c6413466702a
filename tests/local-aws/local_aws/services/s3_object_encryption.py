"""UpdateObjectEncryption: another key for an object version, its data untouched.

API reference, `UpdateObjectEncryption`: only from SSE-S3 or SSE-KMS to SSE-KMS, never for a version under Object
Lock. ministack takes the request for PutObject, which destroys the object.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

from .s3_encryption import BUCKET_KEY, KEY, KMS_ALGORITHMS, SSE


def install() -> None:
    """Answer `PUT ?encryption` of an object, under its own IAM action."""
    from ministack.core import iam_actions
    from ministack.services import s3

    iam_actions._S3_OBJECT_QUERY_ACTIONS["encryption"] = {"PUT": "UpdateObjectEncryption"}
    dispatch = s3._dispatch

    def dispatch_update(method, bucket, key, headers, body, query_params):
        if method == "PUT" and key and "encryption" in query_params:
            return _update(s3, bucket, key, headers, body, query_params)
        return dispatch(method, bucket, key, headers, body, query_params)

    s3._dispatch = dispatch_update


def _update(s3: Any, bucket: str, key: str, headers: dict, body: bytes, query_params: dict) -> Any:
    if s3._ensure_bucket(bucket) is None:
        return s3._no_such_bucket(bucket)
    missing = s3._no_such_version(bucket, key, query_params)
    if missing:
        return missing
    current = s3._buckets[bucket]["objects"].get(key)
    version = s3._qp(query_params, "versionId", "") or (current or {}).get("version_id") or "null"
    records = [each for each in s3._object_versions.get((bucket, key), []) if each["version_id"] == version]
    if current is not None and (current.get("version_id") or "null") == version:
        records.append(current)
    if not records:
        return s3._error("NoSuchKey", "The specified key does not exist.", 404, f"/{bucket}/{key}")
    texts = {each.tag.rsplit("}", 1)[-1]: each.text for each in ElementTree.fromstring(body).iter()}
    if not (texts.get("KMSKeyArn") or "").startswith("arn:"):
        return s3._error("InvalidArgument", "KMSKeyArn must be the ARN of a key.", 400)
    if s3._check_object_lock(bucket, key, {}, None if version == "null" else version):
        return s3._error("AccessDenied", "Access Denied because object protected by object lock.", 403)
    encryption = {SSE: "aws:kms", KEY: texts["KMSKeyArn"]}
    if texts.get("BucketKeyEnabled") == "true":
        encryption[BUCKET_KEY] = "true"
    for record in records:
        kept = record.get("preserved_headers", {})
        if kept.get(SSE, "AES256") not in ("AES256", KMS_ALGORITHMS[0]):
            return s3._error("InvalidRequest", "This encryption type can't be updated.", 400)
        others = {name: value for name, value in kept.items() if name not in s3._SSE_STORED_HEADERS}
        record["preserved_headers"] = {**others, **encryption}
    return 200, {"x-amz-version-id": version} if version != "null" else {}, b""

"""UpdateObjectEncryption: another key for an object version, its data untouched.

API reference, `UpdateObjectEncryption` (its errors and its `InvalidRequest` reasons); user guide, "Updating server-side
encryption for existing data": from SSE-S3 or SSE-KMS to SSE-KMS with a key of the bucket's account, per version, of any
size and storage class, never under Object Lock; it needs s3:PutObject too, and makes no event of S3's. ministack takes
the request for PutObject, which destroys the object.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any, Iterator, Optional

from .kms_s3 import answer, find, of_record
from .kms_use import Use, caller_refusal
from .s3_encryption import BUCKET_KEY, KEY, SSE

_CUSTOMER_ALGORITHM = "x-amz-server-side-encryption-customer-algorithm"
_KEY_ARN = re.compile(r"arn:aws[a-zA-Z0-9-]*:kms:[a-z0-9-]+:(\d{12}):key/[a-zA-Z0-9-]+")
_OF_TARGET = ("Encrypt", "Decrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")
_OF_SOURCE = ("Decrypt", "ReEncryptFrom")


def install() -> None:
    """Answer `PUT ?encryption` of an object, under its own IAM action and PutObject's."""
    from ministack.core import iam_actions
    from ministack.services import s3

    iam_actions._S3_OBJECT_QUERY_ACTIONS["encryption"] = {"PUT": "UpdateObjectEncryption"}
    dispatch, checks_of = s3._dispatch, iam_actions.s3_additional_checks

    def dispatch_update(method, bucket, key, headers, body, query_params):
        if _is_update(method, key, query_params):
            return _update(s3, bucket, key, body, query_params)
        return dispatch(method, bucket, key, headers, body, query_params)

    def s3_additional_checks(method, path, headers, body, query_params):
        checks = list(checks_of(method, path, headers, body, query_params))
        bucket, _, key = path.lstrip("/").partition("/")
        if _is_update(method, key, query_params):
            checks.append(("s3:PutObject", f"arn:aws:s3:::{bucket}/{key}"))
        return checks

    s3._dispatch, iam_actions.s3_additional_checks = dispatch_update, s3_additional_checks


def _is_update(method: str, key: str, query_params: dict) -> bool:
    return method == "PUT" and bool(key) and "encryption" in query_params


def _update(s3: Any, bucket: str, key: str, body: bytes, query_params: dict) -> Any:
    if s3._ensure_bucket(bucket) is None:
        return s3._no_such_bucket(bucket)
    wanted, why = _requested(s3, body)
    if why:
        return s3._error("InvalidRequest", why, 400)
    version = s3._qp(query_params, "versionId", "") or None
    missing = s3._no_such_version(bucket, key, query_params)
    record = find(s3, bucket, key, version)
    if missing or record is None:
        marker = [each for each in s3._object_versions.get((bucket, key), []) if each["version_id"] == version]
        if not missing and marker:
            return s3._delete_marker_read_refused(marker[0])
        return missing or s3._error("NoSuchKey", "The specified key does not exist.", 404, f"/{bucket}/{key}")
    if _KEY_ARN.fullmatch(wanted[KEY]).group(1) != s3._bucket_owner_account(bucket):
        return s3._error("AccessDenied", "The KMS key must be owned by the same account as the bucket.", 403)
    version = record.get("version_id") or "null"
    if s3._check_object_lock(bucket, key, {}, None if version == "null" else version):
        return s3._error("AccessDenied", "Access Denied because object protected by object lock.", 403)
    kept = record.get("preserved_headers", {})
    if kept.get(_CUSTOMER_ALGORITHM) or kept.get(SSE) not in ("AES256", "aws:kms"):
        return s3._error("InvalidRequest", "Only source objects encrypted with SSE-S3 or SSE-KMS are supported.", 400)
    for use in _uses(record, bucket, key, wanted):
        refusal = caller_refusal(use)
        if refusal:
            return answer(s3, refusal, bucket, key)
    for each in _copies_of(s3, record, bucket, key, version):
        others = {name: value for name, value in kept.items() if name not in s3._SSE_STORED_HEADERS}
        each["preserved_headers"] = {**others, **wanted}
    return 200, {"x-amz-version-id": version} if version != "null" else {}, b""


def _requested(s3: Any, body: bytes) -> "tuple[dict[str, str], Optional[str]]":
    """The headers that the object will have, or what is wrong with the request."""
    try:
        texts = {each.tag.rsplit("}", 1)[-1]: each.text or "" for each in ElementTree.fromstring(body).iter()}
    except ElementTree.ParseError:
        texts = {}
    if "SSE-KMS" not in texts:
        return {}, "Requests that modify an object encryption configuration require a valid new encryption type."
    if not _KEY_ARN.fullmatch(texts.get("KMSKeyArn", "")):
        return {}, "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key ARN."
    bucket_key = texts.get("BucketKeyEnabled", "false")
    if bucket_key not in ("true", "false"):
        return {}, "The BucketKeyEnabled value isn't valid. Valid values are true or false."
    with_bucket_key = {BUCKET_KEY: "true"} if bucket_key == "true" else {}
    return {SSE: "aws:kms", KEY: texts["KMSKeyArn"], **with_bucket_key}, None


def _uses(record: dict, bucket: str, key: str, wanted: "dict[str, str]") -> "Iterator[Use]":
    yield from of_record(record, bucket, key, _OF_SOURCE)
    yield from of_record({"preserved_headers": wanted}, bucket, key, _OF_TARGET)


def _copies_of(s3: Any, record: dict, bucket: str, key: str, version: str) -> "Iterator[dict]":
    """A current version stands twice: as the object, and in the key's history."""
    yield record
    current = s3._buckets[bucket]["objects"].get(key)
    history = s3._object_versions.get((bucket, key), [])
    yield from (each for each in [current, *history] if each and each is not record
                and (each.get("version_id") or "null") == version and not each.get("is_delete_marker"))

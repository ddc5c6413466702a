"""Server-side encryption as S3 answers it: always some, KMS keys by ARN, and no MD5 as ETag under SSE-KMS.

User guide, "Setting default server-side encryption behavior" (SSE-S3 at least, since 2023), "Using server-side
encryption with AWS KMS keys" (without a key id the key is `aws/s3`), "Blocking SSE-C"; API reference, "Object"
(an SSE-KMS object's ETag is not the MD5 of its data; a single copy's ETag has no part count).
"""

from __future__ import annotations

import hashlib
import secrets
import xml.etree.ElementTree as ElementTree
from typing import Any, Optional

from . import s3_writes
from .s3_writes import Write

SSE = "x-amz-server-side-encryption"
KEY = "x-amz-server-side-encryption-aws-kms-key-id"
BUCKET_KEY = "x-amz-server-side-encryption-bucket-key-enabled"
_CUSTOMER_KEY = "x-amz-server-side-encryption-customer-algorithm"
KMS_ALGORITHMS = ("aws:kms", "aws:kms:dsse")


def install() -> None:
    """Resolve each write's encryption as S3 does, and give its object the ETag that goes with it."""
    from ministack.services import s3

    resolve, put_encryption = s3._resolve_sse_write_headers, s3._put_bucket_encryption
    s3._SSE_STORED_HEADERS = (*s3._SSE_STORED_HEADERS, BUCKET_KEY)

    def bucket_default_sse_headers(bucket: str) -> dict:
        return default_encryption(s3._bucket_encryption.get(bucket))

    def resolve_sse_write_headers(headers, bucket):
        algorithm = headers.get(SSE, "")
        if headers.get(_CUSTOMER_KEY):
            if "SSE-C" in _texts(s3._bucket_encryption.get(bucket)).get("EncryptionType", []):
                return None, s3._error("AccessDenied", "Access Denied: SSE-C is blocked for this bucket.", 403)
            return resolve(headers, bucket)
        if algorithm not in KMS_ALGORITHMS:
            return resolve(headers, bucket)
        kept = {SSE: algorithm, KEY: key_arn(headers.get(KEY))}
        if headers.get(BUCKET_KEY, "").lower() == "true":
            kept[BUCKET_KEY] = "true"
        return kept, None

    def put_bucket_encryption(bucket, body):
        texts = _texts(body.decode("utf-8", errors="replace"))
        if texts.get("SSEAlgorithm") == ["AES256"] and any(texts.get("KMSMasterKeyID", [])):
            message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"
            return s3._error("InvalidArgument", message, 400)
        return put_encryption(bucket, body)

    s3._bucket_default_sse_headers = bucket_default_sse_headers
    s3._resolve_sse_write_headers = resolve_sse_write_headers
    s3._put_bucket_encryption = put_bucket_encryption
    s3_writes.BEFORE_KEPT.append(_give_etag)


def default_encryption(configuration: Optional[str]) -> "dict[str, str]":
    """The headers of a write that names no encryption, by the bucket's configuration (None: SSE-S3)."""
    texts = _texts(configuration)
    algorithm = texts.get("SSEAlgorithm", ["AES256"])[0]
    if algorithm not in KMS_ALGORITHMS:
        return {SSE: algorithm}
    bucket_key = {BUCKET_KEY: "true"} if texts.get("BucketKeyEnabled") == ["true"] else {}
    return {SSE: algorithm, KEY: key_arn(texts.get("KMSMasterKeyID", [None])[0]), **bucket_key}


def key_arn(named: Optional[str]) -> str:
    """The ARN of a key that was named by id, alias or ARN; S3 keeps a name that it can't resolve as it is."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import kms

    if not named:
        named = _aws_managed_key()
    if ":alias/" not in named and not named.startswith("alias/") and named.startswith("arn:"):
        return named
    record = kms._resolve_key(named)
    if record is not None:
        return record["Arn"]
    return named if named.startswith("arn:") else f"arn:aws:kms:{get_region()}:{get_account_id()}:key/{named}"


def _aws_managed_key() -> str:
    """`aws/s3`, made when it is first needed, as in an AWS account."""
    import json

    from ministack.services import kms

    alias = "alias/aws/s3"
    if kms._resolve_key(alias) is None:
        _, _, body = kms._create_key({"Description": "Default key that protects my S3 objects"})
        kms._create_alias({"AliasName": alias, "TargetKeyId": json.loads(body)["KeyMetadata"]["KeyId"]})
        record = kms._resolve_key(alias)
        if record is not None:
            record["KeyManager"] = "AWS"
    return alias


def _give_etag(write: Write, bucket: str, key: str, record: dict, data: bytes) -> None:
    under_kms = record.get("preserved_headers", {}).get(SSE) in KMS_ALGORITHMS
    if write.kind == "copy":
        record["etag"] = f'"{secrets.token_hex(16) if under_kms else hashlib.md5(data).hexdigest()}"'
        record.pop("parts", None)
    elif under_kms:
        parts = record["etag"].strip('"').partition("-")[1:]
        record["etag"] = f'"{secrets.token_hex(16)}{"".join(parts)}"'


def _texts(document: Optional[str]) -> "dict[str, list[Any]]":
    """Every element's text of a configuration, by local name."""
    found: "dict[str, list[Any]]" = {}
    try:
        root = ElementTree.fromstring(document.encode()) if document else None
    except ElementTree.ParseError:
        root = None
    for element in root.iter() if root is not None else ():
        found.setdefault(element.tag.rsplit("}", 1)[-1], []).append((element.text or "").strip() or None)
    return found

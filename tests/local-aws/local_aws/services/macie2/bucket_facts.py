"""What Macie knows of a bucket and an object when it makes a finding, read from the local S3."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Optional

from ..kms_use import Use, role_refusal
from ..s3_encryption import KEY
from .clock import now

_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_NO_BLOCK = {name[0].lower() + name[1:]: False for name in _BLOCKS}


def bucket(name: str) -> dict:
    """`resourcesAffected.s3Bucket`."""
    from ministack.services import s3

    policy = s3._bucket_policies.get(name)
    public = bool(policy and s3._policy_is_public(policy))
    permissions = {
        "accountLevelPermissions": {"blockPublicAccess": _NO_BLOCK},
        "bucketLevelPermissions": {
            "accessControlList": {"allowsPublicReadAccess": False, "allowsPublicWriteAccess": False},
            "blockPublicAccess": _blocks(s3._buckets[name].get("_public_access_block")),
            "bucketPolicy": {"allowsPublicReadAccess": public, "allowsPublicWriteAccess": False},
        },
    }
    return {
        "arn": f"arn:aws:s3:::{name}",
        "name": name,
        "createdAt": s3._buckets[name]["created"],
        "owner": {"displayName": "local", "id": s3._canonical_owner_id()},
        "tags": _tags(s3._bucket_tags.get(name)),
        "defaultServerSideEncryption": _encryption(s3._bucket_default_sse_headers(name)),
        "publicAccess": {
            "effectivePermission": "PUBLIC" if public else "NOT_PUBLIC", "permissionConfiguration": permissions},
        "allowsUnencryptedObjectUploads": "TRUE",
    }


def current_object(name: str, key: str) -> dict:
    """`resourcesAffected.s3Object` for the current version, in the API's spelling; no version: `""`."""
    from ministack.services import s3

    record = s3._buckets[name]["objects"][key]
    version = record.get("version_id") or ""
    return {
        "bucketArn": f"arn:aws:s3:::{name}",
        "key": key,
        "path": f"{name}/{key}",
        "extension": key.rsplit(".", 1)[1] if "." in key.rsplit("/", 1)[-1] else "",
        "lastModified": record["last_modified"],
        "versionId": version,
        "serverSideEncryption": _encryption(record.get("preserved_headers", {})),
        "size": record["size"],
        "storageClass": record.get("storage_class") or "STANDARD",
        "tags": _tags(s3._object_tags.get((name, key, record.get("version_id")))),
        "publicAccess": False,
        "eTag": record["etag"].strip('"'),
    }


def sample() -> "tuple[dict, dict]":
    """A bucket and an object that exist nowhere, for sample findings."""
    names = {"arn": "arn:aws:s3:::amzn-s3-demo-bucket", "name": "amzn-s3-demo-bucket", "createdAt": now(), "tags": []}
    encryption = _encryption({})
    made_up = {
        "bucketArn": names["arn"], "key": "example/sample.csv", "path": "amzn-s3-demo-bucket/example/sample.csv",
        "extension": "csv", "lastModified": now(), "versionId": "", "serverSideEncryption": encryption, "size": 4750,
        "storageClass": "STANDARD", "tags": [], "publicAccess": False, "eTag": "0" * 32}
    return {**names, "defaultServerSideEncryption": encryption, "allowsUnencryptedObjectUploads": "UNKNOWN"}, made_up


def macie_may_read(name: str, key: str, role_arn: str, region: str) -> bool:
    """Whether Macie's service-linked role gets at an object.

    A Deny in the bucket's policy that doesn't except the role keeps it out, and so does a KMS key whose policy
    doesn't name it (user guide, "Allowing Macie to use a customer managed KMS key").
    """
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.core.responses import get_account_id
    from ministack.services import s3

    tags = s3.object_tags_for_condition(name, key, {})
    context = EvalContext(
        principal_arn=role_arn, principal_type="AssumedRole", principal_account=get_account_id(),
        action="s3:GetObject", resource_arn=f"arn:aws:s3:::{name}/{key}", region=region, secure_transport=True,
        service_context={f"s3:existingobjecttag/{tag}".lower(): value for tag, value in tags.items()})
    policy = s3._bucket_policies.get(name)
    if policy and evaluate_resource_policy(policy, context).decision == "Deny":
        return False
    key_arn = (s3._buckets[name]["objects"][key].get("preserved_headers") or {}).get(KEY)
    return not key_arn or role_refusal(Use(key_arn, ("Decrypt",), "s3"), role_arn) is None


def _blocks(configuration: Optional[str]) -> dict:
    if not configuration:
        return _NO_BLOCK
    text = {each.tag.rsplit("}", 1)[-1]: each.text for each in ElementTree.fromstring(configuration.encode()).iter()}
    return {name[0].lower() + name[1:]: text.get(name) == "true" for name in _BLOCKS}


def _encryption(headers: dict) -> dict:
    algorithm = headers.get("x-amz-server-side-encryption", "AES256")
    key = headers.get("x-amz-server-side-encryption-aws-kms-key-id")
    return {"encryptionType": algorithm, "kmsMasterKeyId": key}


def _tags(tags: Optional[dict]) -> "list[dict]":
    return [{"key": key, "value": value} for key, value in (tags or {}).items()]

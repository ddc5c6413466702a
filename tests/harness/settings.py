"""A bucket's settings, read whole and as they are, for comparison before and after."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from .account import surroundings

ENCRYPTION, BLOCKS, OWNERSHIP, POLICY = "encryption", "blocks", "ownership", "policy"
VERSIONING, LIFECYCLE, NOTIFICATIONS, ACL = "versioning", "lifecycle", "notifications", "acl"

_READS = {
    ENCRYPTION: ("get_bucket_encryption", "ServerSideEncryptionConfiguration"),
    BLOCKS: ("get_public_access_block", "PublicAccessBlockConfiguration"),
    OWNERSHIP: ("get_bucket_ownership_controls", "OwnershipControls"),
    POLICY: ("get_bucket_policy", "Policy"),
    VERSIONING: ("get_bucket_versioning", "Status"),
    LIFECYCLE: ("get_bucket_lifecycle_configuration", "Rules"),
    NOTIFICATIONS: ("get_bucket_notification_configuration", None),
    ACL: ("get_bucket_acl", "Grants"),
}
_ABSENT = {
    "ServerSideEncryptionConfigurationNotFoundError", "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError", "NoSuchBucketPolicy", "NoSuchLifecycleConfiguration",
}


def setting(bucket: str, name: str) -> Any:
    """One setting; None when it is not there."""
    operation, member = _READS[name]
    try:
        answer = getattr(surroundings().admin.client("s3"), operation)(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise
    answer.pop("ResponseMetadata")
    return answer if member is None else answer.get(member)


def settings(bucket: str) -> "dict[str, Any]":
    """All of them."""
    return {name: setting(bucket, name) for name in _READS}


def statements(bucket: str) -> "list[dict[str, Any]]":
    """The bucket policy's statements."""
    found = json.loads(setting(bucket, POLICY) or '{"Statement": []}')["Statement"]
    return found if isinstance(found, list) else [found]


def data_key() -> str:
    """The key that log and PHI buckets must be encrypted with."""
    return surroundings().outputs["DataKeyArn"]


def right(bucket: str) -> "dict[str, Any]":
    """What a bucket of the sets looks like that nobody else has set anything on."""
    return {
        ENCRYPTION: {"Rules": [{
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": data_key()},
            "BucketKeyEnabled": True}]},
        BLOCKS: {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True,
                 "RestrictPublicBuckets": True},
        OWNERSHIP: {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        VERSIONING: "Enabled", NOTIFICATIONS: {"EventBridgeConfiguration": {}},
    }


def tls_only(bucket: str, sid: str = "PhiwardTlsOnly") -> "dict[str, Any]":
    """The statement that Phiward adds."""
    return {
        "Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }

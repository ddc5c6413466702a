"""A bucket's settings, read afresh and told in a few words."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

_EVERYONE = "http://acs.amazonaws.com/groups/"


def encryption(s3: Any, bucket: str) -> "dict[str, Any]":
    """Default encryption."""
    answer = _or_none(s3.get_bucket_encryption, "ServerSideEncryptionConfigurationNotFoundError", Bucket=bucket)
    if answer is None:
        return {"encryption": "none set"}
    rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
    default = rule["ApplyServerSideEncryptionByDefault"]
    return {
        "encryption": default["SSEAlgorithm"],
        "key": default.get("KMSMasterKeyID", "AWS's").rsplit("/", 1)[-1],
        "bucket_key": rule.get("BucketKeyEnabled", False),
    }


def public_access(s3: Any, bucket: str) -> "dict[str, Any]":
    """How many of the four blocks are on."""
    answer = _or_none(s3.get_public_access_block, "NoSuchPublicAccessBlockConfiguration", Bucket=bucket)
    blocks = answer["PublicAccessBlockConfiguration"] if answer else {}
    return {"public_access_blocks": f"{sum(map(bool, blocks.values()))} of 4"}


def acls(s3: Any, bucket: str) -> "dict[str, Any]":
    """Object ownership, and which groups of people the ACL lets in."""
    answer = _or_none(s3.get_bucket_ownership_controls, "OwnershipControlsNotFoundError", Bucket=bucket)
    ownership = answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"] if answer else "none set"
    uris = [each["Grantee"].get("URI", "") for each in s3.get_bucket_acl(Bucket=bucket)["Grants"]]
    groups = sorted({uri.rsplit("/", 1)[-1] for uri in uris if uri.startswith(_EVERYONE)})
    return {"ownership": ownership, "acl_open_to": ", ".join(groups) or "nobody else"}


def _or_none(read: Any, absent: str, **names: str) -> Any:
    try:
        return read(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] == absent:
            return None
        raise

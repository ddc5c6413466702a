"""The bucket and the key of a trail, which CloudTrail tries before it takes them, and whether its files arrive there.

User guide, "Amazon S3 bucket policy for CloudTrail" and "Configure AWS KMS key policies for CloudTrail"; API
reference, the errors of CreateTrail and UpdateTrail, and `LatestDeliveryError` of GetTrailStatus.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional

from .kms_use import Use, service_refusal

SERVICE = "cloudtrail.amazonaws.com"
_CODES = {"NotFound": "KmsKeyNotFoundException", "AccessDenied": "InsufficientEncryptionPolicyException"}


def install() -> None:
    """Judge bucket and key when a trail is made or changed, and when somebody asks how it is doing."""
    from ministack.services import cloudtrail

    create, update, status_of = (cloudtrail._DISPATCH[name] for name in ("CreateTrail", "UpdateTrail", "GetTrailStatus"))

    def create_trail(body: dict) -> Any:
        arn = cloudtrail._trail_arn(str(body.get("Name", "")))
        return _refusal(arn, body, {}) or create(body)

    def update_trail(body: dict) -> Any:
        _, _, trail, error = cloudtrail._find_mutable_trail(str(body.get("Name", "")))
        return error or _refusal(trail["TrailARN"], body, trail) or update(body)

    def get_trail_status(body: dict) -> Any:
        status, headers, answer = status_of(body)
        members = json.loads(answer)
        if status == 200:
            _, _, trail = cloudtrail._find_visible_trail(str(body.get("Name", "")))
            members["LatestDeliveryError"] = delivery_error(trail) if members.get("IsLogging") else ""
        return status, headers, json.dumps(members).encode()

    cloudtrail._DISPATCH.update(CreateTrail=create_trail, UpdateTrail=update_trail, GetTrailStatus=get_trail_status)


def _refusal(arn: str, asked: "Mapping[str, Any]", trail: "Mapping[str, Any]") -> Any:
    """What CloudTrail says no to; None when it takes it."""
    from ministack.services import cloudtrail

    code = _destination_problem(arn, asked, trail) if {"S3BucketName", "S3KeyPrefix"} & asked.keys() or not trail else None
    code = code or (_key_problem(arn, asked["KmsKeyId"]) if asked.get("KmsKeyId") else None)
    return cloudtrail._err(code, f"{arn}: {code}") if code else None


def _destination_problem(arn: str, asked: "Mapping[str, Any]", trail: "Mapping[str, Any]") -> Optional[str]:
    bucket = asked.get("S3BucketName") or trail.get("S3BucketName", "")
    if not bucket:
        return "InvalidS3BucketNameException"
    error = write_error(arn, bucket, asked.get("S3KeyPrefix", trail.get("S3KeyPrefix", "")))
    return {"": None, "NoSuchBucket": "S3BucketDoesNotExistException"}.get(error, "InsufficientS3BucketPolicyException")


def _key_problem(arn: str, key: str) -> Optional[str]:
    from ministack.core.responses import get_region

    if key.startswith("arn:") and key.split(":")[3] != get_region():
        return "KmsKeyNotFoundException"
    # A file's data key is made for the trail; the key is looked at for nobody in particular.
    made = Use(key, ("GenerateDataKey",), "cloudtrail", {"aws:cloudtrail:arn": arn})
    for use in (made, Use(key, ("DescribeKey",), "cloudtrail")):
        refused = service_refusal(use, SERVICE, arn)
        if refused:
            return _CODES.get(refused.kind, "KmsException")
    return None


def delivery_error(trail: "Mapping[str, Any]") -> str:
    """S3's error for the files that the trail delivers now; empty when they arrive."""
    if trail.get("IsOrganizationTrail"):
        return ""
    error = write_error(trail["TrailARN"], trail.get("S3BucketName", ""), trail.get("S3KeyPrefix", ""))
    if error or not trail.get("KmsKeyId"):
        return error
    return "AccessDenied" if _key_problem(trail["TrailARN"], trail["KmsKeyId"]) else ""


def write_error(arn: str, bucket: str, prefix: str) -> str:
    """S3's error when CloudTrail writes a file of the trail; empty when it does not refuse."""
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import s3

    if s3._ensure_bucket(bucket) is None:
        return "NoSuchBucket"
    account = get_account_id()
    source = {"aws:sourcearn": arn, "aws:sourceaccount": account, "aws:principalisawsservice": "true",
              "aws:principalservicename": SERVICE}
    folder = f"{prefix.strip('/')}/" if prefix else ""
    whole = f"arn:aws:s3:::{bucket}"
    file = f"{whole}/{folder}AWSLogs/{account}/CloudTrail/{get_region()}/file"
    for action, resource, more in (("s3:GetBucketAcl", whole, {}),
                                   ("s3:PutObject", file, {"s3:x-amz-acl": "bucket-owner-full-control"})):
        context = EvalContext(
            principal_arn=SERVICE, principal_type="Service", principal_account="", action=action, resource_arn=resource,
            region=get_region(), service_context={**source, **more})
        policy = s3._bucket_policies.get(bucket) or ""
        if evaluate_resource_policy(policy, context, service=SERVICE).decision != "Allow":
            return "AccessDenied"
    return ""

"""Whether invocation logs would arrive: what Bedrock finds when it tries a bucket, or a log group with its role."""

from __future__ import annotations

import json
from typing import Optional

from .kms_use import Use, service_refusal
from .s3_encryption import KEY, default_encryption

SERVICE = "bedrock.amazonaws.com"
_STREAM = "aws/bedrock/modelinvocations"


def bucket_problem(bucket: str, prefix: str) -> Optional[str]:
    """Why Bedrock can't write to the bucket; None when it can."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import s3

    found = s3._ensure_bucket(bucket)
    if found is None:
        return "The bucket does not exist."
    if (found.get("region") or "us-east-1") != get_region():
        return "The bucket is in another Region."
    if not s3._bucket_owner_enforced(found):
        return "The bucket has access control lists enabled."
    folder = f"{prefix}/" if prefix else ""
    folder = f"arn:aws:s3:::{bucket}/{folder}AWSLogs/{get_account_id()}/BedrockModelInvocationLogs"
    check = f"{folder}/amazon-bedrock-logs-permission-check"
    if _decision("s3:PutObject", check, s3._bucket_policies.get(bucket) or "") != "Allow":
        return "The bucket policy does not let Bedrock write."
    key = default_encryption(s3._bucket_encryption.get(bucket)).get(KEY)
    if key:
        used = Use(key, ("GenerateDataKey",), "s3", {"aws:s3:arn": f"arn:aws:s3:::{bucket}"})
        refused = service_refusal(used, SERVICE, source_arn())
        if refused:
            return f"The bucket's key can't be used: {refused.kind}."
    return None


def group_problem(group: str, role_arn: str) -> Optional[str]:
    """Why Bedrock can't write to the log group with the role; None when it can."""
    from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, evaluate
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import cloudwatch_logs, iam

    if group not in cloudwatch_logs._log_groups:
        return "The log group does not exist."
    name = role_arn.rsplit("/", 1)[-1]
    role = iam._roles.get(name)
    if role is None or role["Arn"] != role_arn:
        return "The role does not exist."
    if _decision("sts:AssumeRole", role_arn, role["AssumeRolePolicyDocument"]) != "Allow":
        return "The role does not trust Bedrock."
    stream = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:log-stream:{_STREAM}"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        context = EvalContext(
            principal_arn=role_arn, principal_type="Role", principal_account=get_account_id(), action=action,
            resource_arn=stream, region=get_region())
        if evaluate(context, _gather_role_policies(name, get_account_id())).decision != "Allow":
            return f"The role may not {action}."
    return None


def source_arn() -> str:
    """What Bedrock says that it acts for."""
    from ministack.core.responses import get_account_id, get_region

    return f"arn:aws:bedrock:{get_region()}:{get_account_id()}:model-invocation-logging"


def _decision(action: str, resource: str, policy: object) -> str:
    """What a resource's policy says to Bedrock. A trust policy names no resource: it is about its role."""
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.core.responses import get_account_id, get_region

    document = json.loads(policy) if isinstance(policy, str) and policy else policy
    if action == "sts:AssumeRole" and isinstance(document, dict):
        statements = document.get("Statement", [])
        statements = [statements] if isinstance(statements, dict) else statements
        document = {**document, "Statement": [{**each, "Resource": "*"} for each in statements]}
    context = EvalContext(
        principal_arn=SERVICE, principal_type="Service", principal_account="", action=action, resource_arn=resource,
        region=get_region(), service_context={
            "aws:sourcearn": source_arn(), "aws:sourceaccount": get_account_id(), "aws:principalisawsservice": "true",
            "aws:principalservicename": SERVICE})
    return evaluate_resource_policy(document or None, context, service=SERVICE).decision

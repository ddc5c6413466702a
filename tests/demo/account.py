"""`python -m demo.account`: what an account has before Phiward is deployed. Prints it as one JSON line."""

from __future__ import annotations

import json
from typing import Any

from .principals import administrator

LOG_BUCKETS = ("logs-phiward-demo", "logs-phiward-second")
#: Where invocation logs go, and what of them is too large for the log group.
INVOCATION_BUCKETS = ("logs-phiward-invocations", "logs-phiward-large")
PHI_BUCKETS = ("phi-phiward-demo",)
ORDINARY_BUCKETS = ("intake-phiward-demo",)
ARTIFACT_BUCKET = "sam-artifacts"
KEY_ALIAS = "alias/records"
LOG_GROUP = "/aws/bedrock/phiward-demo"
#: The local AWS has it before the deploy, which names it; the account enforces it.
GUARDRAIL = "phiwarddemo1"
LOG_ROLE = "bedrock-invocation-logs"
PHI_TAG = {"TagSet": [{"Key": "DataClass", "Value": "PHI"}]}

#: What each person of the demo may do.
PEOPLE = {
    "contractor": ["bedrock:*", "bedrock-mantle:*", "s3:*", "logs:*", "events:DisableRule", "events:EnableRule",
                   "config:*", "guardduty:*", "cloudtrail:*", "kms:*", "iam:PassRole"],
    "privacy-officer": ["macie2:*"],
}


def main() -> None:
    """Make buckets, a log group, a key and people, and let invocation logs be delivered; what is there already stays."""
    _buckets(administrator().client("s3"))
    _log_group(administrator().client("logs"))
    _invocation_logs(log_role(administrator().client("iam"), LOG_ROLE, LOG_GROUP))
    people = {name: person(administrator().client("iam"), name, actions) for name, actions in PEOPLE.items()}
    print(json.dumps({
        "log_buckets": LOG_BUCKETS,
        "phi_buckets": PHI_BUCKETS,
        "ordinary_buckets": ORDINARY_BUCKETS,
        "key_arns": [_key(administrator().client("kms"))],
        "people": people,
    }))


def _buckets(s3: Any) -> None:
    for name in LOG_BUCKETS + INVOCATION_BUCKETS + PHI_BUCKETS + ORDINARY_BUCKETS + (ARTIFACT_BUCKET,):
        s3.create_bucket(Bucket=name)
    for name in LOG_BUCKETS + INVOCATION_BUCKETS + PHI_BUCKETS:
        s3.put_bucket_tagging(Bucket=name, Tagging=PHI_TAG)
    # Without it S3 tells of no object, and in mode detect nobody turns it on.
    for name in PHI_BUCKETS:
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}})
    for name in ORDINARY_BUCKETS:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def _log_group(logs: Any) -> None:
    if not logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"]:
        logs.create_log_group(logGroupName=LOG_GROUP)


def log_role(iam: Any, name: str, group: str) -> str:
    """A role with which Bedrock may write invocation logs to the group: its ARN."""
    def policy(**statement: Any) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})

    account = iam.get_user()["User"]["Arn"].split(":")[4]
    trust = policy(Principal={"Service": "bedrock.amazonaws.com"}, Action="sts:AssumeRole",
                   Condition={"StringEquals": {"aws:SourceAccount": account}})
    try:
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    except iam.exceptions.EntityAlreadyExistsException:
        role = iam.get_role(RoleName=name)["Role"]["Arn"]
    stream = f"arn:aws:logs:*:{account}:log-group:{group}:log-stream:aws/bedrock/modelinvocations"
    iam.put_role_policy(RoleName=name, PolicyName="invocation-logs", PolicyDocument=policy(
        Action=["logs:CreateLogStream", "logs:PutLogEvents"], Resource=stream))
    return role


def _invocation_logs(role: str) -> None:
    """Logging as its owner has set it up: into a folder of a bucket and to the log group, with everything delivered."""
    bucket, large = INVOCATION_BUCKETS
    account = role.split(":")[4]
    for name, folder in ((bucket, "bedrock/"), (large, "")):
        statement = {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "s3:PutObject",
                     "Resource": f"arn:aws:s3:::{name}/{folder}AWSLogs/{account}/BedrockModelInvocationLogs/*",
                     "Condition": {"StringEquals": {"aws:SourceAccount": account}}}
        administrator().client("s3").put_bucket_policy(
            Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    kinds = ("text", "image", "embedding", "video", "audio")
    administrator().client("bedrock").put_model_invocation_logging_configuration(loggingConfig={
        "s3Config": {"bucketName": bucket, "keyPrefix": "bedrock"},
        "cloudWatchConfig": {"logGroupName": LOG_GROUP, "roleArn": role, "largeDataDeliveryS3Config": {"bucketName": large}},
        **{f"{kind}DataDeliveryEnabled": True for kind in kinds}})


def _key(kms: Any) -> str:
    """A key of the owner's own, which rotates."""
    arn = kms.create_key(Description="medical records")["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=KEY_ALIAS, TargetKeyId=arn)
    kms.enable_key_rotation(KeyId=arn, RotationPeriodInDays=180)
    return arn


def person(iam: Any, name: str, actions: "list[str]") -> "dict[str, str]":
    """A new IAM user who may do these actions on everything."""
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="work", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"name": name, "arn": arn, "access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}


if __name__ == "__main__":
    main()

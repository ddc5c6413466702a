"""Model-invocation logging: what it must be like, and how it and its destinations are put right behind Phiward's back."""

from __future__ import annotations

import json
from typing import Any

from demo.account import INVOCATION_BUCKETS, LOG_GROUP, LOG_ROLE

from .account import surroundings

DUTY, ID = "invocation-logging", "model-invocation-logging"
ENABLED, DESTINATIONS, DELIVERY = (f"invocation-logging.{rule}" for rule in ("enabled", "destinations", "delivery"))
BUCKET, LARGE = INVOCATION_BUCKETS
ROLE = f"arn:aws:iam::000000000000:role/{LOG_ROLE}"
READS = ["GetModelInvocationLoggingConfiguration"]
#: What is looked at before it is changed.
LOOKS = ["GetBucketPolicy", "GetBucketOwnershipControls", "GetBucketEncryption"] * 2 + [
    "DescribeLogGroups", "GetRole", "DescribeKey", "GetKeyPolicy"]
_SERVICE = {"Service": "bedrock.amazonaws.com"}
_DELIVERIES = tuple(f"{kind}DataDeliveryEnabled" for kind in ("text", "image", "embedding", "video", "audio"))

Configuration = "dict[str, Any]"


def right() -> Configuration:
    """What the deployment and the baseline ask for."""
    group = {"logGroupName": LOG_GROUP, "roleArn": ROLE, "largeDataDeliveryS3Config": {"bucketName": LARGE}}
    return {"s3Config": {"bucketName": BUCKET, "keyPrefix": "bedrock"}, "cloudWatchConfig": group,
            **dict.fromkeys(_DELIVERIES, True)}


def client() -> Any:
    """Bedrock, as the administrator."""
    return surroundings().admin.client("bedrock")


def live() -> "Configuration | None":
    """The configuration; none: logging is off."""
    return client().get_model_invocation_logging_configuration().get("loggingConfig")


def admit(bucket: str, prefix: str = "") -> None:
    """Bedrock, and nobody else, may write invocation logs to the bucket, from anywhere."""
    folder = f"{prefix}/" if prefix else ""
    statement = {
        "Sid": "PhiwardInvocationLogs", "Effect": "Allow", "Principal": _SERVICE, "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/{folder}AWSLogs/000000000000/BedrockModelInvocationLogs/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"},
                      "ArnLike": {"aws:SourceArn": "arn:aws:bedrock:us-east-1:000000000000:*"}}}
    put_policy(bucket, statement)


def put_policy(bucket: str, *statements: "dict[str, Any]") -> None:
    """The bucket's policy: these, and that requests come over TLS."""
    tls = {"Sid": "PhiwardTlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
           "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
           "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [tls, *statements]})
    surroundings().admin.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)


def trust(principal: "dict[str, Any] | None" = None) -> None:
    """Who may take the role: Bedrock, if nobody else is named."""
    statement = {"Effect": "Allow", "Principal": principal or _SERVICE, "Action": "sts:AssumeRole"}
    surroundings().admin.client("iam").update_assume_role_policy(
        RoleName=LOG_ROLE, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def allow(*actions: str) -> None:
    """What the role may do with the log group's stream."""
    stream = f"arn:aws:logs:*:000000000000:log-group:{LOG_GROUP}:log-stream:aws/bedrock/modelinvocations"
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": stream}
    surroundings().admin.client("iam").put_role_policy(
        RoleName=LOG_ROLE, PolicyName="invocation-logs",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def put_right() -> None:
    """As Phiward would have made it."""
    admit(BUCKET, "bedrock")
    admit(LARGE)
    trust()
    allow("logs:CreateLogStream", "logs:PutLogEvents")
    client().put_model_invocation_logging_configuration(loggingConfig=right())


def call(name: str, parameters: "dict[str, Any] | None" = None, service: str = "bedrock") -> "dict[str, Any]":
    """The CloudTrail record of a call, bare: `emit` wraps it."""
    return {
        "eventSource": f"{service}.amazonaws.com", "eventName": name, "requestParameters": parameters,
        "eventType": "AwsApiCall", "readOnly": False, "managementEvent": True, "eventCategory": "Management",
    }

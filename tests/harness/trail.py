"""The trail that the deployment names: what it is like, and how it is put right behind Phiward's back."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import Any, Iterator

from botocore.exceptions import ClientError

from .account import surroundings

DUTY, TRAIL, BUCKET = "audit-trail", "management-events", "aws-cloudtrail-logs-000000000000"
ARN = f"arn:aws:cloudtrail:us-east-1:000000000000:trail/{TRAIL}"
READS = ["DescribeTrails", "GetTrailStatus", "GetEventSelectors"]
DATA_TYPE = "AWS::BedrockMantle::Project"
Selectors = "list[dict[str, Any]]"

MANAGEMENT = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}


def data(resource_type: str, *more: "dict[str, Any]", **named: str) -> "dict[str, Any]":
    """An advanced selector for the data events of a type."""
    fields = [{"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": [resource_type]}]
    return {**named, "FieldSelectors": [*fields, *more]}


#: What Phiward adds for the type that the deployment opts into.
PROJECTS = data(DATA_TYPE, Name=f"Phiward: data events of {DATA_TYPE}")


def client() -> Any:
    """CloudTrail, as the administrator."""
    return surroundings().admin.client("cloudtrail")


def data_key() -> str:
    """The key that the trail must be encrypted with."""
    return surroundings().outputs["DataKeyArn"]


def described() -> "dict[str, Any] | None":
    """The trail's members; none: it is not there."""
    return next((each for each in client().describe_trails()["trailList"] if each["TrailARN"] == ARN), None)


def is_logging() -> bool:
    """Whether it logs."""
    try:
        return client().get_trail_status(Name=ARN)["IsLogging"]
    except ClientError:
        return False


def selectors(kind: str = "AdvancedEventSelectors") -> "Selectors":
    """Those of a kind; the trail has one kind."""
    return client().get_event_selectors(TrailName=ARN).get(kind, [])


def is_right() -> bool:
    """Whether it is as it must be, whatever else its selectors take."""
    seen = described() or {}
    flags = [seen.get(name) for name in ("IsMultiRegionTrail", "IncludeGlobalServiceEvents", "LogFileValidationEnabled")]
    return (flags == [True] * 3 and seen["KmsKeyId"] == data_key() and is_logging()
            and [each["FieldSelectors"] for each in (MANAGEMENT, PROJECTS)]
            == [each["FieldSelectors"] for each in selectors() if each["FieldSelectors"] in (
                MANAGEMENT["FieldSelectors"], PROJECTS["FieldSelectors"])])


def put_right() -> None:
    """As Phiward would have made it, and nothing else on it."""
    flags = {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": True, "EnableLogFileValidation": True,
             "KmsKeyId": data_key()}
    if described() is None:
        client().create_trail(Name=TRAIL, S3BucketName=BUCKET, **flags)
    client().update_trail(Name=TRAIL, S3BucketName=BUCKET, **flags)
    client().put_event_selectors(TrailName=TRAIL, AdvancedEventSelectors=[MANAGEMENT, PROJECTS])
    client().start_logging(Name=TRAIL)


def bucket_policy(bucket: str = BUCKET) -> "dict[str, Any]":
    """What lets CloudTrail write the trail's files."""
    whole, service = f"arn:aws:s3:::{bucket}", {"Service": "cloudtrail.amazonaws.com"}
    of_trail = {"StringEquals": {"aws:SourceArn": ARN}}
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "Acl", "Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": whole,
         "Condition": of_trail},
        {"Sid": "Write", "Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
         "Resource": f"{whole}/AWSLogs/000000000000/*", "Condition": of_trail}]}


def admit(bucket: str = BUCKET) -> None:
    """The bucket takes the trail's files."""
    surroundings().admin.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(bucket_policy(bucket)))


@contextmanager
def others_stopped() -> "Iterator[None]":
    """No trail but this one feeds EventBridge: other tests may have left some that log."""
    named = [each["TrailARN"] for each in client().describe_trails()["trailList"] if each["TrailARN"] != ARN]
    logging = [each for each in named if client().get_trail_status(Name=each)["IsLogging"]]
    for each in logging:
        client().stop_logging(Name=each)
    try:
        yield
    finally:
        for each in logging:
            client().start_logging(Name=each)


def call_on_trail(name: str, trail: str = TRAIL) -> "dict[str, Any]":
    """The CloudTrail record of a call on a trail, bare: `emit` wraps it."""
    member = "trailName" if name == "PutEventSelectors" else "name"
    return {
        "eventSource": "cloudtrail.amazonaws.com", "eventName": name, "requestParameters": {member: trail},
        "eventType": "AwsApiCall", "readOnly": False, "managementEvent": True, "eventCategory": "Management",
    }

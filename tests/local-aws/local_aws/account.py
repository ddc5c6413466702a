"""What an account has before Phiward is deployed: a trail that logs, in all Regions, its detective services, guardrails, and
what makes it ready besides.

Macie is on without any call.
"""

from __future__ import annotations

import json

from . import account_guardrails, account_readiness, environment

TRAIL = "management-events"
RECORDER_ROLE = f"arn:aws:iam::{environment.ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
BUCKET = f"aws-cloudtrail-logs-{environment.ACCOUNT}"


def furnish(endpoint: str) -> None:
    """Make the trail and its bucket by the API, and leave no trace of that in the call log."""
    from botocore.config import Config
    from botocore.session import Session

    from .gateway import CALLS

    session = Session()
    session.set_credentials("test", "test")
    config = Config(s3={"addressing_style": "path"})
    s3, cloudtrail, recorder, guardduty, bedrock = (
        session.create_client(name, region_name=environment.REGION, endpoint_url=endpoint, config=config)
        for name in ("s3", "cloudtrail", "config", "guardduty", "bedrock"))
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(_bucket_policy()))
    cloudtrail.create_trail(Name=TRAIL, S3BucketName=BUCKET, IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name=TRAIL)
    recorder.put_configuration_recorder(ConfigurationRecorder={"roleARN": RECORDER_ROLE})
    recorder.put_delivery_channel(DeliveryChannel={"s3BucketName": BUCKET})
    recorder.start_configuration_recorder(ConfigurationRecorderName="default")
    guardduty.create_detector(Enable=True)
    account_guardrails.furnish(bedrock)
    account_readiness.furnish(bedrock)
    CALLS.clear()


def _bucket_policy() -> dict:
    arn = f"arn:aws:s3:::{BUCKET}"
    trail = f"arn:aws:cloudtrail:{environment.REGION}:{environment.ACCOUNT}:trail/{TRAIL}"
    service = {"Service": "cloudtrail.amazonaws.com"}
    of_trail = {"StringEquals": {"aws:SourceArn": trail}}
    return {"Version": "2012-10-17", "Statement": [
        {"Sid": "Acl", "Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": arn,
         "Condition": of_trail},
        {"Sid": "Write", "Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
         "Resource": f"{arn}/AWSLogs/{environment.ACCOUNT}/*", "Condition": of_trail},
    ]}

"""What stands in a prefix, and in the policies of bucket, role and key, is said nowhere by `invocation-logging`."""

from __future__ import annotations

import json
from typing import Any

from demo.principals import Principal

from harness import Faults, calls_of, invoke, ledger, now, silenced
from harness.invocation_logging import BUCKET, DUTY, ID, LARGE, admit, call, client, put_policy, put_right, right
from harness.planted import Ears, Markers, said


def _planted(marker: Markers) -> None:
    """Markers wherever others may write what they like, and drift beside them."""
    put_right()
    reader = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "s3:GetObject",
              "Resource": f"arn:aws:s3:::{BUCKET}/{marker('folder')}/*", "Sid": marker("sid").replace("-", "")}
    writer = {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "s3:PutObject",
              "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    put_policy(BUCKET, reader, writer)
    admit(LARGE, "*")
    prefix = {"bucketName": BUCKET, "keyPrefix": marker("prefix")}
    large = {**right()["cloudWatchConfig"], "largeDataDeliveryS3Config": {"bucketName": LARGE, "keyPrefix": marker("large")}}
    client().put_model_invocation_logging_configuration(loggingConfig={"s3Config": prefix, "cloudWatchConfig": large})
    admit(LARGE)


def test_nothing_when_any_call_is_refused(admin: Principal, faults: Faults) -> None:
    marker, ears, since = Markers(), Ears(), now()
    record: "dict[str, Any]" = call("PutModelInvocationLoggingConfiguration", {
        "loggingConfig": {"s3Config": {"bucketName": BUCKET, "keyPrefix": marker("parameter")}}})
    envelope = json.dumps({
        "version": "0", "id": "1", "account": "000000000000", "region": "us-east-1", "time": "2026-01-01T00:00:00Z",
        "source": "aws.bedrock", "detail-type": "AWS API Call via CloudTrail", "detail": record}).encode()
    with silenced(DUTY), silenced("buckets"):
        _planted(marker)
        invoke(DUTY, envelope)
        operations = sorted({(each["service"], each["operation"]) for each in calls_of(DUTY, since)})
        for service, operation in operations:
            for error in ("AccessDenied", "ValidationException"):
                faults.add(service, operation, error, 1, message=f"not with {marker('error')}", principal="InvocationLogging")
                ledger.forget_repairs_of(ID)
                _planted(marker)
                invoke(DUTY, envelope)
                faults.clear()
    assert {("bedrock", "PutModelInvocationLoggingConfiguration"), ("s3", "GetBucketPolicy"), ("iam", "GetRole"),
            ("kms", "GetKeyPolicy")} <= set(operations)
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    leaks = {where: found for where, text in {**said(since), "events and notices": json.dumps(heard)}.items()
             if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)

"""What stands in a bucket's policy, tags, lifecycle and notifications is said nowhere by the duty `buckets`."""

from __future__ import annotations

import json
from typing import Any

from demo.principals import Principal
from harness import BucketFactory, Faults, call_on_bucket, calls_of, invoke, now
from harness.patient import planted_policy
from harness.planted import Ears, Markers, said
from harness.rules import silenced


def planted_settings(marker: Markers, s3: Any, bucket: str) -> None:
    """Markers wherever a bucket's owner may write what they like, and drift beside them."""
    planted_policy(marker, bucket)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": marker("tag"), "Value": marker("tag-value")}]})
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [{
        "ID": marker("rule"), "Status": "Enabled", "Filter": {"Prefix": f"patients/{marker('prefix')}/"},
        "Expiration": {"Days": 3}}]})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    s3.delete_bucket_encryption(Bucket=bucket)


def test_nothing_when_any_call_is_refused(buckets: BucketFactory, admin: Principal, faults: Faults) -> None:
    marker, s3, ears = Markers(), admin.client("s3"), Ears()
    bucket, since = buckets.logs(), now()
    event = {**call_on_bucket("DeleteBucketEncryption", bucket), "requestParameters": {
        "bucketName": bucket, "x": marker("parameter")}}
    envelope = json.dumps({
        "version": "0", "id": "1", "account": "000000000000", "region": "us-east-1", "time": "2026-01-01T00:00:00Z",
        "source": "aws.s3", "detail-type": "AWS API Call via CloudTrail", "detail": event}).encode()
    with silenced("buckets"):
        planted_settings(marker, s3, bucket)
        invoke("buckets", envelope)
        operations = sorted({(call["service"], call["operation"]) for call in calls_of("buckets", since)})
        for service, operation in operations:
            message = f"not allowed on arn:aws:s3:::{bucket}/patients/{marker('key')} by {marker('sid')}"
            faults.add(service, operation, "AccessDenied", 1, message=message, principal="Buckets")
            planted_settings(marker, s3, bucket)
            invoke("buckets", envelope)
            faults.clear()
    assert len(operations) > 10
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    leaks = {where: found for where, text in {**said(since), "events and notices": json.dumps(heard)}.items()
             if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)

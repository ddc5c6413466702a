"""What stands in a trail's selectors and tags, and in its bucket's and key's policies, is said nowhere by `audit-trail`."""

from __future__ import annotations

import json
from typing import Any

from demo.principals import Principal

from harness import Faults, calls_of, invoke, ledger, now, silenced
from harness.planted import Ears, Markers, said
from harness.trail import BUCKET, DUTY, TRAIL, admit, bucket_policy, call_on_trail, data, described, put_right


def _planted(marker: Markers, admin: Principal, deleted: bool) -> None:
    """Markers wherever the trail's owner may write what they like, and drift beside them."""
    trails = admin.client("cloudtrail")
    put_right()
    if deleted:
        policy = bucket_policy()
        policy["Statement"].append({
            "Sid": marker("sid"), "Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/{marker('prefix')}/*"})
        admin.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
        trails.delete_trail(Name=TRAIL)
        return
    arns = {"Field": "resources.ARN", "StartsWith": [f"arn:aws:s3:::phi-x/{marker('key')}"]}
    trails.put_event_selectors(
        TrailName=TRAIL, AdvancedEventSelectors=[data("AWS::S3::Object", arns, Name=marker("name"))])
    trails.add_tags(
        ResourceId=(described() or {})["TrailARN"], TagsList=[{"Key": marker("tag"), "Value": marker("tag-value")}])
    trails.update_trail(Name=TRAIL, KmsKeyId="", EnableLogFileValidation=False, IsMultiRegionTrail=False)
    trails.stop_logging(Name=TRAIL)


def test_nothing_when_any_call_is_refused(admin: Principal, faults: Faults) -> None:
    marker, ears, began = Markers(), Ears(), now()
    call: "dict[str, Any]" = call_on_trail("PutEventSelectors")
    call["requestParameters"]["eventSelectors"] = [marker("parameter")]
    envelope = json.dumps({
        "version": "0", "id": "1", "account": "000000000000", "region": "us-east-1", "time": "2026-01-01T00:00:00Z",
        "source": "aws.cloudtrail", "detail-type": "AWS API Call via CloudTrail", "detail": call}).encode()
    seen: "set[tuple[str, str]]" = set()
    with silenced(DUTY):
        for deleted in (False, True):
            since = now()
            _planted(marker, admin, deleted)
            invoke(DUTY, envelope)
            operations = sorted({(each["service"], each["operation"]) for each in calls_of(DUTY, since)})
            seen |= set(operations)
            for service, operation in operations:
                for error in ("AccessDenied", "InvalidEventSelectorsException"):
                    faults.add(service, operation, error, 1, message=f"not with {marker('error')}", principal="AuditTrail")
                    ledger.forget_repairs_of(TRAIL)
                    _planted(marker, admin, deleted)
                    invoke(DUTY, envelope)
                    faults.clear()
        admit()
    assert {("cloudtrail", each) for each in ("PutEventSelectors", "UpdateTrail", "StartLogging", "CreateTrail")} <= seen
    assert {("kms", "GetKeyPolicy"), ("s3", "GetBucketPolicy")} <= seen
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    leaks = {where: found for where, text in {**said(began), "events and notices": json.dumps(heard)}.items()
             if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)

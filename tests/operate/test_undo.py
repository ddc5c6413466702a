"""An undo restores what was before a repair: only under a live exemption, and only if nobody has changed it since."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from demo.principals import Principal

from harness import BucketFactory, await_outcome, emit, ledger, now, wait_quiet, writes_of
from harness.evidence import Record
from harness.operate import exempt, operator, ordered, request
from harness.settings import ENCRYPTION, NOTIFICATIONS, OWNERSHIP, POLICY, VERSIONING, setting, settings

DRIFTS: "dict[str, tuple[str, Callable[[Any, str], Any]]]" = {
    "buckets.kms-encryption": (ENCRYPTION, lambda s3, name: s3.delete_bucket_encryption(Bucket=name)),
    "buckets.versioning": (VERSIONING, lambda s3, name: s3.put_bucket_versioning(
        Bucket=name, VersioningConfiguration={"Status": "Suspended"})),
    "buckets.public-access-block": ("blocks", lambda s3, name: s3.delete_public_access_block(Bucket=name)),
    "buckets.acls-disabled": (OWNERSHIP, lambda s3, name: s3.put_bucket_ownership_controls(
        Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]})),
    "buckets.tls-only": (POLICY, lambda s3, name: s3.delete_bucket_policy(Bucket=name)),
    "buckets.event-notifications": (NOTIFICATIONS, lambda s3, name: s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={})),
}


def _repaired(control: str, bucket: str, drifter: Principal) -> Record:
    since = now()
    DRIFTS[control][1](drifter.client("s3"), bucket)
    record = await_outcome(control, bucket, since)
    wait_quiet()
    return record


@pytest.mark.parametrize("control", DRIFTS)
def test_the_before_state_comes_back_and_nothing_else_changes(
        control: str, buckets: BucketFactory, drifter: Principal) -> None:
    bucket, part = buckets.logs(), DRIFTS[control][0]
    whole = settings(bucket)
    record = _repaired(control, bucket, drifter)
    exempt(control, bucket)
    result = ordered("undo", record.key)
    assert result["done"], result
    after = settings(bucket)
    assert after[part] != whole[part] and {**after, part: None} == {**whole, part: None}
    ended = await_outcome(control, bucket, now().replace(year=2020), "exempt").body
    assert ended["undo_of"] == record.key and ended["event"]["actor"] == operator().arn
    since = now()
    emit({"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy",
          "requestParameters": {"bucketName": bucket}, "eventType": "AwsApiCall"})
    assert writes_of("buckets", since) == [] and setting(bucket, part) == after[part], "it stays"


def test_without_a_live_exemption_it_is_refused(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    record = _repaired("buckets.versioning", bucket, drifter)
    status, answer = request({"action": "undo", "evidence": record.key})
    assert status == 409 and "no live exemption" in answer["error"]

    # An order that was given while an exemption lived, which has ended before the duty looks: it looks again.
    since = now()
    ledger.put("order#buckets", bucket, {
        "action": "undo", "control": "buckets.versioning", "evidence": record.key, "sha256": record.body["sha256"],
        "by": operator().arn, "at": int(since.timestamp() * 1000), "result": None})
    emit(_wake(bucket))
    result = (ledger.item("order#buckets", bucket) or {})["result"]
    assert not result["done"] and "no live exemption" in result["message"]
    assert setting(bucket, VERSIONING) == "Enabled" and writes_of("buckets", since) == []


def test_an_order_for_another_record_than_was_read_is_refused(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    record = _repaired("buckets.versioning", bucket, drifter)
    exempt("buckets.versioning", bucket)
    ledger.put("order#buckets", bucket, {
        "action": "undo", "control": "buckets.versioning", "evidence": record.key, "sha256": "0" * 64,
        "by": operator().arn, "at": 1, "result": None})
    emit(_wake(bucket))
    result = (ledger.item("order#buckets", bucket) or {})["result"]
    assert not result["done"] and "not the one that the order was given for" in result["message"]
    assert setting(bucket, VERSIONING) == "Enabled"


def test_when_somebody_has_changed_it_since_it_is_refused(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, control = buckets.logs(), "buckets.kms-encryption"
    record = _repaired(control, bucket, drifter)
    exempt(control, bucket)
    drifter.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": False}]})
    wait_quiet()
    since, before = now(), setting(bucket, ENCRYPTION)
    result = ordered("undo", record.key)
    assert not result["done"] and "since" in result["message"], result
    assert setting(bucket, ENCRYPTION) == before and writes_of("buckets", since) == []


def test_retention_is_never_switched_on_again(drifter: Principal) -> None:
    since = now()
    drifter.client("bedrock").put_account_data_retention(mode="default")
    record = await_outcome("retention.control-plane", "control-plane", since)
    wait_quiet()
    status, answer = request({"action": "undo", "evidence": record.key})
    assert status == 409 and "never switched on again" in answer["error"]


def test_an_order_that_operate_did_not_give_is_not_obeyed(
        buckets: BucketFactory, drifter: Principal, admin: Principal) -> None:
    bucket = buckets.logs()
    _repaired("buckets.versioning", bucket, drifter)
    since = now()
    emit(_wake(bucket))
    assert writes_of("buckets", since) == [] and setting(bucket, VERSIONING) == "Enabled"


def _wake(bucket: str) -> "dict[str, Any]":
    """What anybody can put on the bus."""
    return {"version": "0", "id": "1", "detail-type": "Wake", "source": "phiward", "account": "000000000000",
            "time": "2026-10-05T10:00:00Z", "region": "us-east-1", "resources": [],
            "detail": {"duty": "buckets", "resource": bucket, "ordered": True}}

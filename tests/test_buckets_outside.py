"""A bucket outside the sets is never written, tagged or not; one that is gone is no error."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from demo.account import PHI_TAG
from demo.principals import Principal
from demo.surroundings import Surroundings

from harness import (
    BucketFactory, Faults, call_on_bucket, calls_of, configured, emit, invoke, now, outcomes, silenced, sweep, wait_quiet,
    writes_of,
)
from harness.settings import settings


def _undo(s3: Any, bucket: str) -> None:
    """Everything that would be drift on a bucket of the sets."""
    s3.delete_bucket_encryption(Bucket=bucket)
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})


@pytest.mark.parametrize("tagged", [True, False])
def test_a_bucket_outside_the_sets_is_never_written(tagged: bool, buckets: BucketFactory, drifter: Principal) -> None:
    bucket, s3 = buckets.ordinary(), drifter.client("s3")
    since = now()
    if tagged:
        s3.put_bucket_tagging(Bucket=bucket, Tagging=PHI_TAG)
    _undo(s3, bucket)
    as_left = settings(bucket)
    wait_quiet()
    sweep("buckets")
    assert settings(bucket) == as_left
    assert [call for call in writes_of("buckets", since) if call[1] == bucket] == []
    read = {call["operation"] for call in calls_of("buckets", since) if call["parameters"].get("Bucket") == bucket}
    assert read == {"GetBucketTagging"}


@pytest.mark.parametrize("name", ["log-almost", "xlogs-a", "my-phi-bucket", "LOGS-A"])
def test_a_name_that_only_resembles_the_sets_is_outside(name: str) -> None:
    since = now()
    answers = [each["response"] for each in emit(call_on_bucket("DeleteBucketEncryption", name))]
    assert answers == [{"checked": 0, "outcomes": [], "ignored": "the bucket is in no set of the deployment"}]
    assert calls_of("buckets", since) == []


def test_phiward_s_own_buckets_are_the_template_s(around: Surroundings) -> None:
    since = now()
    for bucket in (around.evidence_bucket, around.quarantine_bucket):
        answers = [each["response"] for each in emit(call_on_bucket("DeleteBucketPolicy", bucket))]
        assert [each["checked"] for each in answers] == [0]
    assert calls_of("buckets", since) == []


@pytest.mark.parametrize("name", ["logs-never-there", "phi-never-there"])
def test_a_bucket_that_is_gone_is_no_error_and_makes_no_record(name: str) -> None:
    since = now()
    for event in ("DeleteBucketEncryption", "DeleteBucketTagging"):
        answers = emit(call_on_bucket(event, name))
        assert [(each["error"], each["attempts"]) for each in answers] == [(None, 1)]
        assert answers[0]["response"] == {"checked": 1, "outcomes": [], "ignored": None}
    assert writes_of("buckets", since) == []


def test_a_bucket_deleted_while_it_is_repaired_is_reported(
        buckets: BucketFactory, admin: Principal, drifter: Principal, faults: Faults) -> None:
    """The write comes through at the fifth attempt, and meets a bucket that is no more."""
    bucket, s3 = buckets.logs(), admin.client("s3")
    with silenced("buckets"):
        drifter.client("s3").delete_public_access_block(Bucket=bucket)
    faults.add("s3", "PutPublicAccessBlock", "SlowDown", count=4, principal="Buckets")
    since = now()
    emitted: "list[Any]" = []
    running = threading.Thread(target=lambda: emitted.extend(emit(call_on_bucket("DeleteBucketTagging", bucket))))
    running.start()
    while faults.left()[0]["count"] == 4:
        time.sleep(0.01)
    s3.delete_bucket(Bucket=bucket)
    running.join()
    ended = outcomes("buckets.public-access-block", bucket, since)
    assert [each.outcome for each in ended] == ["reported"]
    assert "disappeared" in ended[0].body["person"][0]
    assert emitted[0]["error"] is None


def test_a_bucket_that_another_account_has_taken_gets_nothing(buckets: BucketFactory, drifter: Principal) -> None:
    """S3 refuses a call that names another owner: here Phiward believes to be in account 1111."""
    bucket = buckets.logs()
    drifter.client("s3").delete_public_access_block(Bucket=bucket)
    wait_quiet()
    since = now()
    event = {
        "version": "0", "id": "1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.s3",
        "account": "111122223333", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": [],
        "detail": call_on_bucket("DeleteBucketEncryption", bucket)}
    with configured("buckets", PHIWARD_ACCOUNT_ID="111122223333"):
        answer, failure = invoke("buckets", json.dumps(event).encode())
    assert failure is not None and answer["errorType"] == "ReadError"
    assert "AccessDenied" in answer["errorMessage"]
    assert writes_of("buckets", since) == []

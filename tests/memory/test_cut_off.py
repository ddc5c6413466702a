"""A function that is killed between its intent and its change, or between its change and its outcome."""

from __future__ import annotations

import pytest
from demo.principals import Principal

from harness import BucketFactory, Faults, kill, ledger, now, wait_quiet, writes_of
from harness.evidence import records
from harness.operate import heartbeat
from harness.settings import ENCRYPTION, setting

CONTROL = "buckets.kms-encryption"


@pytest.mark.parametrize("phase, ended", [
    ("before", [("failed", "Interrupted"), ("remediated", None)]), ("after", [("remediated", None)])])
def test_the_next_wake_up_ends_in_a_true_record(
        phase: str, ended: "list[tuple[str, str | None]]", buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    kill(function="buckets", service="s3", operation="PutBucketEncryption", phase=phase, count=1)
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    wait_quiet()
    made = [each.body for each in records(CONTROL, since) if each.body["resource"]["id"] == bucket]
    outcomes = [(each["outcome"], (each["error"] or {}).get("code")) for each in made if each["kind"] == "outcome"]
    assert outcomes == ended
    assert [each["kind"] for each in made] == ["intent", "outcome"] * len(ended)
    assert made[1]["recovered"] and made[1]["intent_id"] == made[0]["record_id"]
    assert [each["chain"]["previous"] for each in made[1:]] == [each["sha256"] for each in made[:-1]]
    assert setting(bucket, ENCRYPTION)["Rules"][0]["BucketKeyEnabled"]
    assert not [each for each in ledger.items("run#") if each[1] == bucket]


def test_a_run_that_died_for_good_is_finished_by_the_heartbeat(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    kill(function="buckets", service="s3", operation="PutBucketEncryption", phase="after", count=3)
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    wait_quiet()
    # The last attempt's process has died too, and its lease ends with its invocation.
    for partition, sort, run in ledger.items("run#"):
        ledger.put(partition, sort, {**run, "until": 1})
    heartbeat()
    wait_quiet()
    made = [each.body for each in records(CONTROL, since) if each.body["resource"]["id"] == bucket]
    assert [each["kind"] for each in made][-1] == "outcome" and made[-1]["outcome"] == "remediated"
    assert not [each for each in ledger.items("run#") if each[1] == bucket]


def test_an_evidence_bucket_that_fails_keeps_everything_as_it_is(
        buckets: BucketFactory, drifter: Principal, faults: Faults) -> None:
    bucket, since = buckets.logs(), now()
    faults.add("s3", "PutObject", "AccessDenied", principal="Buckets")
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    wait_quiet()
    assert writes_of("buckets", since) == []
    assert setting(bucket, ENCRYPTION)["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"

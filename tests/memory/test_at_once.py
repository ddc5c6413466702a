"""Many events at once, and a ledger that can't be read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from demo.principals import Principal

from harness import (
    BucketFactory, Faults, call_on_bucket, emit, invocations, ledger, now, silenced, wait_quiet, writes_of,
)
from harness.alarms import a_minute_a_second, alarm
from harness.evidence import records
from harness.operate import operate
from harness.planted import dead_letters

CONTROL = "buckets.kms-encryption"


def test_twenty_identical_events_make_one_repair_one_intent_and_one_outcome(
        buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    with silenced("buckets"):
        drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
        wait_quiet()
    since, event = now(), call_on_bucket("DeleteBucketEncryption", bucket)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: emit(event), range(20)))
    wait_quiet()
    assert [each["error"] for each in invocations(since) if each["error"]] == []
    assert writes_of("buckets", since) == [("PutBucketEncryption", bucket)]
    made = [each for each in records(CONTROL, since) if each.body["resource"]["id"] == bucket]
    assert [each.body["kind"] for each in made] == ["intent", "outcome"]
    assert made[1].outcome == "remediated" and made[1].body["chain"]["previous"] == made[0].body["sha256"]
    assert not [each for each in ledger.items("run#") if each[1] == bucket]


def test_a_ledger_that_fails_changes_nothing_and_ends_in_the_dead_letter_queue_with_an_alarm(
        buckets: BucketFactory, drifter: Principal, faults: Faults) -> None:
    bucket, since = buckets.logs(), now()
    dead_letters()
    with a_minute_a_second():
        faults.add("dynamodb", "TransactWriteItems", "InternalServerError", principal="Buckets")
        drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
        wait_quiet(240)
        assert writes_of("buckets", since) == []
        failed = [each["error"]["type"] for each in invocations(since) if each["error"]]
        assert failed == ["LedgerError"] * 3
        assert alarm("DeadLetterAlarm", "ALARM") and alarm("FunctionErrorsAlarm", "ALARM")
        faults.clear()
        letters = dead_letters()
        assert len(letters) == 1
        assert alarm("DeadLetterAlarm", "OK")
    emit(letters[0]["body"]["requestPayload"])
    assert writes_of("buckets", since) == [("PutBucketEncryption", bucket)], "the replayed event repairs it"
    assert bucket not in {each["resource"] for each in operate("show")["runs"]}

"""What is compliant costs the one read that the duty's `lib.rs` lists, and no write; however often it is looked at."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from demo.principals import Principal

from harness import await_outcome, calls_of, configured, emit, now, outcomes, silenced, sweep, wait_quiet, writes_of
from harness.invocation_logging import BUCKET, DUTY, ENABLED, ID, LOOKS, READS, call, live, right

PUT = "PutModelInvocationLoggingConfiguration"
NAMED = ("LOG_BUCKET", "LOG_PREFIX", "LOG_GROUP", "LOG_ROLE_ARN", "LARGE_DATA_BUCKET", "LARGE_DATA_PREFIX")


def _operations(since: datetime) -> "Counter[str]":
    """Without the one question to the ledger with which each process begins: was an earlier run cut off?"""
    return Counter(call["operation"] for call in calls_of(DUTY, since) if call["operation"] != "Query")


def test_what_is_right_costs_one_read() -> None:
    for event in (call(PUT), call("DeleteModelInvocationLoggingConfiguration"),
                  call("PutBucketPolicy", {"bucketName": BUCKET}, "s3")):
        since = now()
        answers = [each["response"] for each in emit(event) if each["function"] == DUTY]
        assert answers == [{"checked": 1, "outcomes": [], "ignored": None}]
        assert _operations(since) == Counter(READS)


def test_a_call_on_another_bucket_starts_nothing() -> None:
    answers = emit(call("PutBucketPolicy", {"bucketName": f"{BUCKET}-2"}, "s3"))
    assert [each["function"] for each in answers] == ["buckets"]


def test_a_repair_s_own_event_costs_reads_only(drifter: Principal) -> None:
    since = now()
    drifter.client("bedrock").delete_model_invocation_logging_configuration()
    await_outcome(ENABLED, ID, since)
    wait_quiet()
    assert [name for name, _ in writes_of(DUTY, since)] == [PUT]
    assert len(outcomes(ENABLED, ID, since)) == 1
    # The drift's event: read before and under the lease, each time with what the change depends on, read right before the
    # write and read back; then the event of the repair itself, read once.
    bedrock = Counter(each["operation"] for each in calls_of(DUTY, since) if each["service"] == "bedrock")
    assert bedrock == Counter(READS * 5 + [PUT])
    looks = Counter(each["operation"] for each in calls_of(DUTY, since) if each["operation"] in set(LOOKS))
    assert looks == Counter(LOOKS * 2)


def test_twenty_identical_events_cost_reads_only() -> None:
    since = now()
    for _ in range(20):
        emit("invocation-logging/delete-model-invocation-logging-configuration.json")
    assert _operations(since) == Counter(READS * 20)


def test_identical_events_at_once_repair_once(drifter: Principal) -> None:
    with silenced(DUTY):
        drifter.client("bedrock").delete_model_invocation_logging_configuration()
    since = now()
    with ThreadPoolExecutor(20) as pool:
        events = [call("DeleteModelInvocationLoggingConfiguration")] * 20
        answers = [each for found in pool.map(emit, events) for each in found]
    assert [each["error"] for each in answers if each["error"]] == []
    assert live() == right() and [name for name, _ in writes_of(DUTY, since)] == [PUT]


def test_a_sweep_of_what_is_right_writes_nothing() -> None:
    sweep(DUTY)
    since = now()
    assert sweep(DUTY)["outcomes"] == []
    assert _operations(since) == Counter(READS)


def test_without_a_destination_nothing_is_looked_after(drifter: Principal) -> None:
    with silenced(DUTY):
        drifter.client("bedrock").delete_model_invocation_logging_configuration()
        with configured(DUTY, **{f"PHIWARD_INVOCATION_{name}": "" for name in NAMED}):
            since = now()
            answer = sweep(DUTY)
    assert (answer["checked"], answer["outcomes"], _operations(since)) == (0, [], Counter())
    assert live() is None

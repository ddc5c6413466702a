"""A compliant trail costs the three reads that the duty's `lib.rs` lists, and no write; however often it is looked at."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from demo.principals import Principal

from harness import await_outcome, calls_of, emit, now, outcomes, silenced, sweep, wait_quiet, writes_of
from harness.trail import ARN, DUTY, READS, TRAIL, call_on_trail, is_right


def _operations(since: datetime) -> "Counter[str]":
    """Without the one question to the ledger with which each process begins: was an earlier run cut off?"""
    return Counter(call["operation"] for call in calls_of(DUTY, since) if call["operation"] != "Query")


def test_a_compliant_trail_costs_three_reads() -> None:
    for named in (TRAIL, ARN):
        since = now()
        answers = emit(call_on_trail("UpdateTrail", named))
        assert [each["response"] for each in answers] == [{"checked": 1, "outcomes": [], "ignored": None}]
        assert _operations(since) == Counter(READS)


def test_a_call_on_another_trail_costs_nothing() -> None:
    since = now()
    [answer] = [each["response"] for each in emit(call_on_trail("StopLogging", "another-trail"))]
    assert answer["checked"] == 0 and "another trail" in answer["ignored"]
    assert _operations(since) == Counter()


def test_a_repair_s_own_event_costs_reads_only(drifter: Principal) -> None:
    since = now()
    drifter.client("cloudtrail").update_trail(Name=TRAIL, EnableLogFileValidation=False)
    await_outcome("audit-trail.file-validation", TRAIL, since)
    wait_quiet()
    assert [name for name, _ in writes_of(DUTY, since)] == ["UpdateTrail"]
    assert len(outcomes("audit-trail.file-validation", TRAIL, since)) == 1
    # The drift's event: read before and under the lease, and read back; then the event of the repair itself, read once.
    assert _operations(since) - Counter(READS * 4) == Counter(["UpdateTrail", *_machinery(since)])


def _machinery(since: datetime) -> "list[str]":
    """What the way through asks of ledger, evidence and bus."""
    ours = {"dynamodb", "s3", "events", "kms"}
    return [call["operation"] for call in calls_of(DUTY, since)
            if call["service"] in ours and call["operation"] != "Query"]


def test_twenty_identical_events_cost_reads_only() -> None:
    since = now()
    for _ in range(20):
        emit("audit-trail/stop-logging.json")
    assert _operations(since) == Counter(READS * 20)


def test_identical_events_at_once_repair_once(drifter: Principal) -> None:
    with silenced(DUTY):
        drifter.client("cloudtrail").update_trail(Name=TRAIL, EnableLogFileValidation=False)
    since = now()
    with ThreadPoolExecutor(20) as pool:
        answers = [each for found in pool.map(emit, [call_on_trail("UpdateTrail")] * 20) for each in found]
    assert [each["error"] for each in answers if each["error"]] == []
    assert is_right() and [name for name, _ in writes_of(DUTY, since)] == ["UpdateTrail"]


def test_a_sweep_of_what_is_right_writes_nothing() -> None:
    sweep(DUTY)
    since = now()
    assert sweep(DUTY)["outcomes"] == []
    assert _operations(since) == Counter(READS)

"""A compliant log group costs the two reads that the duty's `lib.rs` lists, and no write; however often it is looked at."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from demo.principals import Principal

from harness import await_outcome, calls_of, emit, now, outcomes, silenced, sweep, wait_quiet, writes_of
from harness.log_groups import DUTY, READS, call_on_group, is_right, new_group, resource


def _operations(since: datetime) -> "Counter[str]":
    """Without the one question to the ledger with which each process begins: was an earlier run cut off?"""
    return Counter(call["operation"] for call in calls_of(DUTY, since) if call["operation"] != "Query")


def test_a_compliant_group_costs_two_reads_of_it_alone() -> None:
    group = new_group()
    since = now()
    answers = emit(call_on_group("PutRetentionPolicy", group))
    assert [each["response"] for each in answers] == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert _operations(since) == Counter(READS)
    [described] = [each for each in calls_of(DUTY, since) if each["operation"] == "DescribeLogGroups"]
    assert described["parameters"] == {"logGroupNamePrefix": group, "limit": 1}


def test_a_repair_s_own_event_costs_reads_only(drifter: Principal) -> None:
    group = new_group()
    since = now()
    drifter.client("logs").delete_data_protection_policy(logGroupIdentifier=group)
    await_outcome("log-groups.data-protection", resource(group), since)
    wait_quiet()
    assert writes_of(DUTY, since) == [("PutDataProtectionPolicy", group)]
    assert len(outcomes("log-groups.data-protection", resource(group), since)) == 1
    # The drift's event: read before and under the lease, once more before the write, and read back; then the event of the
    # repair itself, read once.
    assert (_operations(since)["GetDataProtectionPolicy"], _operations(since)["DescribeLogGroups"]) == (5, 4)


def test_twenty_identical_events_cost_reads_only() -> None:
    group, times = new_group(), 20
    since = now()
    for _ in range(times):
        emit(call_on_group("DisassociateKmsKey", group))
    assert _operations(since) == Counter(READS * times)


def test_identical_events_at_once_repair_once(drifter: Principal) -> None:
    group = new_group()
    with silenced(DUTY):
        drifter.client("logs").delete_data_protection_policy(logGroupIdentifier=group)
    since = now()
    with ThreadPoolExecutor(20) as pool:
        events = [call_on_group("DeleteDataProtectionPolicy", group, "logGroupIdentifier")] * 20
        answers = [each for found in pool.map(emit, events) for each in found]
    assert [each["error"] for each in answers if each["error"]] == []
    assert is_right(group) and writes_of(DUTY, since) == [("PutDataProtectionPolicy", group)]


def test_a_sweep_of_what_is_right_writes_nothing_and_lists_only_what_its_globs_begin_with() -> None:
    new_group()
    sweep(DUTY)
    since = now()
    sweep(DUTY)
    assert writes_of(DUTY, since) == []
    listed = [each["parameters"] for each in calls_of(DUTY, since)
              if each["operation"] == "DescribeLogGroups" and "limit" not in each["parameters"]]
    assert listed == [{"logGroupNamePrefix": "/aws/bedrock/of-tests-"}]

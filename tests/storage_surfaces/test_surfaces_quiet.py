"""What is compliant costs the one read that the duty's `lib.rs` lists, and no write; however often it is looked at."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from demo.principals import Principal

from harness import calls_of, emit, now, outcomes, silenced, wait_quiet, writes_of
from harness.evidence import records
from harness.surfaces import DUTY, KINDS, call_on, control, data_key, key_of, made

_BY_EVENT = [kind for kind in KINDS if kind != "imported-model"]


def _operations(since: datetime) -> "Counter[str]":
    """Without the one question to the ledger with which each process begins: was an earlier run cut off?"""
    return Counter(call["operation"] for call in calls_of(DUTY, since) if call["operation"] != "Query")


@pytest.mark.parametrize("kind", _BY_EVENT)
def test_a_compliant_resource_costs_one_read(kind: str, drifter: Principal) -> None:
    with silenced(DUTY):
        resource = made(kind, drifter, data_key())
    since = now()
    answers = [each["response"] for each in emit(call_on(resource)) if each["function"] == DUTY]
    assert answers == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert _operations(since) == Counter([KINDS[kind][1]])
    assert writes_of(DUTY, since) == [] and records(control(kind), since) == []


def test_twenty_identical_events_cost_reads_only(drifter: Principal) -> None:
    with silenced(DUTY):
        agent = made("agent", drifter, data_key())
    since = now()
    for _ in range(20):
        emit(call_on(agent))
    assert _operations(since) == Counter(["GetAgent"] * 20)


def test_identical_events_at_once_repair_once(drifter: Principal) -> None:
    with silenced(DUTY):
        flow = made("flow", drifter)
    since = now()
    with ThreadPoolExecutor(20) as pool:
        answers = [each for found in pool.map(emit, [call_on(flow)] * 20) for each in found]
    assert [each["error"] for each in answers if each["error"]] == []
    assert key_of(flow) == data_key() and [operation for operation, _ in writes_of(DUTY, since)] == ["UpdateFlow"]


def test_a_repair_costs_what_is_listed_and_its_own_event_one_read(drifter: Principal) -> None:
    since = now()
    agent = made("agent", drifter)
    wait_quiet()
    assert len(outcomes(control("agent"), agent, since)) == 1
    seen = _operations(since)
    # Read before and under the lease, once more before the write, and read back; then the event of the repair itself.
    assert (seen["GetAgent"], seen["UpdateAgent"], seen["PrepareAgent"]) == (5, 1, 0)
    assert seen["ListAgentVersions"] == seen["DescribeKey"] == seen["GetKeyPolicy"] == 2

"""Drift of every duty stands in the report; what was repaired since passes in the next one, and is listed."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Iterator

import pytest
from faulty.subjects import SUBJECTS

from harness import invoke, ledger, silenced, surroundings, wait_quiet
from harness.inference import GLOBAL, converse, resource, scribe
from harness.reports import reported

#: One of each duty.
_PLANTED = ("retention", "buckets", "a move", "the recorder", "a key", "the trail", "logging switched off", "log groups", "an object",
            "a name told of", "a guardrail", "an agent", "a profile told of")
#: What is over when it is told is in no list.
_OVER = ("object-encryption.",)
#: Of each control.
_NAMED = 25


@pytest.fixture
def deaf() -> "Iterator[ExitStack]":
    """Nobody hears of anything until it is closed."""
    ledger.forget_repairs()
    with ExitStack() as quiet:
        for duty in surroundings().functions:
            quiet.enter_context(silenced(duty))
        yield quiet


def test_every_duty_s_is_named_and_once_repaired_passed_and_listed(deaf: ExitStack) -> None:
    assert {SUBJECTS[name][0] for name in _PLANTED} == set(surroundings().functions) - {"operate", "readiness"}
    usual = reported()
    planted = {name: SUBJECTS[name][1]() for name in _PLANTED}
    wait_quiet()
    goals = {goal: outcome for drift in planted.values() for goal, outcome in drift.goal.items()}
    listed = {goal for goal in goals if not goal[0].startswith(_OVER)}
    for _, resource in goals:
        ledger.forget_repairs_of(resource)
    before = reported()
    named = listed & before.violations()
    assert not before.ready
    # Where other tests have left more than a report names, it counts.
    for control, _ in listed - named:
        assert before.violating(control) > max(usual.violating(control), _NAMED), control
    deaf.close()
    for name, drift in planted.items():
        answer, failed = invoke(SUBJECTS[name][0], json.dumps(drift.event).encode())
        assert failed is None, f"{name}: {answer}"
        ended = {(each["control"], each["resource"]): each["outcome"] for each in answer["outcomes"]}
        assert {goal: ended.get(goal) for goal in drift.goal} == drift.goal, name
    wait_quiet()
    after = reported()
    remediated = {goal for goal, outcome in goals.items() if outcome == "remediated"}
    assert after.violations() & remediated == set()
    assert remediated - after.repaired() == set()
    reports = {goal for goal, outcome in goals.items() if outcome == "reported"}
    assert reports & named - {(each["control"], each["resource"]) for each in after.body["open_drift"]["found"]} == set()
    assert after.body["changes"]["since"] == before.body["run"]["id"]
    for control, resource in named:
        assert resource in before.page, f"{control}: the page does not name {resource}"


def test_what_is_over_when_it_is_told_stays_open_however_often_a_report_is_asked_for() -> None:
    who = scribe()
    converse(who, GLOBAL)
    wait_quiet()
    told = ("residency.global-inference", resource(who, GLOBAL))
    reports = [reported() for _ in range(3)]
    since = [{each["since"] for each in report.body["open_drift"]["found"] if (each["control"], each["resource"]) == told}
             for report in reports]
    assert len(since[0]) == 1 and since == [since[0]] * 3
    assert {report.words["residency.geographic-profiles"] for report in reports} == {"fail"}

"""Least privilege: every action and every resource of every role is needed, and what is there is enough."""

from __future__ import annotations

import time
from typing import Iterator

import pytest

from permissions import buckets, memory, operate, quarantine, retention
from permissions.cuts import in_force, policy_of
from permissions.runs import Scenario
from permissions.second_stack import deployed, rules_off

_FUNCTIONS = {"retention": retention, "buckets": buckets, "quarantine": quarantine, "operate": operate}


@pytest.fixture(scope="module", autouse=True)
def _alone() -> "Iterator[None]":
    deployed()
    with rules_off():
        yield


@pytest.mark.parametrize("function", _FUNCTIONS)
def test_the_role_is_enough(function: str) -> None:
    for scenario in _FUNCTIONS[function].scenarios():
        _play(scenario)


@pytest.mark.parametrize("function", _FUNCTIONS)
def test_every_action_and_resource_of_the_role_is_needed(function: str) -> None:
    policy, scenarios = policy_of(deployed().role(function)), _FUNCTIONS[function].scenarios()
    unneeded, likely = [], {}  # type: ignore[var-annotated]
    for cut in policy.cuts():
        began, statement = time.monotonic(), cut.name.split(" ")[0]
        # What misses one part of a statement mostly misses the others, so that one is tried first.
        first = [each for each in scenarios if each.name == likely.get(statement)]
        with in_force(policy, cut.document):
            missed = _first_missed([*first, *(each for each in scenarios if each not in first)])
        likely[statement] = (missed or "").split(": ")[0]
        print(f"{time.monotonic() - began:5.2f} s  {cut.name}: {missed}")
        if missed is None:
            unneeded.append(cut.name)
    for scenario in scenarios:
        _play(scenario)
    assert not unneeded, f"taken away, and nothing failed: {unneeded}"


def _play(scenario: Scenario) -> None:
    """As the first one that is played in a day."""
    memory.let_a_day_pass()
    scenario.play()


def _first_missed(scenarios: "list[Scenario]") -> "str | None":
    for scenario in scenarios:
        try:
            _play(scenario)
        except AssertionError as error:
            return f"{scenario.name}: {str(error)[:160]}"
    return None

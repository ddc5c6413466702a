"""Least privilege: every action and every resource of every role is needed, and what is there is enough."""

from __future__ import annotations

import time
from typing import Iterator

import pytest

from permissions import buckets, quarantine, retention
from permissions.cuts import in_force, policy_of
from permissions.runs import Scenario
from permissions.second_stack import deployed, rules_off

_DUTIES = {"retention": retention, "buckets": buckets, "quarantine": quarantine}


@pytest.fixture(scope="module", autouse=True)
def _alone() -> "Iterator[None]":
    deployed()
    with rules_off():
        yield


@pytest.mark.parametrize("duty", _DUTIES)
def test_the_role_is_enough(duty: str) -> None:
    for scenario in _DUTIES[duty].scenarios():
        scenario.play()


@pytest.mark.parametrize("duty", _DUTIES)
def test_every_action_and_resource_of_the_role_is_needed(duty: str) -> None:
    policy, scenarios = policy_of(deployed().role(duty)), _DUTIES[duty].scenarios()
    unneeded = []
    for cut in policy.cuts():
        began = time.monotonic()
        with in_force(policy, cut.document):
            missed = _first_missed(scenarios)
        print(f"{time.monotonic() - began:5.2f} s  {cut.name}: {missed}")
        if missed is None:
            unneeded.append(cut.name)
    for scenario in scenarios:
        scenario.play()
    assert not unneeded, f"taken away, and nothing failed: {unneeded}"


def _first_missed(scenarios: "list[Scenario]") -> "str | None":
    for scenario in scenarios:
        try:
            scenario.play()
        except AssertionError as error:
            return f"{scenario.name}: {str(error)[:160]}"
    return None

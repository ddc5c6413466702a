"""The stack's EventBridge rules, and time in which one of them hears nothing."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterator

from .account import surroundings
from .local import wait_quiet


@dataclass(frozen=True)
class Rule:
    """A rule that starts a function."""

    name: str
    duty: str
    pattern: "dict[str, Any] | None"
    schedule: "str | None"
    #: `ENABLED`, or the longer word with which it also hears of calls that only read.
    state: str

    @property
    def hears_calls(self) -> bool:
        """Whether API calls start it."""
        return self.pattern is not None and "eventName" in self.pattern.get("detail", {})


@lru_cache(maxsize=None)
def rules() -> "tuple[Rule, ...]":
    """Every rule that starts one of the functions."""
    events = surroundings().admin.client("events")
    found = []
    for rule in (each for page in events.get_paginator("list_rules").paginate() for each in page["Rules"]):
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            for duty, function in surroundings().functions.items():
                if target["Arn"].startswith(function["arn"]):
                    pattern = rule.get("EventPattern")
                    found.append(Rule(rule["Name"], duty, json.loads(pattern) if pattern else None,
                                      rule.get("ScheduleExpression"), rule["State"]))
    return tuple(found)


def rule_of(duty: str, *, scheduled: bool) -> Rule:
    """A duty's schedule, or its rule for API calls."""
    named = [rule for rule in rules() if rule.duty == duty and (rule.schedule if scheduled else rule.hears_calls)]
    assert len(named) == 1, f"{duty} has {len(named)} such rules"
    return named[0]


@contextmanager
def silenced(duty: str) -> "Iterator[None]":
    """Calls made inside are heard by nobody."""
    events = surroundings().admin.client("events")
    own = {rule.name: rule.state for rule in rules() if rule.duty == duty and rule.hears_calls}
    # One may be off already, for longer than this.
    heard = {name: state for name, state in own.items() if events.describe_rule(Name=name)["State"] != "DISABLED"}
    for name in heard:
        events.disable_rule(Name=name)
    try:
        yield
        wait_quiet()
    finally:
        for name, state in heard.items():
            enable(name, state)


def enable(name: str, state: str) -> None:
    """As it was: EnableRule knows no state but `ENABLED`."""
    events = surroundings().admin.client("events")
    found = events.describe_rule(Name=name)
    kept = {member: found[member] for member in ("EventPattern", "ScheduleExpression", "Description") if found.get(member)}
    events.put_rule(Name=name, State=state, **kept)

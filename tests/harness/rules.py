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
                                      rule.get("ScheduleExpression")))
    return tuple(found)


def rule_of(duty: str, *, scheduled: bool) -> Rule:
    """A duty's schedule, or its rule for API calls."""
    named = [rule for rule in rules() if rule.duty == duty and (rule.schedule if scheduled else rule.hears_calls)]
    assert len(named) == 1, f"{duty} has {len(named)} such rules"
    return named[0]


@contextmanager
def silenced(duty: str) -> "Iterator[None]":
    """Calls made inside are heard by nobody."""
    events, rule = surroundings().admin.client("events"), rule_of(duty, scheduled=False).name
    # It may be off already, for longer than this.
    was_on = events.describe_rule(Name=rule)["State"] != "DISABLED"
    events.disable_rule(Name=rule)
    try:
        yield
        wait_quiet()
    finally:
        if was_on:
            events.enable_rule(Name=rule)

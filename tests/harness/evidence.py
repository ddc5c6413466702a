"""The evidence records of one control and one resource, exactly."""

from __future__ import annotations

import time
from datetime import datetime

from demo import evidence
from demo.evidence import Record

from .account import surroundings
from .local import invocations

_POLL_SECONDS = 0.05


def records(control: str, since: datetime, resource: str = "") -> "list[Record]":
    """All records of a control, or of it for one resource, that were made since then, oldest first."""
    return evidence.records(surroundings(), control, since, resource)


def outcomes(control: str, resource: str, since: datetime) -> "list[Record]":
    """The outcomes of a control for a resource since then, oldest first."""
    return [
        each for each in records(control, since, resource)
        if each.body["kind"] == "outcome" and each.body["resource"]["id"] == resource]


def await_outcome(
    control: str, resource: str, since: datetime, expected: str = "remediated", patience: float = 30.0) -> Record:
    """The first record of that outcome; says what came instead if it does not come in time."""
    until = time.monotonic() + patience
    while True:
        found = outcomes(control, resource, since)
        for each in found:
            if each.outcome == expected:
                return each
        if time.monotonic() > until:
            errors = [each["error"] for each in invocations(since) if each["error"]]
            raise AssertionError(
                f"no {expected} of {control} for {resource}, but {[each.outcome for each in found]}; errors: {errors}")
        time.sleep(_POLL_SECONDS)


def intent_of(outcome: Record) -> Record:
    """The intent that an outcome names."""
    wanted = outcome.body["intent_id"]
    assert wanted, f"{outcome.key} names no intent"
    seen = datetime.fromisoformat(outcome.body["times"]["seen"].replace("Z", "+00:00"))
    control = outcome.body["control"]["id"]
    resource = outcome.body["resource"]["id"]
    found = [each for each in records(control, seen, resource) if each.body["record_id"] == wanted]
    assert len(found) == 1, f"{outcome.key}: {len(found)} records have the id of its intent"
    return found[0]

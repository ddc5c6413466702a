"""One run of a repair while something fails, and what is not as it must be afterwards."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Iterator, Optional

from harness import Faults, calls_of, invocations, now, role_of, surroundings, wait_quiet, writes_of
from harness.evidence import records

from .subjects import SUBJECTS, Drift, remember_right

_PATIENCE_SECONDS = 60.0
Operation = "tuple[str, str]"


@dataclass(frozen=True)
class Fault:
    """A call that fails: `skip` calls of that operation go well first, `count` none is for ever."""

    service: str
    operation: str
    error: str
    count: Optional[int] = 1
    skip: int = 0
    phase: str = "before"


@dataclass
class Trial:
    """What was done, and what came of it."""

    drift: Drift
    since: datetime
    attempts: "list[dict[str, Any]]"
    outcomes: "dict[tuple[str, str], list[str]]"
    unfinished: "set[str]"
    written: "list[tuple[str, str]]"

    @property
    def error(self) -> "dict[str, str] | None":
        """Of the last attempt."""
        return self.attempts[-1]["error"]

    def lies(self) -> "Iterator[str]":
        """What evidence claims and the live state does not show."""
        for (control, resource), said in self.outcomes.items():
            if "remediated" in said and not self.drift.is_right(control):
                yield f"{control} on {resource} is on record as remediated, and is not"

    def shortcomings(self) -> "Iterator[str]":
        """What keeps it from being a complete success."""
        if self.error:
            yield f"{len(self.attempts)} attempts, {self.error}"
        for (control, resource), outcome in self.drift.goal.items():
            said = self.outcomes.get((control, resource), [])
            if not said or said[-1] != outcome:
                yield f"{control} on {resource} is {said}, not {outcome}"
            if not self.drift.is_right(control):
                yield f"{control} on {resource} is not right"
        if self.unfinished:
            yield f"intents without an outcome: {self.unfinished}"


def trial(subject: str, *faults: Fault) -> Trial:
    """Drift, then its event with the faults in force, to the last attempt."""
    duty, make = SUBJECTS[subject]
    drift, orders = make(), Faults()
    wait_quiet()
    since = now()
    for each in faults:
        orders.add(each.service, each.operation, each.error, each.count, skip=each.skip, phase=each.phase,
                   principal=role_of(duty))
    try:
        attempts = _deliver(duty, drift.event, since)
    finally:
        orders.clear()
    wait_quiet()
    outcomes: "dict[tuple[str, str], list[str]]" = {}
    intents, ended = set(), set()
    for control, resource in drift.goal:
        for record in records(control, since):
            if record.body["resource"]["id"] != resource:
                continue
            if record.body["kind"] == "intent":
                intents.add(record.body["record_id"])
            else:
                ended.add(record.body["intent_id"])
                outcomes.setdefault((control, resource), []).append(record.outcome)
    return Trial(drift, since, attempts, outcomes, intents - ended, writes_of(duty, since))


def _deliver(duty: str, event: "dict[str, Any]", since: datetime) -> "list[dict[str, Any]]":
    """As EventBridge does: Lambda tries it three times."""
    client = surroundings().admin.client("lambda")
    alias = surroundings().outputs[f"{duty.capitalize()}AliasArn"]
    client.invoke(FunctionName=alias, InvocationType="Event", Payload=json.dumps(event))
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        ran = [each for each in invocations(since) if each["event_id"] == event["id"]]
        if ran and (ran[-1]["error"] is None or ran[-1]["attempt"] == 3):
            return ran
        assert time.monotonic() < until, f"no end of {event['id']}: {ran}"
        time.sleep(0.02)


def is_dead_letter(event: "dict[str, Any]") -> bool:
    """Whether the event lies in the dead-letter queue; all that lies there is taken out."""
    sqs, queue, found = surroundings().admin.client("sqs"), surroundings().outputs["DeadLetterQueueUrl"], False
    while True:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for each in messages:
            found = found or json.loads(each["Body"]).get("requestPayload", {}).get("id") == event["id"]
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
        if not messages:
            return found


@lru_cache(maxsize=None)
def path(subject: str) -> "tuple[tuple[tuple[str, str], int], ...]":
    """The operations of a good run, and how often each is called: so the list can't rot."""
    good = trial(subject)
    if subject == "buckets":
        remember_right()
    found = list(good.shortcomings())
    assert not found, found
    made = Counter((call["service"], call["operation"]) for call in calls_of(SUBJECTS[subject][0], good.since))
    return tuple(made.items())

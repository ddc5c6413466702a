"""One run of a repair while something fails, and what is not as it must be afterwards."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Iterator, Optional

from harness import Faults, calls_of, invocations, invoke, ledger, now, role_of, surroundings, wait_quiet, writes_of
from harness.account import logical_name
from harness.evidence import Record, records

from permissions.runs import envelope

from .drift import Drift
from .subjects import SUBJECTS

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
    #: By control: whether it is as it must be.
    right: "dict[str, bool]"
    #: Faults that were not used up.
    unmet: "list[Fault]"
    #: What is wrong when nothing fails any more and the next wake-up has finished what was cut off.
    loose_ends: "list[str]"

    @property
    def error(self) -> "dict[str, str] | None":
        """Of the last attempt."""
        return self.attempts[-1]["error"]

    def lies(self) -> "Iterator[str]":
        """What evidence claims and the live state does not show, and what is never put right."""
        yield from self.loose_ends
        for (control, resource), said in self.outcomes.items():
            if "remediated" in said and not self.right[control]:
                yield f"{control} on {resource} is on record as remediated, and is not"

    def shortcomings(self) -> "Iterator[str]":
        """What keeps it from being a complete success."""
        if self.error:
            yield f"{len(self.attempts)} attempts, {self.error}"
        for (control, resource), outcome in self.drift.goal.items():
            said = self.outcomes.get((control, resource), [])
            if not said or said[-1] != outcome:
                yield f"{control} on {resource} is {said}, not {outcome}"
            if not self.right[control]:
                yield f"{control} on {resource} is not right"
        if self.unfinished:
            yield f"intents without an outcome: {self.unfinished}"


def trial(subject: str, *faults: Fault) -> Trial:
    """Drift, then its event with the faults in force, to the last attempt; a day after the trial before."""
    duty, make = SUBJECTS[subject]
    drift, orders = make(), Faults()
    wait_quiet()
    ledger.forget_repairs()
    for resource in {resource for _, resource in drift.goal}:
        ledger.forget_repairs_of(resource)
    since = now()
    for each in faults:
        orders.add(each.service, each.operation, each.error, each.count, skip=each.skip, phase=each.phase,
                   principal=role_of(duty))
    try:
        attempts = _deliver(duty, drift.event, since)
        left = {(each["service"], each["operation"]) for each in orders.left()}
    finally:
        orders.clear()
    wait_quiet()
    made, written = _records(drift, since), writes_of(duty, since)
    outcomes: "dict[tuple[str, str], list[str]]" = {}
    for each in made:
        if each.body["kind"] == "outcome":
            about = (each.body["control"]["id"], each.body["resource"]["id"])
            outcomes.setdefault(about, []).append(each.outcome)
    right = {control: drift.is_right(control) for control, _ in drift.goal}
    unmet = [each for each in faults if (each.service, each.operation) in left]
    return Trial(drift, since, attempts, outcomes, _without_outcome(made), written, right, unmet,
                 list(_loose_ends(duty, drift, since)))


def _records(drift: Drift, since: datetime) -> "list[Record]":
    """Of what was spoilt, oldest first."""
    return [each for control, resource in drift.goal for each in records(control, since, resource)]


def _without_outcome(made: "list[Record]") -> "set[str]":
    ended = {each.body["intent_id"] for each in made if each.body["kind"] == "outcome"}
    return {each.body["record_id"] for each in made if each.body["kind"] == "intent"} - ended


def _loose_ends(duty: str, drift: Drift, since: datetime) -> "Iterator[str]":
    """When the time of what was cut off has passed, the next wake-up ends it with true records in one chain."""
    partition = f"run#{duty}"
    if ledger.items(partition):
        ledger.let_runs_end()
        for _, resource, _ in ledger.items(partition):
            wake = {"duty": duty, "resource": resource, "ordered": False}
            answer, failed = invoke(duty, json.dumps(envelope("phiward", "Wake", wake)).encode())
            if failed:
                yield f"the wake-up of {resource} failed: {answer}"
        wait_quiet()
    if ledger.items(partition):
        yield f"runs that never end: {ledger.items(partition)}"
    # The next trial begins with nothing held.
    for name, sort, _ in [*ledger.items(partition), *ledger.items("document#")]:
        ledger.remove(name, sort)
    made = _records(drift, since)
    if _without_outcome(made):
        yield f"intents that never get an outcome: {_without_outcome(made)}"
    heads: "dict[str, Record]" = {}
    for each in sorted(made, key=lambda record: record.key):
        chain, before = each.body["chain"], heads.get(each.body["chain"]["stream"])
        if before and (chain["sequence"], chain["previous"]) != (
                before.body["chain"]["sequence"] + 1, before.body["sha256"]):
            yield f"{each.key} does not follow {before.key}"
        heads[chain["stream"]] = each
    for each in heads.values():
        state = ledger.item(f"state#{each.body['control']['id']}", each.body["resource"]["id"])
        if state is None or (state["sequence"], state["sha256"]) != (
                each.body["chain"]["sequence"], each.body["sha256"]):
            yield f"the ledger does not know that {each.key} is the end of its chain: {state}"


def _deliver(duty: str, event: "dict[str, Any]", since: datetime) -> "list[dict[str, Any]]":
    """As EventBridge does: Lambda tries it three times."""
    client = surroundings().admin.client("lambda")
    alias = surroundings().outputs[f"{logical_name(duty)}AliasArn"]
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
    # The first one also puts right what other tests have left, in a process that may just have been started.
    trial(subject)
    good = trial(subject)
    found = list(good.shortcomings())
    assert not found, found
    made = Counter((call["service"], call["operation"]) for call in calls_of(SUBJECTS[subject][0], good.since))
    return tuple(made.items())

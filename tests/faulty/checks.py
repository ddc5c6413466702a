"""Each call on each repair's path fails as AWS fails: the repair is made and recorded, or it fails loudly.

A file of `tests/faults/` takes these in for its duty, so that the duties' repairs can be tried beside each other.
"""

from __future__ import annotations

from typing import Callable, Iterator

import pytest
from faulty.subjects import SUBJECTS
from faulty.trials import Fault, Trial, is_dead_letter, path, trial
from harness import ledger
from permissions.second_stack import rules_off

_READS = ("Get", "List", "Head", "Describe", "Query", "TransactGet")


@pytest.fixture(scope="module", autouse=True)
def alone(request: pytest.FixtureRequest) -> "Iterator[None]":
    """A repair's own events would start further runs, which take the faults from the one that they are meant for."""
    with rules_off():
        yield
        # What the last fault has left unrepaired, a sweep of another test would find.
        for subject, (duty, _) in SUBJECTS.items():
            if duty == request.module.DUTY:
                trial(subject)
        # Nor is anything left of runs that nobody can finish, as what they were about is gone.
        for partition, sort, _ in ledger.items(f"run#{request.module.DUTY}"):
            ledger.remove(partition, sort)


def test_the_ledger_is_on_every_path_and_earlier_evidence_on_that_of_a_recovery(subject: str) -> None:
    """What the other tests let fail."""
    on_path = {operation for operation, _ in path(subject)}
    expected = {("dynamodb", "TransactGetItems"), ("dynamodb", "TransactWriteItems"), ("s3", "PutObject")}
    # What decides asks for all exemptions; a recovery reads what the run before has written.
    expected.add(("s3", "GetObject") if subject == "a recovery" else ("dynamodb", "Query"))
    assert expected <= on_path


def _throttling(service: str) -> str:
    return "SlowDown" if service == "s3" else "ThrottlingException"


def _writes(operation: str) -> bool:
    return not operation.startswith(_READS)


#: What passes: each must end as if nothing had happened.
_PASSING: "dict[str, Callable[[str, str, int], Fault | None]]" = {
    "throttled once": lambda service, operation, calls: Fault(service, operation, _throttling(service)),
    "throttled three times, the last call of its kind": lambda service, operation, calls: Fault(
        service, operation, _throttling(service), 3, calls - 1),
    "an internal error": lambda service, operation, calls: Fault(service, operation, "InternalError"),
    "an internal error of the last call of its kind": lambda service, operation, calls: Fault(
        service, operation, "InternalError", 1, calls - 1) if calls > 1 else None,
    "an answer that is lost": lambda service, operation, calls: Fault(
        service, operation, "InternalError", phase="after") if _writes(operation) else None,
    "a connection cut after the effect": lambda service, operation, calls: Fault(
        service, operation, "ConnectionCut", 1, calls - 1, "after") if _writes(operation) else None,
    "another write at the same time": lambda service, operation, calls: Fault(
        service, operation, "OperationAborted") if service == "s3" and _writes(operation) else None,
}


@pytest.mark.parametrize("kind", _PASSING)
def test_what_passes_does_no_harm(subject: str, kind: str) -> None:
    """Every operation of the path fails so, in one run."""
    made = (_PASSING[kind](*operation, calls) for operation, calls in path(subject))
    faults = [each for each in made if each]
    found = list(_harm(subject, faults)) if faults else []
    assert not found, "\n".join(found)


def _harm(subject: str, faults: "list[Fault]") -> "Iterator[str]":
    """What comes of a run in which all of these are met; which of them does the harm is tried one by one."""
    tried = trial(subject, *faults)
    harm = [*tried.lies(), *tried.shortcomings()]
    if len(faults) == 1:
        unmet = [] if harm else [f"not called {each.skip + each.count} times" for each in tried.unmet if each.count]
        yield from (f"{faults[0].service}:{faults[0].operation}: {each}" for each in [*harm, *unmet])
        return
    yield from (f"all at once: {each}" for each in harm)
    # Where one makes the path another one, some may not have been met.
    for each in faults if harm else tried.unmet:
        yield from _harm(subject, [each])


def test_what_lasts_is_told(subject: str) -> None:
    """Success, or a person who is told what to do, or an event in the dead-letter queue; and no record that lies."""
    found = []
    for (service, operation), _ in path(subject):
        tried = trial(subject, Fault(service, operation, "AccessDenied", None))
        found += [f"{service}:{operation}: {each}" for each in [*tried.lies(), *_silence(tried)]]
    assert not found, "\n".join(found)


def _silence(tried: Trial) -> "Iterator[str]":
    dead = is_dead_letter(tried.drift.event)
    if tried.error:
        if len(tried.attempts) != 3 or not dead:
            yield f"failed {len(tried.attempts)} times, in the dead-letter queue: {dead}"
        return
    if dead:
        yield "a success is in the dead-letter queue"
    for (control, resource), outcome in tried.drift.goal.items():
        said = tried.outcomes.get((control, resource), ["nothing"])[-1]
        if not (said == outcome and tried.right[control]) and said != "reported":
            yield f"no error, and {control} on {resource} is {said}"


def test_without_evidence_nothing_is_changed(repair: str) -> None:
    tried = trial(repair, Fault("s3", "PutObject", "AccessDenied", None))
    assert tried.error and is_dead_letter(tried.drift.event)
    assert (tried.written, tried.outcomes) == ([], {})
    assert not any(tried.right.values())


def test_a_repair_whose_outcome_cannot_be_recorded_fails_and_is_told(repair: str) -> None:
    """The intents are there; what was done is then in CloudTrail."""
    intents = len(trial(repair).drift.goal)
    tried = trial(repair, Fault("s3", "PutObject", "AccessDenied", None, intents))
    assert tried.attempts[0]["error"] and not list(tried.lies())
    assert tried.unfinished


def test_an_outcome_that_the_bus_does_not_take_fails_the_run_and_is_on_record(repair: str) -> None:
    tried = trial(repair, Fault("events", "PutEvents", "AccessDenied", None))
    assert tried.attempts[0]["error"]
    assert {name: said[0] for name, said in tried.outcomes.items()} == tried.drift.goal
    assert not tried.unfinished and not list(tried.lies())

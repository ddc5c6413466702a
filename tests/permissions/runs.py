"""Runs of a function, and what has to come of them; an AssertionError says what did not."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any, Callable

from harness import now, wait_quiet
from harness.local import control
from harness.planted import drained

from .second_stack import ACCOUNT, client, deployed

Expected = "dict[tuple[str, str], str]"


@dataclass(frozen=True)
class Scenario:
    """Something that the duty must be able to do."""

    name: str
    play: "Callable[[], None]"


def envelope(source: str, detail_type: str, detail: "dict[str, Any]") -> "dict[str, Any]":
    """An event as EventBridge delivers it."""
    return {
        "version": "0", "id": str(uuid.uuid4()), "detail-type": detail_type, "source": source, "account": ACCOUNT,
        "time": f"{now():%Y-%m-%dT%H:%M:%SZ}", "region": "us-east-1", "resources": [], "detail": detail,
    }


def api_call(service: str, name: str, /, **parameters: str) -> "dict[str, Any]":
    """A CloudTrail event."""
    detail = {"eventSource": f"{service}.amazonaws.com", "eventName": name, "requestParameters": parameters}
    return envelope(f"aws.{service}", "AWS API Call via CloudTrail", detail)


def sweep() -> "dict[str, Any]":
    """What a schedule sends."""
    return envelope("aws.events", "Scheduled Event", {})


def said(duty: str, event: "dict[str, Any]", target: str = "") -> "tuple[Any, str | None]":
    """Invoke it: its answer, and the kind of its error if it failed."""
    given = client("lambda").invoke(FunctionName=target or deployed().alias(duty), Payload=json.dumps(event))
    return json.load(given["Payload"]), given.get("FunctionError")


def answer(duty: str, event: "dict[str, Any]", target: str = "") -> Any:
    """Invoke it; it must not fail."""
    found, failed = said(duty, event, target)
    assert failed is None, found
    return found


def run(duty: str, event: "dict[str, Any]", target: str = "") -> "dict[tuple[str, str], str]":
    """Invoke it; the outcome of each control and resource."""
    return {(each["control"], each["resource"]): each["outcome"] for each in answer(duty, event, target)["outcomes"]}


def evidence_of(duty: str, event: "dict[str, Any]", control_id: str) -> str:
    """Invoke it; the key of the record of what it repaired."""
    found = [each["evidence"] for each in answer(duty, event)["outcomes"]
             if (each["control"], each["outcome"]) == (control_id, "remediated")]
    assert len(found) == 1, f"{len(found)} repairs of {control_id}"
    return found[0]


def expect(seen: "dict[tuple[str, str], str]", expected: "dict[tuple[str, str], str]") -> None:
    """All of these, whatever else there is."""
    found = {name: seen.get(name) for name in expected}
    assert found == expected, f"{found} instead of {expected}"


def of_every_function(duty: str) -> "list[Scenario]":
    """What Lambda does with the role, and the start with its baseline."""
    return [
        Scenario("starts", lambda: starts(duty, envelope("somebody", "else", {}))),
        Scenario("logs", lambda: logs(duty, envelope("somebody", "else", {}))),
        Scenario("sends what failed to the dead-letter queue", lambda: dead_letter(duty, {"not": str(uuid.uuid4())})),
    ]


def starts(duty: str, event: "dict[str, Any]") -> None:
    """A configuration that is set anew makes a new process."""
    function = deployed().function(duty)
    client("lambda").update_function_configuration(FunctionName=function, Timeout=60)
    answer(duty, event, target=function)


def logs(duty: str, event: "dict[str, Any]") -> None:
    """What it logs arrives, by the time that it has answered."""
    began = int(time.time() * 1000)
    answer(duty, event)
    lambdas, told = client("lambda"), client("logs")
    group = lambdas.get_function_configuration(FunctionName=deployed().function(duty))["LoggingConfig"]["LogGroup"]
    assert told.filter_log_events(logGroupName=group, startTime=began)["events"], "no log line arrived"


def dead_letter(duty: str, failing: "dict[str, Any]") -> None:
    """An event for which it fails, unlike any other."""
    sqs, queue = client("sqs"), deployed().outputs["DeadLetterQueueUrl"]
    client("lambda").invoke(
        FunctionName=deployed().alias(duty), InvocationType="Event", Payload=json.dumps(failing))
    wait_quiet()
    letters = [each["body"] for each in drained(sqs, queue)]
    assert failing in [each["requestPayload"] for each in letters], "the failed event is not in the dead-letter queue"


def keep_finding(finding: "dict[str, Any]") -> None:
    """One that Macie then knows of, and the only one."""
    control("DELETE", "macie/findings")
    control("POST", "macie/findings", finding, deliver="false")

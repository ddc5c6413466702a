"""Runs of a function, and what has to come of them; an AssertionError says what did not."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any, Callable

from harness import now
from harness.local import control

from .second_stack import ACCOUNT, client, deployed

_PATIENCE_SECONDS = 2.5
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


def api_call(service: str, name: str, **parameters: str) -> "dict[str, Any]":
    """A CloudTrail event."""
    detail = {"eventSource": f"{service}.amazonaws.com", "eventName": name, "requestParameters": parameters}
    return envelope(f"aws.{service}", "AWS API Call via CloudTrail", detail)


def sweep() -> "dict[str, Any]":
    """What a schedule sends."""
    return envelope("aws.events", "Scheduled Event", {})


def run(duty: str, event: "dict[str, Any]", target: str = "") -> "dict[tuple[str, str], str]":
    """Invoke it; the outcome of each control and resource."""
    answer = client("lambda").invoke(FunctionName=target or deployed().alias(duty), Payload=json.dumps(event))
    said = json.load(answer["Payload"])
    assert "FunctionError" not in answer, said
    return {(each["control"], each["resource"]): each["outcome"] for each in said["outcomes"]}


def expect(seen: "dict[tuple[str, str], str]", expected: "dict[tuple[str, str], str]") -> None:
    """All of these, whatever else there is."""
    found = {name: seen.get(name) for name in expected}
    assert found == expected, f"{found} instead of {expected}"


def of_every_function(duty: str) -> "list[Scenario]":
    """What Lambda does with the role, and the start with its baseline."""
    return [
        Scenario("starts", lambda: _starts(duty)),
        Scenario("logs", lambda: _logs(duty)),
        Scenario("sends what failed to the dead-letter queue", lambda: _dead_letter(duty)),
    ]


def _starts(duty: str) -> None:
    """A configuration that is set anew makes a new process."""
    function = deployed().function(duty)
    client("lambda").update_function_configuration(FunctionName=function, Timeout=60)
    assert run(duty, envelope("somebody", "else", {}), target=function) == {}


def _logs(duty: str) -> None:
    began = int(time.time() * 1000)
    run(duty, envelope("somebody", "else", {}))
    lambdas, logs = client("lambda"), client("logs")
    group = lambdas.get_function_configuration(FunctionName=deployed().function(duty))["LoggingConfig"]["LogGroup"]
    _await(lambda: logs.filter_log_events(logGroupName=group, startTime=began)["events"], "no log line arrived")


def _dead_letter(duty: str) -> None:
    marker, sqs, queue = str(uuid.uuid4()), client("sqs"), deployed().outputs["DeadLetterQueueUrl"]
    client("lambda").invoke(
        FunctionName=deployed().alias(duty), InvocationType="Event", Payload=json.dumps({"not": marker}))

    def arrived() -> bool:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for each in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
        return any(marker in each["Body"] for each in messages)

    _await(arrived, "the failed event is not in the dead-letter queue")


def _await(seen: "Callable[[], Any]", otherwise: str) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not seen():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def keep_finding(finding: "dict[str, Any]") -> None:
    """One that Macie then knows of, and the only one."""
    control("DELETE", "macie/findings")
    control("POST", "macie/findings", finding, deliver="false")

"""The canary: a real inference with made-up PHI under the guardrail, and what to do when there is none."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Iterator

import pytest
from permissions.runs import answer, sweep
from permissions.second_stack import GUARDRAIL_ENFORCED, client, deployed, rules_off

from harness import Faults, now
from harness import readiness as account
from harness.inference import HAIKU


@pytest.fixture(scope="module", autouse=True)
def _alone() -> "Iterator[None]":
    deployed()
    with rules_off():
        yield


def _asked() -> "dict[str, Any]":
    """What the report says of the canary."""
    run = answer("readiness", sweep())["run"]
    found = client("s3").get_object(Bucket=deployed().outputs["EvidenceBucketName"], Key=f"readiness/{run}/report.json")
    boxes = [box for group in json.load(found["Body"])["groups"] for box in group["boxes"]]
    [part] = [part for box in boxes for part in box["sources"] if part["source"] == "Canary"]
    return dict(part)


def _tokens(name: str, since: Any) -> float:
    answer = client("cloudwatch").get_metric_statistics(
        Namespace="Phiward", MetricName=name, StartTime=since - timedelta(seconds=60), EndTime=now() + timedelta(seconds=60),
        Period=60, Statistics=["Sum"])
    return float(sum(each["Sum"] for each in answer["Datapoints"]))


def test_the_guardrail_intervenes_and_the_tokens_are_counted() -> None:
    since = now()
    part = _asked()
    assert part["answer"] == "pass" and f"us.{HAIKU} with guardrail {GUARDRAIL_ENFORCED}:1" in part["says"]
    assert _tokens("CanaryInputTokens", since) > 0


@pytest.mark.parametrize("code, message, step", [
    ("AccessDeniedException", "User: x is not authorized to perform: bedrock:ApplyGuardrail on resource: y with an explicit deny in a "
     "service control policy: z", "a service control policy denies bedrock:ApplyGuardrail"),
    ("ResourceNotFoundException", "", "no such model, inference profile, guardrail or version"),
    ("ValidationException", "The provided model identifier is invalid.", "not in this Region"),
    ("ThrottlingException", "", "Service Quotas"),
    ("ServiceUnavailableException", "", "ask again later"),
])
def test_each_class_of_error_is_unknown_with_its_next_step(code: str, message: str, step: str, faults: Faults) -> None:
    faults.add("bedrock-runtime", "Converse", code, principal=deployed().role("readiness").split("/")[-1], message=message)
    part = _asked()
    assert part["answer"] == "unknown" and code in part["says"] and step in part["says"]
    assert not message or message not in part["says"]


def test_a_model_without_access_and_one_without_form_are_told_apart() -> None:
    with account.availability(authorization="NOT_AUTHORIZED"):
        assert "no access to the model" in _asked()["says"]
    with account.no_use_case_form():
        assert "first-use form" in _asked()["says"]

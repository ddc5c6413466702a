"""Models in use, found by CloudWatch's figures: whether they are approved, and whether they can be used under mode `none`."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from demo.principals import Principal

from harness import (
    Faults, await_outcome, calls_of, invoke, ledger, now, outcomes, saved_event, sweep, wait_quiet,
)
from harness.evidence import records
from harness.inference import HAIKU, allow, baseline, converse, scribe

KEPT, APPROVED = "residency.zero-retention-models", "residency.approved-models"
ZERO, RETAINS, UNSAID = "anthropic.claude-opus-4-8", "anthropic.claude-fable-5", "qwen.qwen3-coder-480b"
VERSIONED = "amazon.nova-pro-v1:0"


def named(model: str) -> str:
    return f"model/{model}"


@pytest.fixture(autouse=True)
def _anew() -> None:
    """What was told of a model within a day is told anew."""
    for model in (ZERO, RETAINS, UNSAID, VERSIONED, HAIKU):
        ledger.forget_repairs_of(named(model))


@pytest.fixture
def who() -> Principal:
    return scribe()


def outcome(model: str, control: str, since: Any) -> "list[str]":
    return [each.outcome for each in outcomes(control, named(model), since)]


@pytest.mark.parametrize("model,state", [
    (RETAINS, {"modes": "said", "allowed": ["aws_review", "provider_data_share"]}), (UNSAID, {"modes": "unsaid"}),
    (HAIKU, {"modes": "not-there"})])
def test_a_model_in_use_that_does_not_allow_none_is_reported_and_unknown_is_no_pass(
        model: str, state: "dict[str, Any]", who: Principal) -> None:
    since = now()
    converse(who, model)
    wait_quiet()
    assert outcome(model, KEPT, since) == [], "an inference starts nothing"
    sweep("residency")
    record = await_outcome(KEPT, named(model), since, "reported")
    assert record.body["before"] == {"about": "model", "id": model, "in_use": True, "retention": state}
    assert outcome(model, APPROVED, since) == [], "no list, no control"


def test_a_model_is_in_use_through_a_profile_too(who: Principal) -> None:
    since = now()
    converse(who, f"us.{RETAINS}")
    sweep("residency")
    await_outcome(KEPT, named(RETAINS), since, "reported")


def test_models_in_use_that_allow_none_cost_a_read_each_and_no_record(who: Principal) -> None:
    """The reads that the duty's `lib.rs` lists."""
    for model in (ZERO, f"us.{VERSIONED}"):
        converse(who, model)
    wait_quiet()
    since = now()
    answer = sweep("residency")
    calls = calls_of("residency", since)
    asked = [str(each["parameters"].get("model_id")) for each in calls if each["operation"] == "GetModel"]
    assert asked.count(ZERO) == 1
    assert [each for each in asked if "nova-pro" in each] == [VERSIONED, VERSIONED.split("-v1")[0]]
    operations = Counter(each["operation"] for each in calls)
    lists = {name: operations[name] for name in ("ListInferenceProfiles", "ListFoundationModels", "GetMetricData")}
    assert lists == {"ListInferenceProfiles": 2, "ListFoundationModels": 1, "GetMetricData": 1}
    told = {each["resource"] for each in answer["outcomes"]}
    assert not told & {named(ZERO), named(VERSIONED)} and records(KEPT, since, named(ZERO)) == []


def test_what_is_not_approved_is_reported_where_there_is_a_list(who: Principal) -> None:
    for model in (ZERO, f"us.{VERSIONED}"):
        converse(who, model)
    since = now()
    with baseline(approved_models='["amazon.nova-pro"]'):
        sweep("residency")
    await_outcome(APPROVED, named(ZERO), since, "reported")
    assert outcome(VERSIONED, APPROVED, since) == [], "approved by its id without version"


def test_an_approved_model_that_flips_is_reported_though_nobody_uses_it() -> None:
    model = "mistral.mistral-large-2407-v1:0"
    ledger.forget_repairs_of(named(model))
    with baseline(approved_models=f'["{model}"]'):
        allow("mistral.mistral-large-2407", ["none", "default"])
        since = now()
        sweep("residency")
        assert outcome(model, KEPT, since) == []
        allow("mistral.mistral-large-2407", ["aws_review"])
        sweep("residency")
        record = await_outcome(KEPT, named(model), since, "reported")
    assert record.body["before"]["in_use"] is False and record.body["person"][0].startswith("it is approved, but")


def test_one_that_is_looked_at_by_itself_is_asked_for_like_the_others(who: Principal) -> None:
    converse(who, RETAINS)
    event = saved_event("residency/wake.json")
    event["detail"]["resource"] = named(RETAINS)
    answer, failed = invoke("residency", json.dumps(event).encode())
    assert failed is None
    assert [(each["control"], each["outcome"]) for each in answer["outcomes"]] == [(KEPT, "reported")]


@pytest.mark.parametrize("service,operation", [
    ("cloudwatch", "GetMetricData"), ("bedrock", "ListFoundationModels"), ("bedrock", "ListInferenceProfiles"),
    ("bedrock-mantle", "GetModel")])
def test_what_can_t_be_read_fails_loudly(service: str, operation: str, who: Principal, faults: Faults) -> None:
    converse(who, ZERO)
    faults.add(service, operation, "AccessDeniedException", principal="Residency")
    answer, failed = invoke("residency", json.dumps(saved_event("residency/schedule.json")).encode())
    assert failed and "403" in json.dumps(answer)

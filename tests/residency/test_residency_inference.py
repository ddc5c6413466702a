"""Inference through a Global profile, or that ran outside the geography: told of by its own event, once an hour, and counted."""

from __future__ import annotations

import json
import secrets
from typing import Any, Callable

import pytest
from demo.principals import Principal

from harness import await_outcome, calls_of, emit, invocations, ledger, now, outcomes, saved_event, started, wait_quiet, writes_of
from harness.evidence import records
from harness.inference import (
    GLOBAL, HAIKU, SAID, an_hour_later, arn, converse, copied_from, elsewhere, resource, scribe,
)
from harness.notices import listening

GLOBAL_INFERENCE, GEOGRAPHY = "residency.global-inference", "residency.geography"
_BODY = json.dumps({"messages": SAID})

_WAYS: "dict[str, Callable[[Any, str], Any]]" = {
    "Converse": lambda client, model: client.converse(modelId=model, messages=SAID),
    "ConverseStream": lambda client, model: list(client.converse_stream(modelId=model, messages=SAID)["stream"]),
    "InvokeModel": lambda client, model: client.invoke_model(modelId=model, body=_BODY),
    "InvokeModelWithResponseStream": lambda client, model: list(
        client.invoke_model_with_response_stream(modelId=model, body=_BODY)["body"]),
}


@pytest.fixture
def who() -> Principal:
    """Of whom nothing has been told yet."""
    return scribe()


@pytest.mark.parametrize("named", [GLOBAL, arn("inference-profile", GLOBAL)], ids=["by its id", "by its ARN"])
@pytest.mark.parametrize("way", _WAYS)
def test_a_global_profile_is_told_of_whatever_call_and_name_it_is_used_by(way: str, named: str, who: Principal) -> None:
    since = now()
    _WAYS[way](who.client("bedrock-runtime"), named)
    record = await_outcome(GLOBAL_INFERENCE, resource(who, GLOBAL), since, "reported")
    assert record.body["before"] == {
        "about": "inference", "principal": who.arn, "model": GLOBAL, "route": "global", "region": None}
    assert (record.body["occurrences"], record.body["plan"], record.body["event"]["name"]) == (1, [], way)
    assert "Roe" not in json.dumps(record.body) and "4711008" not in json.dumps(record.body)
    wait_quiet()
    assert records(GEOGRAPHY, since) == [] and writes_of("residency", since) == []


@pytest.mark.parametrize("named", [HAIKU, f"us.{HAIKU}", arn("inference-profile", f"us.{HAIKU}")])
@pytest.mark.parametrize("way", _WAYS)
def test_inference_with_a_regional_model_or_profile_starts_nothing(way: str, named: str, who: Principal) -> None:
    since = now()
    _WAYS[way](who.client("bedrock-runtime"), named)
    wait_quiet()
    assert [each["function"] for each in started(since)] == []


def test_inference_through_a_profile_of_one_s_own_and_one_that_failed_start_nothing(who: Principal) -> None:
    own = copied_from(arn("inference-profile", f"us.{HAIKU}"))
    wait_quiet()
    since = now()
    converse(who, arn("application-inference-profile", own))
    with pytest.raises(Exception, match="ValidationException"):
        converse(who, "global.anthropic.none")
    wait_quiet()
    assert [each["function"] for each in started(since)] == []


def test_it_is_told_once_an_hour_with_how_often(who: Principal) -> None:
    since, named = now(), resource(who, GLOBAL)
    for _ in range(4):
        converse(who, GLOBAL)
        wait_quiet()
    assert [each.body["occurrences"] for each in outcomes(GLOBAL_INFERENCE, named, since)] == [1]
    assert (ledger.item(f"state#{GLOBAL_INFERENCE}", named) or {})["again"] == 3
    an_hour_later(GLOBAL_INFERENCE, named)
    converse(who, GLOBAL)
    wait_quiet()
    assert [each.body["occurrences"] for each in outcomes(GLOBAL_INFERENCE, named, since)] == [1, 4]
    assert [each["error"] for each in invocations(since) if each["error"]] == []


def test_where_no_other_follows_the_heartbeat_has_the_rest_told(who: Principal) -> None:
    since, named = now(), resource(who, GLOBAL)
    for _ in range(3):
        converse(who, GLOBAL)
        wait_quiet()
    assert ledger.item("wake#residency", named), "the heartbeat is to look again when the hour is over"
    for expected in ([1, 2], [1, 2]):
        an_hour_later(GLOBAL_INFERENCE, named)
        [answer] = emit(_wake(named))
        assert answer["error"] is None
        assert [each.body["occurrences"] for each in outcomes(GLOBAL_INFERENCE, named, since)] == expected


def test_principals_and_models_are_told_of_apart(who: Principal) -> None:
    since, other, model = now(), scribe(), "global.amazon.nova-lite-v1:0"
    for principal, named in ((who, GLOBAL), (who, model), (other, GLOBAL)):
        converse(principal, named)
    for principal, named in ((who, GLOBAL), (who, model), (other, GLOBAL)):
        await_outcome(GLOBAL_INFERENCE, resource(principal, named), since, "reported")


def test_a_role_is_one_principal_whatever_its_sessions_are_named(admin: Principal) -> None:
    """Sessions are named by people."""
    since, name = now(), f"scribe-{secrets.token_hex(3)}"
    role = f"arn:aws:iam::000000000000:role/{name}"
    for number in range(2):
        event = elsewhere(admin, GLOBAL, "us-east-1")
        event["detail"]["userIdentity"] = {
            "type": "AssumedRole", "arn": f"arn:aws:sts::000000000000:assumed-role/{name}/jane-doe-{number}",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role}}}
        [answer] = emit(event)
        assert answer["error"] is None
    [record] = outcomes(GLOBAL_INFERENCE, f"inference/{role}/{GLOBAL}", since)
    assert "jane" not in json.dumps(record.body["before"]) + json.dumps(record.body["resource"])


def test_where_it_ran_is_told_of_when_that_is_outside(who: Principal) -> None:
    since = now()
    [answer] = emit(elsewhere(who, f"us.{HAIKU}", "eu-west-1"))
    assert {(each["control"], each["outcome"]) for each in answer["response"]["outcomes"]} == {(GEOGRAPHY, "reported")}
    record = await_outcome(GEOGRAPHY, resource(who, f"us.{HAIKU}"), since, "reported")
    assert record.body["before"]["region"] == "eu-west-1" and "eu-west-1" in record.body["person"][0]
    [answer] = emit(elsewhere(who, GLOBAL, "ap-south-1"))
    assert {each["control"] for each in answer["response"]["outcomes"]} == {GEOGRAPHY, GLOBAL_INFERENCE}
    assert emit(elsewhere(who, f"us.{HAIKU}", "us-west-2")) == [], "inside"


def test_a_profile_of_one_s_own_is_asked_once_where_it_leads(who: Principal) -> None:
    own = copied_from(arn("inference-profile", GLOBAL))
    named = f"application-inference-profile/{own}"
    wait_quiet()
    since = now()
    for _ in range(2):
        [answer] = emit(elsewhere(who, arn("application-inference-profile", own), "eu-west-1"))
        assert answer["error"] is None
    [record] = outcomes(GLOBAL_INFERENCE, resource(who, named), since)
    assert record.body["before"]["route"] == "global"
    asked = [each for each in calls_of("residency", since) if each["operation"] == "GetInferenceProfile"]
    assert len(asked) == 1


def test_what_is_told_people_says_who_and_how_often_and_nothing_of_what_was_said(who: Principal) -> None:
    named = resource(who, GLOBAL)
    converse(who, GLOBAL)
    converse(who, GLOBAL)
    wait_quiet()
    an_hour_later(GLOBAL_INFERENCE, named)
    with listening() as notices:
        converse(who, GLOBAL)
        wait_quiet()
        [told] = notices.told(resource=named)
    assert "2 times" in json.dumps(told)
    assert "Roe" not in json.dumps(told) and "cough" not in json.dumps(told)


def _wake(named: str) -> "dict[str, Any]":
    event = saved_event("residency/wake.json")
    event["detail"]["resource"] = named
    return event

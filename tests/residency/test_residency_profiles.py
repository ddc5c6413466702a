"""Application inference profiles that are copied from a Global one, or lead outside the geography."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import (
    Faults, await_outcome, calls_of, emit, invoke, make_due, now, outcomes, rule_of, saved_event, silenced, wait_quiet,
    writes_of,
)
from harness.evidence import records
from harness.inference import GLOBAL, HAIKU, arn, baseline, copied_from, profiles

CONTROL = "residency.application-profiles"
_GLOBAL, _INSIDE = arn("inference-profile", GLOBAL), arn("inference-profile", f"us.{HAIKU}")
_MODEL = f"arn:aws:bedrock:us-east-1::foundation-model/{HAIKU}"


def named(profile: str) -> str:
    return f"application-inference-profile/{profile}"


@pytest.fixture
def deletes() -> "Iterator[None]":
    """The baseline opts in."""
    with baseline(delete_global_profiles="true"):
        yield


@pytest.fixture
def unheard() -> str:
    """Copied from a Global profile, and no event told of it."""
    with silenced("residency"):
        return copied_from(_GLOBAL)


def look_at(profile: str) -> "tuple[Any, str | None]":
    event = saved_event("residency/wake.json")
    event["detail"]["resource"] = named(profile)
    return invoke("residency", json.dumps(event).encode())


def test_a_copy_of_a_global_profile_is_reported_and_stays(drifter: Principal) -> None:
    since = now()
    made = copied_from(_GLOBAL, drifter)
    record = await_outcome(CONTROL, named(made), since, "reported")
    assert record.body["before"] == {"about": "profile", "destinations": ["anywhere", {"region": "us-east-1"}]}
    assert "delete_global_profiles" in record.body["person"][0] and record.body["plan"] == []
    wait_quiet()
    assert made in profiles() and writes_of("residency", since) == []


@pytest.mark.parametrize("source", [_INSIDE, _MODEL], ids=["of the geography", "of a model"])
def test_another_copy_costs_one_read(source: str, drifter: Principal) -> None:
    wait_quiet()
    since = now()
    made = copied_from(source, drifter)
    wait_quiet()
    operations = Counter(call["operation"] for call in calls_of("residency", since) if call["operation"] != "Query")
    assert operations == Counter(["GetInferenceProfile"])
    assert records(CONTROL, since) == [] and made in profiles()


def test_what_no_event_told_is_found_by_the_schedule(unheard: str) -> None:
    since = now()
    make_due(rule_of("residency", scheduled=True).name)
    await_outcome(CONTROL, named(unheard), since, "reported")


def test_where_the_baseline_opts_in_it_is_deleted_and_nothing_else(unheard: str, deletes: None) -> None:
    inside, since = copied_from(_INSIDE), now()
    for profile in (inside, unheard):
        answer, failed = look_at(profile)
        assert failed is None, answer
    [record] = outcomes(CONTROL, named(unheard), since)
    assert record.outcome == "remediated" and record.body["after"] == {"about": "no-profile"}
    assert record.body["plan"] == [{"step": "delete-profile"}]
    assert unheard not in profiles() and inside in profiles()
    assert [operation for operation, _ in writes_of("residency", since)] == ["DeleteInferenceProfile"]
    answer, failed = look_at(unheard)
    assert (failed, answer["outcomes"]) == (None, [])


@pytest.mark.parametrize("error", ["ThrottlingException", "InternalServerException"])
def test_a_deletion_that_fails_once_is_made(error: str, unheard: str, deletes: None, faults: Faults) -> None:
    since = now()
    faults.add("bedrock", "DeleteInferenceProfile", error, 1)
    answer, failed = look_at(unheard)
    assert (failed, faults.left()) == (None, []), answer
    assert [each.outcome for each in outcomes(CONTROL, named(unheard), since)] == ["remediated"]
    assert unheard not in profiles()


def test_a_deletion_whose_answer_is_lost_is_done(unheard: str, deletes: None, faults: Faults) -> None:
    since = now()
    faults.add("bedrock", "DeleteInferenceProfile", "InternalServerException", 1, phase="after")
    answer, failed = look_at(unheard)
    assert failed is None, answer
    assert [each.outcome for each in outcomes(CONTROL, named(unheard), since)] == ["remediated"]


def test_a_deletion_that_is_refused_is_never_called_fixed(unheard: str, deletes: None, faults: Faults) -> None:
    since = now()
    faults.add("bedrock", "DeleteInferenceProfile", "AccessDeniedException", principal="Residency")
    answer, failed = look_at(unheard)
    assert failed and "AccessDeniedException" in json.dumps(answer)
    assert {each.outcome for each in outcomes(CONTROL, named(unheard), since)} == {"failed"}
    assert unheard in profiles()
    faults.clear()
    answer, failed = look_at(unheard)
    assert failed is None and unheard not in profiles()


@pytest.mark.parametrize("error", ["AccessDeniedException", "InternalServerException"])
def test_a_profile_that_can_t_be_read_is_no_pass(error: str, unheard: str, faults: Faults) -> None:
    faults.add("bedrock", "GetInferenceProfile", error, principal="Residency")
    answer, failed = look_at(unheard)
    assert failed and error in json.dumps(answer)


def test_a_call_that_failed_leads_nowhere() -> None:
    event = saved_event("residency/create-inference-profile.json")
    event["detail"].update(errorCode="AccessDenied", requestParameters=None, responseElements=None)
    since = now()
    assert {json.dumps(each["response"]["outcomes"]) for each in emit(event)} == {"[]"}
    assert calls_of("residency", since) == []

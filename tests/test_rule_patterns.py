"""Every rule's pattern against every saved event, asked of EventBridge itself: it matches its own and no other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from demo.principals import Principal

from harness import rules, saved_event
from harness.saved import EVENTS, corpus, duties_of, duties_of_corpus, enveloped, event_of, named


def _matched(admin: Principal, event: "dict[str, Any]") -> "list[str]":
    events, text = admin.client("events"), json.dumps(event)
    return sorted(
        rule.duty for rule in rules() if rule.pattern is not None
        and events.test_event_pattern(EventPattern=json.dumps(rule.pattern), Event=text)["Result"])


@pytest.mark.parametrize("file", EVENTS, ids=named)
def test_exactly_one_rule_of_each_duty_meant_matches(file: Path, admin: Principal) -> None:
    assert _matched(admin, event_of(file)) == sorted(duties_of(file))


@pytest.mark.skipif(not corpus(), reason="no corpus of real records at ../shared/corpus")
def test_real_records_match_the_rules_that_are_meant_and_no_other(admin: Principal) -> None:
    assert len(corpus()) > 50
    wrong = {
        file.name: matched for file in corpus()
        if (matched := _matched(admin, enveloped(file))) != sorted(duties_of_corpus(file))}
    assert wrong == {}


@pytest.mark.parametrize("file", [each for each in EVENTS if each.stem == "deployed"], ids=named)
def test_another_stack_s_deploy_matches_no_rule(file: Path, admin: Principal) -> None:
    assert _matched(admin, saved_event(file)) == [], "the saved stack's id is not that of the deployed one"
    event = event_of(file)
    event["detail"]["status-details"]["status"] = "UPDATE_IN_PROGRESS"
    assert _matched(admin, event) == [], "the deploy has not ended"


@pytest.mark.parametrize("file", [each for each in EVENTS if each.stem == "wake"], ids=named)
def test_only_phiward_wakes_a_duty_and_only_the_one_that_is_named(file: Path, admin: Principal) -> None:
    event = saved_event(file)
    assert _matched(admin, {**event, "source": "somebody"}) == []
    assert _matched(admin, {**event, "detail": {**event["detail"], "duty": "operate"}}) == []


def test_each_function_has_its_ways_in(admin: Principal) -> None:
    three = ("retention", "buckets", "quarantine", "encryption-keys", "log-groups", "detectors", "free-text", "audit-trail",
             "storage-surfaces", "guardrails")
    # A bucket that was put right starts it too.
    for function, patterns in {**dict.fromkeys(three, 3), "invocation-logging": 4, "residency": 4, "operate": 1,
                               "readiness": 3}.items():
        own = [rule for rule in rules() if rule.duty == function]
        assert len([rule for rule in own if rule.schedule]) == 1
        assert len([rule for rule in own if rule.pattern]) == patterns


def test_objects_are_not_swept(admin: Principal) -> None:
    """Buckets may hold billions."""
    own = [rule for rule in rules() if rule.duty == "object-encryption"]
    assert [rule.schedule for rule in own] == [None] * 3


def test_a_rule_that_could_not_deliver_would_tell_a_person(admin: Principal) -> None:
    """Each target has the dead-letter queue."""
    events = admin.client("events")
    for rule in rules():
        for target in events.list_targets_by_rule(Rule=rule.name)["Targets"]:
            assert "DeadLetterQueue" in target["DeadLetterConfig"]["Arn"], rule.name

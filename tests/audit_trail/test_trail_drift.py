"""Whatever somebody takes away from the trail comes back, read back and on record, and nothing else is sent."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest
from demo.principals import Principal

from harness import await_outcome, calls_of, intent_of, now, silenced, sweep, wait_quiet, writes_of
from harness.trail import (
    ARN, DUTY, MANAGEMENT, PROJECTS, TRAIL, data_key, described, is_logging, is_right, others_stopped, selectors,
)

Act = Callable[[Any], Any]


def _update(**given: Any) -> "Act":
    return lambda trails: trails.update_trail(Name=TRAIL, **given)


def _select(*fields: "dict[str, Any]") -> "Act":
    """For management events a selector with these fields besides; the other one stays."""
    narrowed = {"FieldSelectors": [*MANAGEMENT["FieldSelectors"], *fields]}
    return lambda trails: trails.put_event_selectors(TrailName=TRAIL, AdvancedEventSelectors=[narrowed, PROJECTS])


def _put(**kind: Any) -> "Act":
    return lambda trails: trails.put_event_selectors(TrailName=ARN, **kind)


_UPDATED = {"Name": ARN}
_WHOLE = ("PutEventSelectors", {"TrailName": ARN, "AdvancedEventSelectors": [MANAGEMENT, PROJECTS]})
#: By what is done: the control, the event, the one call that repairs it with its parameters, and the act.
DRIFTS: "dict[str, tuple[str, str, tuple[str, dict[str, Any]], Act]]" = {
    "stopped by name": ("logging", "StopLogging", ("StartLogging", _UPDATED), lambda trails: trails.stop_logging(Name=TRAIL)),
    "stopped by ARN": ("logging", "StopLogging", ("StartLogging", _UPDATED), lambda trails: trails.stop_logging(Name=ARN)),
    "one Region alone": (
        "multi-region", "UpdateTrail",
        ("UpdateTrail", {**_UPDATED, "IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": True}),
        _update(IsMultiRegionTrail=False)),
    "no digests": (
        "file-validation", "UpdateTrail", ("UpdateTrail", {**_UPDATED, "EnableLogFileValidation": True}),
        _update(EnableLogFileValidation=False)),
    "writes alone": (
        "management-events", "PutEventSelectors", _WHOLE, _select({"Field": "readOnly", "Equals": ["false"]})),
    "reads alone": (
        "management-events", "PutEventSelectors", _WHOLE, _select({"Field": "readOnly", "Equals": ["true"]})),
    "without KMS": (
        "management-events", "PutEventSelectors", _WHOLE,
        _select({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]})),
    "one caller left out": (
        "management-events", "PutEventSelectors", _WHOLE,
        _select({"Field": "userIdentity.arn", "NotEquals": ["arn:aws:iam::000000000000:user/x"]})),
    "no data events": (
        "data-events", "PutEventSelectors", _WHOLE, _put(AdvancedEventSelectors=[MANAGEMENT])),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_what_somebody_takes_away_comes_back(drift: str, drifter: Principal) -> None:
    rule, event, (operation, parameters), act = DRIFTS[drift]
    since = now()
    act(drifter.client("cloudtrail"))
    record = await_outcome(f"audit-trail.{rule}", TRAIL, since)
    wait_quiet()
    assert is_right()
    assert [name for name, _ in writes_of(DUTY, since)] == [operation], "one drift is one write"
    assert [each["parameters"] for each in calls_of(DUTY, since) if each["operation"] == operation] == [parameters]
    outcome, intent = record.body, intent_of(record).body
    assert (outcome["duty"], outcome["mode"], outcome["person"]) == (DUTY, "enforce", [])
    assert (outcome["event"]["name"], outcome["event"]["actor"]) == (event, drifter.arn)
    assert outcome["before"] != outcome["after"] and outcome["plan"] == intent["plan"]


def test_management_events_that_were_left_out_at_all_are_recorded_again(drifter: Principal) -> None:
    since = now()
    drifter.client("cloudtrail").put_event_selectors(TrailName=TRAIL, AdvancedEventSelectors=[PROJECTS])
    await_outcome("audit-trail.management-events", TRAIL, since)
    assert selectors() == [PROJECTS, MANAGEMENT]


def test_one_region_without_global_services_gets_both_back(drifter: Principal) -> None:
    since = now()
    drifter.client("cloudtrail").update_trail(
        Name=TRAIL, IsMultiRegionTrail=False, IncludeGlobalServiceEvents=False)
    for rule in ("global-events", "multi-region"):
        await_outcome(f"audit-trail.{rule}", TRAIL, since)
    assert is_right()


def _other_key(kms: Any) -> str:
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}
    return kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


@pytest.mark.parametrize("key", ["none", "another one of the account"])
def test_the_data_key_comes_back_and_is_looked_at_first(key: str, drifter: Principal, admin: Principal) -> None:
    named, since = "" if key == "none" else _other_key(admin.client("kms")), now()
    drifter.client("cloudtrail").update_trail(Name=TRAIL, KmsKeyId=named)
    record = await_outcome("audit-trail.kms-key", TRAIL, since)
    wait_quiet()
    assert (described() or {})["KmsKeyId"] == data_key()
    assert record.body["before"]["trail"]["key"] == (named or None)
    calls = [each["operation"] for each in calls_of(DUTY, since)]
    assert {"DescribeKey", "GetKeyPolicy"} <= set(calls[:calls.index("UpdateTrail")])
    updates = [each["parameters"] for each in calls_of(DUTY, since) if each["operation"] == "UpdateTrail"]
    assert updates == [{"Name": ARN, "KmsKeyId": data_key()}]


def test_a_stopped_trail_tells_nobody_and_the_schedule_finds_what_came_after(drifter: Principal) -> None:
    trails = drifter.client("cloudtrail")
    with others_stopped():
        with silenced(DUTY):
            trails.stop_logging(Name=TRAIL)
        since = now()
        trails.update_trail(Name=TRAIL, EnableLogFileValidation=False)
        wait_quiet()
        assert not is_logging() and calls_of(DUTY, since) == [], "no event comes of a stopped trail"
        sweep(DUTY)
    for rule in ("logging", "file-validation"):
        record = await_outcome(f"audit-trail.{rule}", TRAIL, since)
        assert record.body["event"]["actor"] is None
    assert is_right()

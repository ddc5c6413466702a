"""Repairs of the trail, to be made while AWS fails."""

from __future__ import annotations

from typing import Callable

from harness.rules import silenced
from harness.trail import (
    ARN, DUTY, MANAGEMENT, PROJECTS, TRAIL, client, data_key, described, is_logging, is_right, put_right, selectors,
)
from permissions.runs import api_call

from .drift import Drift

_FLAGS = {"multi-region": "IsMultiRegionTrail", "global-events": "IncludeGlobalServiceEvents",
          "file-validation": "LogFileValidationEnabled"}


def settings() -> Drift:
    """Everything that can be changed of it."""
    with silenced(DUTY):
        put_right()
        client().update_trail(Name=TRAIL, IsMultiRegionTrail=False, IncludeGlobalServiceEvents=False,
                              EnableLogFileValidation=False, KmsKeyId="")
        client().put_event_selectors(TrailName=TRAIL, EventSelectors=[{"ReadWriteType": "WriteOnly"}])
        client().stop_logging(Name=TRAIL)

    def all_management() -> bool:
        basic = selectors("EventSelectors")
        return selectors()[:1] == [MANAGEMENT] or [each["ReadWriteType"] for each in basic] == ["All"]

    right: "dict[str, Callable[[], bool]]" = {
        "audit-trail.logging": is_logging,
        "audit-trail.management-events": all_management,
        "audit-trail.data-events": lambda: PROJECTS in selectors(),
        "audit-trail.kms-key": lambda: (described() or {}).get("KmsKeyId") == data_key(),
        **{f"audit-trail.{rule}": lambda flag=flag: (described() or {})[flag] for rule, flag in _FLAGS.items()},
    }
    goal = {(control, TRAIL): "remediated" for control in right}
    return Drift(api_call("cloudtrail", "StopLogging", name=ARN), goal, lambda control: right[control]())


def made_again() -> Drift:
    """A trail that was deleted: something is lost, so it is never called fixed."""
    with silenced(DUTY):
        put_right()
        client().delete_trail(Name=TRAIL)
    goal = {("audit-trail.present", TRAIL): "reported"}
    return Drift(api_call("cloudtrail", "DeleteTrail", name=TRAIL), goal, lambda _: is_right())

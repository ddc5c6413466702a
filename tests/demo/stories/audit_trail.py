"""Somebody blinds the trail, and stops it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..story import Story, now
from ..surroundings import Surroundings

TRAIL = "management-events"


def _look(around: Surroundings) -> "dict[str, Any]":
    trails = around.admin.client("cloudtrail")
    found = trails.get_trail(Name=TRAIL)["Trail"]
    selectors = trails.get_event_selectors(TrailName=TRAIL)
    advanced = [each["FieldSelectors"] for each in selectors.get("AdvancedEventSelectors", [])]
    management = [len(each) == 1 for each in advanced if each[0]["Equals"] == ["Management"]]
    return {
        "logs": trails.get_trail_status(Name=TRAIL)["IsLogging"],
        "all_management_events": any(management),
        "all_regions": found["IsMultiRegionTrail"], "digests": found["LogFileValidationEnabled"],
        "key": found.get("KmsKeyId", "none").rsplit("/", 1)[-1],
    }


def _is_right(around: Surroundings, seen: "dict[str, Any]") -> bool:
    key = around.outputs["DataKeyArn"].rsplit("/", 1)[-1]
    return seen == {"logs": True, "all_management_events": True, "all_regions": True, "digests": True, "key": key}


def blinded(around: Surroundings) -> Story:
    """It logs, and leaves out what happens to keys."""
    who = around.people["contractor"]

    def act() -> datetime:
        management = {"Field": "eventCategory", "Equals": ["Management"]}
        without_keys = {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}
        called = now()
        who.client("cloudtrail").put_event_selectors(
            TrailName=TRAIL, AdvancedEventSelectors=[{"FieldSelectors": [management, without_keys]}])
        return called

    return Story(
        title="The trail blind to keys",
        who=who,
        did=f"cloudtrail:PutEventSelectors on {TRAIL}, without kms.amazonaws.com",
        controls=("audit-trail.management-events", "audit-trail.data-events"),
        resource=lambda: TRAIL,
        look=lambda: _look(around),
        act=act,
        is_right=lambda seen: _is_right(around, seen),
        put_back=lambda: around.admin.client("cloudtrail").put_event_selectors(
            TrailName=TRAIL, EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}]),
    )


def stopped(around: Surroundings) -> Story:
    """Its own end is the last that it tells."""
    who = around.people["contractor"]

    def act() -> datetime:
        called = now()
        who.client("cloudtrail").stop_logging(Name=TRAIL)
        return called

    return Story(
        title="The trail stopped",
        who=who,
        did=f"cloudtrail:StopLogging on {TRAIL}",
        controls=("audit-trail.logging",),
        resource=lambda: TRAIL,
        look=lambda: _look(around),
        act=act,
        is_right=lambda seen: _is_right(around, seen),
        put_back=lambda: around.admin.client("cloudtrail").start_logging(Name=TRAIL),
    )

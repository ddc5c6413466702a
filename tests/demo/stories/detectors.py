"""Somebody blinds the account: AWS Config stops recording, and GuardDuty's detector is deleted."""

from __future__ import annotations

from datetime import datetime

from ..story import Story, now
from ..surroundings import Surroundings

_RECORDER = "default"


def recorder(around: Surroundings) -> Story:
    """Nothing that is changed from then on would be on record."""
    who, admin = around.people["contractor"], around.admin.client("config")

    def look() -> "dict[str, str]":
        [status] = admin.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
        return {"recorder": "records" if status["recording"] else "is stopped"}

    def act() -> datetime:
        called = now()
        who.client("config").stop_configuration_recorder(ConfigurationRecorderName=_RECORDER)
        return called

    return Story(
        title="AWS Config stopped",
        who=who,
        did=f"config:StopConfigurationRecorder {_RECORDER}",
        controls=("detectors.config-recorder",),
        resource=lambda: "config-recorder",
        look=look,
        act=act,
        is_right=lambda seen: seen["recorder"] == "records",
    )


def detector(around: Surroundings) -> Story:
    """A new one is made; what the old one had found is lost, so nobody calls it fixed."""
    who, admin = around.people["contractor"], around.admin.client("guardduty")

    def look() -> "dict[str, str]":
        detectors = admin.list_detectors()["DetectorIds"]
        return {"detector": admin.get_detector(DetectorId=detectors[0])["Status"] if detectors else "not there"}

    def act() -> datetime:
        [identifier] = admin.list_detectors()["DetectorIds"]
        called = now()
        who.client("guardduty").delete_detector(DetectorId=identifier)
        return called

    return Story(
        title="GuardDuty's detector deleted",
        who=who,
        did="guardduty:DeleteDetector",
        controls=("detectors.guardduty",),
        resource=lambda: "guardduty",
        look=look,
        act=act,
        is_right=lambda seen: seen["detector"] == "ENABLED",
        expected="reported",
    )

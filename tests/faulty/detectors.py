"""The detective services switched off, and on again while AWS fails."""

from __future__ import annotations

from typing import Any

from harness import surroundings

from permissions.runs import api_call

from .drift import Drift


def _client(service: str) -> Any:
    return surroundings().admin.client(service)


def recorder() -> Drift:
    """A recorder that was stopped."""
    config, named = _client("config"), {"ConfigurationRecorderName": "default"}
    config.stop_configuration_recorder(**named)

    def is_right(_: str) -> bool:
        return config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"][0]["recording"]

    goal = {("detectors.config-recorder", "config-recorder"): "remediated"}
    return Drift(api_call("config", "StopConfigurationRecorder", **named), goal, is_right)


def guardduty() -> Drift:
    """A detector that was switched off, and a plan with it."""
    client = _client("guardduty")
    [identifier] = client.list_detectors()["DetectorIds"]
    off = [{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}]
    client.update_detector(DetectorId=identifier, Enable=False, Features=off)

    def is_right(control: str) -> bool:
        seen = client.get_detector(DetectorId=identifier)
        plans = {each["Name"]: each["Status"] for each in seen["Features"]}
        return (seen["Status"] if control == "detectors.guardduty" else plans["S3_DATA_EVENTS"]) == "ENABLED"

    goal = {(control, "guardduty"): "remediated" for control in ("detectors.guardduty", "detectors.guardduty-protection")}
    return Drift(api_call("guardduty", "UpdateDetector", detectorId=identifier), goal, is_right)


def detector() -> Drift:
    """A detector that was deleted."""
    client = _client("guardduty")
    for each in client.list_detectors()["DetectorIds"]:
        client.delete_detector(DetectorId=each)

    def is_right(_: str) -> bool:
        return len(client.list_detectors()["DetectorIds"]) == 1

    return Drift(api_call("guardduty", "DeleteDetector"), {("detectors.guardduty", "guardduty"): "reported"}, is_right)


def macie() -> Drift:
    """A Macie that was disabled, and has forgotten everything."""
    client = _client("macie2")
    if _is_on(client):
        client.disable_macie()
    outcomes = {"detectors.macie": "reported", "detectors.macie-identifiers": "remediated",
                "detectors.macie-discovery": "remediated"}
    goal = {(control, "macie"): outcome for control, outcome in outcomes.items()}
    return Drift(api_call("macie2", "DisableMacie"), goal, lambda control: _is_on(client) and _is_right(client, control))


def _is_on(client: Any) -> bool:
    try:
        return client.get_macie_session()["status"] == "ENABLED"
    except client.exceptions.AccessDeniedException:
        return False


def _is_right(client: Any, control: str) -> bool:
    """Discovery that is off looks for nothing."""
    discovery = client.get_automated_discovery_configuration()
    is_on = discovery["status"] == "ENABLED"
    if control != "detectors.macie-identifiers":
        return is_on or control == "detectors.macie"
    made = [each["id"] for each in client.list_custom_data_identifiers()["items"] if each["name"] == "MRN"]
    if not is_on:
        return len(made) == 1
    template = client.get_sensitivity_inspection_template(id=discovery["sensitivityInspectionTemplateId"])
    return len(made) == 1 and template.get("includes", {}).get("customDataIdentifierIds") == made

"""GuardDuty is on, with the baseline's protection plans; others' plans stay as they are."""

from __future__ import annotations

from typing import Any

import pytest
from demo.principals import Principal

from harness import Faults, await_outcome, calls_of, emit, intent_of, now, outcomes, wait_quiet, writes_of

CONTROL, PROTECTION, ID = "detectors.guardduty", "detectors.guardduty-protection", "guardduty"


def _detector(client: Any) -> "dict[str, Any]":
    """The one detector, without when it was updated."""
    [identifier] = client.list_detectors()["DetectorIds"]
    found = client.get_detector(DetectorId=identifier)
    return {"id": identifier, **{name: found[name] for name in ("Status", "FindingPublishingFrequency", "Features")}}


def _statuses(client: Any) -> "dict[str, str]":
    return {each["Name"]: each["Status"] for each in _detector(client)["Features"]}


def test_a_detector_that_is_switched_off_is_switched_on_and_nothing_else_of_it_changes(
        guardduty: Any, drifter: Principal) -> None:
    before, since = _detector(guardduty), now()
    drifter.client("guardduty").update_detector(DetectorId=before["id"], Enable=False)
    record = await_outcome(CONTROL, ID, since)
    wait_quiet()
    assert _detector(guardduty) == before
    assert record.body["plan"] == [{"step": "enable-detector"}]
    assert record.body["before"]["detector"]["status"] == "DISABLED"
    assert record.body["event"]["name"] == "UpdateDetector" and record.body["event"]["actor"] == drifter.arn
    assert intent_of(record).body["before"] == record.body["before"]
    # The repair's own event costs reads only.
    assert writes_of("detectors", since) == [("UpdateDetector", "")] and len(outcomes(CONTROL, ID, since)) == 1


def test_a_compliant_detector_costs_two_reads() -> None:
    since = now()
    assert [each["response"] for each in emit("detectors/update-detector.json")] == [
        {"checked": 1, "outcomes": [], "ignored": None}]
    assert [each["operation"] for each in calls_of("detectors", since)] == ["ListDetectors", "GetDetector"]


@pytest.mark.parametrize("plan", ["S3_DATA_EVENTS", "AI_PROTECTION"])
def test_a_plan_of_the_baseline_is_switched_on_and_others_stay(plan: str, guardduty: Any, drifter: Principal) -> None:
    off = [{"Name": name, "Status": "DISABLED"} for name in (plan, "EKS_AUDIT_LOGS")]
    runtime = [{"Name": "RUNTIME_MONITORING", "Status": "ENABLED", "AdditionalConfiguration": [
        {"Name": "EC2_AGENT_MANAGEMENT", "Status": "DISABLED"}]}]
    before, since = _statuses(guardduty), now()
    drifter.client("guardduty").update_detector(DetectorId=_detector(guardduty)["id"], Features=off + runtime)
    record = await_outcome(PROTECTION, ID, since)
    wait_quiet()
    assert record.body["plan"] == [{"step": "enable-feature", "name": plan}]
    assert _statuses(guardduty) == {**before, "EKS_AUDIT_LOGS": "DISABLED", "RUNTIME_MONITORING": "ENABLED"}
    assert runtime[0] in _detector(guardduty)["Features"]
    [update] = [each for each in calls_of("detectors", since) if each["operation"] == "UpdateDetector"]
    assert update["parameters"]["Features"] == [{"Name": plan, "Status": "ENABLED"}]


def test_a_deleted_detector_is_made_again_and_the_loss_is_reported(guardduty: Any, drifter: Principal) -> None:
    before, since = _detector(guardduty), now()
    drifter.client("guardduty").delete_detector(DetectorId=before["id"])
    record = await_outcome(CONTROL, ID, since, "reported")
    after = _detector(guardduty)
    assert after["id"] != before["id"] and {**after, "id": before["id"]} == before
    assert record.body["plan"] == [{"step": "create-detector"}] and record.body["times"]["repaired"]
    assert any("findings, suppression rules" in each for each in record.body["person"])
    assert await_outcome(PROTECTION, ID, since).body["before"] == record.body["before"]


def test_what_guardduty_refuses_is_for_a_person(guardduty: Any, drifter: Principal, faults: Faults) -> None:
    faults.add("guardduty", "UpdateDetector", "BadRequestException", principal="Detectors", status=400)
    off = [{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}]
    since = now()
    drifter.client("guardduty").update_detector(DetectorId=_detector(guardduty)["id"], Features=off)
    record = await_outcome(PROTECTION, ID, since, "reported")
    assert "administrator account" in record.body["person"][0] and record.body["error"] is None
    assert _statuses(guardduty)["S3_DATA_EVENTS"] == "DISABLED"

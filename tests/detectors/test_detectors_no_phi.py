"""What somebody has named a recorder, or written into an identifier, is said nowhere by the duty `detectors`."""

from __future__ import annotations

import json
from typing import Any

from demo.principals import Principal
from harness import Faults, calls_of, invoke, now, saved_event, silenced
from harness.planted import Ears, Markers, said
from harness.recorder import described

_EVENTS = {"config": "stop-configuration-recorder", "guardduty": "update-detector", "macie2": "delete-custom-data-identifier"}


def _planted(marker: Markers, admin: Principal, recorder: "dict[str, Any]") -> None:
    """Markers wherever somebody may write what they like, and drift beside them."""
    config, macie, guardduty = (admin.client(name) for name in ("config", "macie2", "guardduty"))
    config.put_configuration_recorder(ConfigurationRecorder=recorder)
    config.stop_configuration_recorder(ConfigurationRecorderName=recorder["name"])
    for each in macie.list_custom_data_identifiers()["items"]:
        macie.delete_custom_data_identifier(id=each["id"])
    macie.create_custom_data_identifier(
        name="MRN", regex=marker("regex"), keywords=[marker("keyword")], ignoreWords=[marker("ignored")],
        description=marker("description"))
    [identifier] = guardduty.list_detectors()["DetectorIds"]
    guardduty.update_detector(DetectorId=identifier, Enable=False)


def _event(service: str, marker: Markers) -> bytes:
    event = saved_event(f"detectors/{_EVENTS[service]}.json")
    event["detail"]["requestParameters"] = {"configurationRecorderName": marker("parameter"), "id": marker("parameter")}
    return json.dumps(event).encode()


def test_nothing_when_any_call_is_refused(
        recorder: Any, macie: Any, guardduty: Any, admin: Principal, faults: Faults) -> None:
    marker, since, ears = Markers(), now(), Ears()
    kept = described(recorder)
    named = {"name": marker("recorder"), "roleARN": kept["roleARN"], "recordingGroup": {"allSupported": True}}
    with silenced("detectors"):
        recorder.stop_configuration_recorder(ConfigurationRecorderName=kept["name"])
        recorder.delete_configuration_recorder(ConfigurationRecorderName=kept["name"])
        try:
            for service in _EVENTS:
                _planted(marker, admin, named)
                invoke("detectors", _event(service, marker))
            operations = sorted({(call["service"], call["operation"]) for call in calls_of("detectors", since)})
            for service, operation in operations:
                for error in ("AccessDeniedException", "BadRequestException"):
                    _planted(marker, admin, named)
                    message = f"not authorized to perform it on {marker('error')}"
                    faults.add(service, operation, error, 1, message=message, principal="Detectors", status=400)
                    for each in _EVENTS if service not in _EVENTS else [service]:
                        invoke("detectors", _event(each, marker))
                    faults.clear()
        finally:
            recorder.delete_configuration_recorder(ConfigurationRecorderName=named["name"])
    assert {("config", "StartConfigurationRecorder"), ("guardduty", "UpdateDetector")} <= set(operations)
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    leaks = {where: found for where, text in {**said(since), "events and notices": json.dumps(heard)}.items()
             if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)

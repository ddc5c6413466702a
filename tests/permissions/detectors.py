"""What `detectors` must be able to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import client

_DUTY = "detectors"
_CONTROL, _ID = "detectors.config-recorder", "config-recorder"
_MACIE, _GUARDDUTY = "macie", "guardduty"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("starts the recorder", _started),
        *of_every_function(_DUTY),
        Scenario("enables Macie with all that the baseline asks for", _enabled),
        Scenario("lets a suspended Macie go on", _resumed),
        Scenario("switches the detector and its plans on", _switched_on),
        Scenario("makes the detector again", _made_again),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


@contextmanager
def _services_left_on() -> "Iterator[None]":
    """What a role that lacks something has not repaired is there again for the next."""
    macie, guardduty = client("macie2"), client("guardduty")
    try:
        yield
    finally:
        try:
            macie.update_macie_session(status="ENABLED")
        except macie.exceptions.AccessDeniedException:
            macie.enable_macie()
        if not guardduty.list_detectors()["DetectorIds"]:
            guardduty.create_detector(Enable=True)


def _drift() -> "dict[str, Any]":
    """A recorder that is stopped, and the event that tells of it."""
    client("config").stop_configuration_recorder(ConfigurationRecorderName="default")
    return api_call("config", "StopConfigurationRecorder")


def _started() -> None:
    expect(run(_DUTY, _drift()), {(_CONTROL, _ID): "remediated"})
    assert run(_DUTY, sweep()) == {}


def _enabled() -> None:
    with _services_left_on():
        client("macie2").disable_macie()
        expect(run(_DUTY, api_call("macie2", "DisableMacie")), {
            ("detectors.macie", _MACIE): "reported", ("detectors.macie-identifiers", _MACIE): "remediated",
            ("detectors.macie-discovery", _MACIE): "remediated"})


def _resumed() -> None:
    with _services_left_on():
        client("macie2").update_macie_session(status="PAUSED")
        expect(run(_DUTY, api_call("macie2", "UpdateMacieSession")), {("detectors.macie", _MACIE): "reported"})


def _switched_on() -> None:
    guardduty = client("guardduty")
    [identifier] = guardduty.list_detectors()["DetectorIds"]
    off = [{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}]
    guardduty.update_detector(DetectorId=identifier, Enable=False, Features=off)
    expect(run(_DUTY, api_call("guardduty", "UpdateDetector")), {
        ("detectors.guardduty", _GUARDDUTY): "remediated", ("detectors.guardduty-protection", _GUARDDUTY): "remediated"})


def _made_again() -> None:
    with _services_left_on():
        for identifier in client("guardduty").list_detectors()["DetectorIds"]:
            client("guardduty").delete_detector(DetectorId=identifier)
        expect(run(_DUTY, api_call("guardduty", "DeleteDetector")), {("detectors.guardduty", _GUARDDUTY): "reported"})


def _taken_over() -> None:
    memory.announced(_DUTY, _CONTROL, _ID)
    expect(run(_DUTY, _drift()), {(_CONTROL, _ID): "remediated"})


def _finished() -> None:
    memory.killed_after(_DUTY, _drift(), "config", "StartConfigurationRecorder")
    expect(run(_DUTY, memory.wake(_DUTY, _ID)), {(_CONTROL, _ID): "remediated"})


def _fought() -> None:
    memory.fought_over(_CONTROL, _ID)
    expect(run(_DUTY, _drift()), {(_CONTROL, _ID): "escalated"})
    assert memory.ledger().item(f"wake#{_DUTY}", _ID), "nobody will look again"
    client("config").start_configuration_recorder(ConfigurationRecorderName="default")


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    _drift()
    expect(run(_DUTY, memory.wake(_DUTY, _ID, ordered=True)), {(_CONTROL, _ID): "remediated"})

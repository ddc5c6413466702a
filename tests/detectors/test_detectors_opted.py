"""Of a service that the deployment did not opt into nothing is ever asked."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from harness import calls_of, configured, invoke, now, saved_event, sweep

_VARIABLES = {
    "config": "PHIWARD_KEEP_CONFIG_RECORDER_ON", "guardduty": "PHIWARD_KEEP_GUARDDUTY_ON", "macie2": "PHIWARD_KEEP_MACIE_ON"}
_EVENTS = {"config": "stop-configuration-recorder", "guardduty": "delete-detector", "macie2": "disable-macie"}


def _asked(since: datetime) -> "set[str]":
    return {each["service"] for each in calls_of("detectors", since)} & set(_VARIABLES)


@pytest.mark.parametrize("service", _VARIABLES)
def test_only_what_was_opted_into_is_asked(service: str) -> None:
    """The others' events lead nowhere."""
    others = {name: "false" for each, name in _VARIABLES.items() if each != service}
    with configured("detectors", **others):
        since = now()
        assert sweep("detectors")["checked"] == 1
        assert _asked(since) == {service}
        since = now()
        for other in set(_EVENTS) - {service}:
            answer, failed = invoke("detectors", json.dumps(saved_event(f"detectors/{_EVENTS[other]}.json")).encode())
            assert failed is None and answer["ignored"] == "the deployment did not opt into this service"
        assert _asked(since) == set()


def test_without_any_nothing_is_looked_at() -> None:
    with configured("detectors", **dict.fromkeys(_VARIABLES.values(), "false")):
        since = now()
        assert sweep("detectors")["checked"] == 0
        assert _asked(since) == set()

"""There is one of each service: what a test has done to it is put right before the next."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from botocore.exceptions import ClientError
from demo.principals import Principal

from harness import ledger, silenced, sweep
from harness.recorder import RECORDER, described


@pytest.fixture
def macie(admin: Principal) -> "Iterator[Any]":
    """Macie; afterwards as if it had been switched on a moment ago, with the baseline's settings."""
    client = admin.client("macie2")
    yield client
    with silenced("detectors"):
        try:
            client.disable_macie()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDeniedException"
        client.enable_macie()
    _made_right()


@pytest.fixture
def recorder(admin: Principal) -> "Iterator[Any]":
    """AWS Config; afterwards its recorder records everything."""
    client = admin.client("config")
    kept, [channel] = described(client), client.describe_delivery_channels()["DeliveryChannels"]
    yield client
    with silenced("detectors"):
        client.put_configuration_recorder(
            ConfigurationRecorder={"name": RECORDER, "roleARN": kept["roleARN"], "recordingGroup": {"allSupported": True}})
        client.put_delivery_channel(DeliveryChannel=channel)
        client.start_configuration_recorder(ConfigurationRecorderName=RECORDER)
    _made_right()


@pytest.fixture
def guardduty(admin: Principal) -> "Iterator[Any]":
    """GuardDuty; afterwards with the protection plans that AWS enables by default."""
    client = admin.client("guardduty")
    yield client
    with silenced("detectors"):
        for identifier in client.list_detectors()["DetectorIds"]:
            client.delete_detector(DetectorId=identifier)
        client.create_detector(Enable=True)
    _made_right()


def _made_right() -> None:
    sweep("detectors")
    ledger.forget_repairs()

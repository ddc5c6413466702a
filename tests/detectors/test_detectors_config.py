"""The recorder of AWS Config records; what Phiward can't know is asked of a person."""

from __future__ import annotations

from typing import Any

import pytest
from demo.principals import Principal

from harness import (
    Faults, await_outcome, calls_of, emit, intent_of, make_due, now, rule_of, silenced, wait_quiet, writes_of,
)
from harness.recorder import RECORDER, described

CONTROL, ID = "detectors.config-recorder", "config-recorder"
NAMED = {"ConfigurationRecorderName": RECORDER}


def _records(client: Any) -> bool:
    [status] = client.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    return status["recording"]


def test_a_stopped_recorder_is_started(recorder: Any, drifter: Principal) -> None:
    before, since = described(recorder), now()
    drifter.client("config").stop_configuration_recorder(**NAMED)
    record = await_outcome(CONTROL, ID, since)
    assert _records(recorder) and described(recorder) == before
    assert record.body["plan"] == [{"step": "start-recorder", "name": RECORDER}]
    assert (record.body["before"]["recorder"]["recording"], record.body["after"]["recorder"]["recording"]) == (False, True)
    assert record.body["event"]["actor"] == drifter.arn
    assert record.body["event"]["name"] == "StopConfigurationRecorder"
    assert intent_of(record).body["before"] == record.body["before"]


def test_a_compliant_recorder_costs_three_reads() -> None:
    since = now()
    assert [each["response"] for each in emit("detectors/stop-configuration-recorder.json")] == [
        {"checked": 1, "outcomes": [], "ignored": None}]
    assert sorted(each["operation"] for each in calls_of("detectors", since)) == [
        "DescribeConfigurationRecorderStatus", "DescribeConfigurationRecorders", "DescribeDeliveryChannels"]


def test_a_deleted_recorder_is_for_a_person_and_started_when_it_is_there_again(recorder: Any, drifter: Principal) -> None:
    config, kept = drifter.client("config"), described(recorder)
    since = now()
    config.delete_configuration_recorder(**NAMED)
    record = await_outcome(CONTROL, ID, since, "reported")
    assert "PutConfigurationRecorder" in record.body["person"][0] and record.body["intent_id"] is None
    since = now()
    config.put_configuration_recorder(ConfigurationRecorder={"name": RECORDER, "roleARN": kept["roleARN"]})
    await_outcome(CONTROL, ID, since)
    assert _records(recorder)


def test_without_a_channel_nothing_is_started_until_there_is_one(recorder: Any, drifter: Principal) -> None:
    config = drifter.client("config")
    [channel] = recorder.describe_delivery_channels()["DeliveryChannels"]
    with silenced("detectors"):
        config.stop_configuration_recorder(**NAMED)
    since = now()
    config.delete_delivery_channel(DeliveryChannelName=channel["name"])
    record = await_outcome(CONTROL, ID, since, "reported")
    assert "delivery channel" in record.body["person"][0] and not _records(recorder)
    since = now()
    config.put_delivery_channel(DeliveryChannel=channel)
    await_outcome(CONTROL, ID, since)
    assert _records(recorder) and recorder.describe_delivery_channels()["DeliveryChannels"] == [channel]


@pytest.mark.parametrize("group", [
    {"allSupported": False, "resourceTypes": ["AWS::S3::Bucket"]},
    {"allSupported": False, "exclusionByResourceTypes": {"resourceTypes": ["AWS::S3::Bucket"]},
     "recordingStrategy": {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}}], ids=["included", "excluded"])
def test_a_narrowed_recorder_is_started_and_reported(group: "dict[str, Any]", recorder: Any, drifter: Principal) -> None:
    config, kept = drifter.client("config"), described(recorder)
    with silenced("detectors"):
        config.stop_configuration_recorder(**NAMED)
    since = now()
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": RECORDER, "roleARN": kept["roleARN"], "recordingGroup": group})
    narrowed = described(recorder)
    record = await_outcome(CONTROL, ID, since, "reported")
    assert "leaves out types" in record.body["person"][0] and record.body["times"]["repaired"]
    wait_quiet()
    assert _records(recorder) and described(recorder) == narrowed
    assert writes_of("detectors", since) == [("StartConfigurationRecorder", "")]


def test_a_recorder_that_only_its_service_can_start_is_reported(
        recorder: Any, drifter: Principal, faults: Faults) -> None:
    faults.add("config", "StartConfigurationRecorder", "UnmodifiableEntityException", principal="Detectors", status=400)
    since = now()
    drifter.client("config").stop_configuration_recorder(**NAMED)
    record = await_outcome(CONTROL, ID, since, "reported")
    assert "another AWS service" in record.body["person"][0] and record.body["error"] is None


def test_what_no_event_told_is_found_by_the_sweep(recorder: Any, drifter: Principal) -> None:
    with silenced("detectors"):
        drifter.client("config").stop_configuration_recorder(**NAMED)
    since = now()
    make_due(rule_of("detectors", scheduled=True).name)
    record = await_outcome(CONTROL, ID, since)
    assert (record.body["event"]["name"], record.body["event"]["source"]) == ("Sweep", "schedule")
    assert _records(recorder)


def test_a_call_that_failed_and_another_s_recorder_start_nothing() -> None:
    since = now()
    assert [each["response"]["ignored"] for each in emit("detectors/failed-attempt.json")] == [
        "the call failed and changed nothing"]
    assert calls_of("detectors", since) == []

"""AWS Config's recorder and delivery channel: what AWS refuses, and what it completes."""

from __future__ import annotations

import botocore.exceptions
import pytest

REGION = "eu-west-1"
ROLE = "arn:aws:iam::000000000000:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def recorder(**more):
    return {"ConfigurationRecorder": {"roleARN": ROLE, **more}}


def test_the_account_records_from_the_outset(aws):
    config = aws.client("config")
    [found] = config.describe_configuration_recorders()["ConfigurationRecorders"]
    assert found["name"] == "default" and ":configuration-recorder/default/" in found["arn"]
    assert found["recordingGroup"]["allSupported"] and found["roleARN"] == ROLE
    [status] = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert (status["name"], status["recording"]) == ("default", True)
    assert len(config.describe_delivery_channels()["DeliveryChannels"]) == 1


def test_a_recorder_from_its_making_to_its_end(aws):
    config = aws.client("config", region=REGION)
    assert config.describe_configuration_recorders()["ConfigurationRecorders"] == []
    channel = {"DeliveryChannel": {"name": "c", "s3BucketName": "b"}}
    assert refused(config.put_delivery_channel, **channel) == "NoAvailableConfigurationRecorderException"
    config.put_configuration_recorder(**recorder(name="r"))
    start, stop = config.start_configuration_recorder, config.stop_configuration_recorder
    assert refused(start, ConfigurationRecorderName="r") == "NoAvailableDeliveryChannelException"
    assert refused(start, ConfigurationRecorderName="x") == "NoSuchConfigurationRecorderException"
    config.put_delivery_channel(**channel)
    assert refused(config.put_delivery_channel, DeliveryChannel={"name": "d"}) == "MaxNumberOfDeliveryChannelsExceededException"
    start(ConfigurationRecorderName="r")
    assert refused(config.delete_delivery_channel, DeliveryChannelName="c") == "LastDeliveryChannelDeleteFailedException"
    stop(ConfigurationRecorderName="r")
    config.delete_delivery_channel(DeliveryChannelName="c")
    assert refused(config.delete_delivery_channel, DeliveryChannelName="c") == "NoSuchDeliveryChannelException"
    arn = config.describe_configuration_recorders()["ConfigurationRecorders"][0]["arn"]
    config.put_configuration_recorder(**recorder(name="r"))
    assert config.describe_configuration_recorders()["ConfigurationRecorders"][0]["arn"] == arn
    config.delete_configuration_recorder(ConfigurationRecorderName="r")
    assert refused(stop, ConfigurationRecorderName="r") == "NoSuchConfigurationRecorderException"


def test_what_a_recorder_must_be(aws):
    config = aws.client("config", region="eu-west-2")
    put = config.put_configuration_recorder
    both = {"allSupported": True, "resourceTypes": ["AWS::S3::Bucket"]}
    for given, code in [
        (recorder(name="AWSConfigurationRecorderForX"), "InvalidConfigurationRecorderNameException"),
        ({"ConfigurationRecorder": {"name": "r"}}, "InvalidRoleException"),
        (recorder(recordingGroup=both), "InvalidRecordingGroupException"),
        (recorder(recordingGroup={"allSupported": False}), "InvalidRecordingGroupException"),
        (recorder(recordingMode={"recordingFrequency": "HOURLY"}), "ValidationException"),
    ]:
        assert refused(put, **given) == code
    put(**recorder(recordingGroup={"allSupported": False, "exclusionByResourceTypes": {"resourceTypes": ["AWS::IAM::User"]}}))
    [found] = config.describe_configuration_recorders()["ConfigurationRecorders"]
    assert found["recordingGroup"]["recordingStrategy"] == {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}
    assert refused(put, **recorder(name="second")) == "MaxNumberOfConfigurationRecordersExceededException"


def test_a_service_linked_recorder_is_changed_by_its_service_only(aws):
    config = aws.client("config")
    linked = {"ConfigurationRecorderName": "AWSConfigurationRecorderForX"}
    for call in (config.start_configuration_recorder, config.stop_configuration_recorder, config.delete_configuration_recorder):
        assert refused(call, **linked) == "UnmodifiableEntityException"

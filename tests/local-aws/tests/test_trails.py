"""The account's trail: what it says of itself, who may ask and change it, and what its selectors let pass."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow, messages, queue, rule
from tables import code

_ALL = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]
_MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


@pytest.fixture
def trail(aws: LocalAws) -> "Iterator[str]":
    """The ARN of the trail, which logs everything again afterwards."""
    client = aws.client("cloudtrail")
    arn = client.list_trails()["Trails"][0]["TrailARN"]
    yield arn
    client.put_event_selectors(TrailName=arn, EventSelectors=_ALL)
    client.start_logging(Name=arn)


def test_the_trail_says_what_it_logs(aws: LocalAws, trail: str) -> None:
    client = aws.client("cloudtrail")
    (described,) = client.describe_trails()["trailList"]
    assert described == client.get_trail(Name=trail)["Trail"]
    assert (described["TrailARN"], described["IsMultiRegionTrail"], described["HomeRegion"]) == (trail, True, "us-east-1")
    status = client.get_trail_status(Name=described["Name"])
    assert status["IsLogging"] is True and status["LatestDeliveryTime"] >= status["StartLoggingTime"]
    assert client.get_event_selectors(TrailName=trail)["EventSelectors"][0]["ReadWriteType"] == "All"
    elsewhere = aws.client("cloudtrail", region="eu-west-1")
    assert [each["TrailARN"] for each in elsewhere.describe_trails()["trailList"]] == [trail]


def test_a_stopped_trail_says_so(aws: LocalAws, trail: str) -> None:
    client = aws.client("cloudtrail")
    client.stop_logging(Name=trail)
    status = client.get_trail_status(Name=trail)
    assert status["IsLogging"] is False and "StopLoggingTime" in status
    client.start_logging(Name=trail)
    assert client.get_trail_status(Name=trail)["IsLogging"] is True


def test_calls_are_judged_by_the_trail(aws: LocalAws, trail: str) -> None:
    calls: "list[tuple[str, dict[str, Any]]]" = [
        ("get_trail_status", {"Name": trail}), ("get_trail", {"Name": "management-events"}),
        ("get_event_selectors", {"TrailName": trail}), ("stop_logging", {"Name": trail}),
        ("add_tags", {"ResourceId": trail, "TagsList": [{"Key": "a", "Value": "b"}]}),
        ("start_logging", {"Name": "management-events"}), ("put_event_selectors", {"TrailName": trail, "EventSelectors": _ALL})]
    actions = ["cloudtrail:" + "".join(part.title() for part in call.split("_")) for call, _ in calls]
    on_trail = aws.client("cloudtrail", aws.role("trail-holder", allow(*actions, on=trail)))
    on_other = aws.client("cloudtrail", aws.role("trail-other", allow(*actions, on=trail + "-other")))
    for call, arguments in calls:
        assert code(getattr(on_trail, call), **arguments) is None, call
        assert code(getattr(on_other, call), **arguments) == "AccessDeniedException", call
    assert code(on_trail.describe_trails) == code(on_trail.list_trails) == "AccessDeniedException"
    lister = aws.client("cloudtrail", aws.role("trail-lister", allow("cloudtrail:DescribeTrails", "cloudtrail:ListTrails")))
    assert code(lister.describe_trails) is None and code(lister.list_trails) is None


def test_an_unknown_trail_is_not_found(aws: LocalAws) -> None:
    with pytest.raises(ClientError) as refused:
        aws.client("cloudtrail").get_trail_status(Name="unknown-trail")
    assert refused.value.response["Error"]["Code"] == "TrailNotFoundException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(("name", "selectors", "expected"), [
    ("all", {"EventSelectors": _ALL}, ["DescribeKey", "DisableKey"]),
    ("writes", {"EventSelectors": [{**_ALL[0], "ReadWriteType": "WriteOnly"}]}, ["DisableKey"]),
    ("no-kms", {"EventSelectors": [{**_ALL[0], "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}, []),
    ("advanced", {"AdvancedEventSelectors": [{"FieldSelectors": [_MANAGEMENT]}]}, ["DescribeKey", "DisableKey"]),
    ("advanced-writes", {"AdvancedEventSelectors": [{"FieldSelectors": [
        _MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}]}]}, ["DisableKey"]),
    ("advanced-no-kms", {"AdvancedEventSelectors": [{"FieldSelectors": [
        _MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}]}]}, []),
    ("data-alone", {"AdvancedEventSelectors": [{"FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}]}, []),
])
def test_selectors_decide_what_eventbridge_hears(
    aws: LocalAws, trail: str, name: str, selectors: dict, expected: "list[str]"
) -> None:
    kms, key = aws.client("kms"), aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    url, arn = queue(aws, f"trail-{name}")
    rule(aws, f"trail-{name}", {"detail": {"requestParameters": {"keyId": [key]}}}, arn,
         "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    aws.client("cloudtrail").put_event_selectors(TrailName=trail, **selectors)
    kms.describe_key(KeyId=key)
    kms.disable_key(KeyId=key)
    aws.client("cloudtrail").put_event_selectors(TrailName=trail, EventSelectors=_ALL)
    kms.enable_key(KeyId=key)
    heard = [each["detail"]["eventName"] for each in messages(aws, url, len(expected) + 1)]
    assert heard == [*expected, "EnableKey"]


def test_who_narrows_the_selectors_is_heard_and_who_widens_them(aws: LocalAws, trail: str) -> None:
    url, arn = queue(aws, "trail-narrowed")
    rule(aws, "trail-narrowed", {"detail": {"eventName": ["PutEventSelectors"]}}, arn)
    data = [{"IncludeManagementEvents": False, "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}]
    client = aws.client("cloudtrail")
    for selectors in (data, data, _ALL):
        client.put_event_selectors(TrailName=trail, EventSelectors=selectors)
    heard = [each["detail"]["requestParameters"]["eventSelectors"] for each in messages(aws, url, 2)]
    assert [each[0]["includeManagementEvents"] for each in heard] == [False, True]

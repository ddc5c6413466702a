"""What others let the trail record stays recorded, byte for byte, and what else they set on it stays too."""

from __future__ import annotations

from typing import Any

import pytest
from demo.principals import Principal

from harness import await_outcome, now, silenced, sweep, wait_quiet, writes_of
from harness.trail import ARN, DUTY, MANAGEMENT, PROJECTS, TRAIL, data, described, is_right, selectors

OBJECTS = data(
    "AWS::S3::Object", {"Field": "readOnly", "Equals": ["false"]},
    {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::phi-x/"], "NotEndsWith": [".tmp", ".TMP"]}, Name="Größe <b>")
NETWORK = {"Name": "theirs", "FieldSelectors": [
    {"Field": "eventCategory", "Equals": ["NetworkActivity"]}, {"Field": "eventSource", "Equals": ["kms.amazonaws.com"]}]}


def test_selectors_of_others_stay_in_their_places(drifter: Principal) -> None:
    without_kms = {"Name": "cheap", "FieldSelectors": [
        *MANAGEMENT["FieldSelectors"], {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}]}
    since = now()
    drifter.client("cloudtrail").put_event_selectors(
        TrailName=TRAIL, AdvancedEventSelectors=[OBJECTS, without_kms, NETWORK])
    for rule in ("management-events", "data-events"):
        await_outcome(f"audit-trail.{rule}", TRAIL, since)
    assert selectors() == [OBJECTS, {**without_kms, **MANAGEMENT}, NETWORK, PROJECTS]


def test_selectors_that_are_enough_are_left_alone_however_they_are_put(drifter: Principal) -> None:
    halves = [{"FieldSelectors": [*MANAGEMENT["FieldSelectors"], {"Field": "readOnly", "Equals": [word]}]}
              for word in ("true", "false")]
    given = [NETWORK, *halves, data("AWS::BedrockMantle::Project", Name="theirs")]
    since = now()
    drifter.client("cloudtrail").put_event_selectors(TrailName=TRAIL, AdvancedEventSelectors=given)
    wait_quiet()
    assert selectors() == given and writes_of(DUTY, since) == []


BASIC: "list[dict[str, Any]]" = [
    {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True, "ExcludeManagementEventSources": ["kms.amazonaws.com"],
     "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::phi-x/", "arn:aws:s3:::phi-y/in"]}]},
    {"ReadWriteType": "All", "IncludeManagementEvents": False, "ExcludeManagementEventSources": [],
     "DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]}]},
]


def test_basic_selectors_are_put_in_advanced_ones_words_and_none_is_lost(drifter: Principal) -> None:
    since = now()
    drifter.client("cloudtrail").put_event_selectors(TrailName=TRAIL, EventSelectors=BASIC)
    for rule in ("management-events", "data-events"):
        await_outcome(f"audit-trail.{rule}", TRAIL, since)
    writes = {"Field": "readOnly", "Equals": ["false"]}
    begins = {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::phi-x/", "arn:aws:s3:::phi-y/in"]}
    without_kms = {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}
    assert selectors() == [
        {"FieldSelectors": [*MANAGEMENT["FieldSelectors"], without_kms, writes]},
        data("AWS::S3::Object", begins, writes), data("AWS::Lambda::Function"), MANAGEMENT, PROJECTS]
    assert selectors("EventSelectors") == []


@pytest.mark.parametrize("kind", ["as an attacker leaves them", "as AWS makes them"])
def test_a_trail_without_selectors_of_its_own(kind: str, drifter: Principal) -> None:
    empty = [{"Type": each, "Values": []} for each in ("AWS::S3::Object", "AWS::Lambda::Function")]
    blind = {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": False, "DataResources": empty}
    given = blind if kind == "as an attacker leaves them" else {"ReadWriteType": "All", "IncludeManagementEvents": True}
    since = now()
    drifter.client("cloudtrail").put_event_selectors(TrailName=TRAIL, EventSelectors=[given])
    await_outcome("audit-trail.data-events", TRAIL, since)
    assert selectors() == [MANAGEMENT, PROJECTS]


def test_what_else_is_set_on_the_trail_stays(drifter: Principal, admin: Principal) -> None:
    trails = drifter.client("cloudtrail")
    with silenced(DUTY):
        admin.client("sns").create_topic(Name="of-the-trail")
        trails.update_trail(Name=TRAIL, SnsTopicName="of-the-trail", EnableLogFileValidation=False,
                            IsMultiRegionTrail=False, KmsKeyId="")
        trails.add_tags(ResourceId=ARN, TagsList=[{"Key": "owner", "Value": "audit"}])
    before, tags = described(), trails.list_tags(ResourceIdList=[ARN])["ResourceTagList"][0]["TagsList"]
    assert {"Key": "owner", "Value": "audit"} in tags
    since = now()
    sweep(DUTY)
    for rule in ("multi-region", "file-validation", "kms-key"):
        await_outcome(f"audit-trail.{rule}", TRAIL, since)
    changed = {name for name, value in (described() or {}).items() if (before or {}).get(name) != value}
    assert is_right() and changed == {"IsMultiRegionTrail", "LogFileValidationEnabled", "KmsKeyId"}
    assert trails.list_tags(ResourceIdList=[ARN])["ResourceTagList"][0]["TagsList"] == tags

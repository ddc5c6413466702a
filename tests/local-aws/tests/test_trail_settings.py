"""What CloudTrail takes for a trail: its bucket, its key, its name, its selectors, and from whom."""

from __future__ import annotations

import json
from typing import Any, Iterator

import pytest
from conftest import LocalAws
from functions import allow
from tables import code

_SERVICE = {"Service": "cloudtrail.amazonaws.com"}
_MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
_DATA = {"Field": "eventCategory", "Equals": ["Data"]}


def _arn(name: str, region: str = "us-east-1") -> str:
    return f"arn:aws:cloudtrail:{region}:000000000000:trail/{name}"


def _bucket(aws: LocalAws, name: str, trail: str, prefix: str = "") -> str:
    """A bucket that admits CloudTrail for this trail."""
    aws.client("s3").create_bucket(Bucket=name)
    _admit(aws, name, trail, prefix)
    return name


def _admit(aws: LocalAws, bucket: str, trail: str, prefix: str = "") -> None:
    arn, of_trail = f"arn:aws:s3:::{bucket}", {"StringEquals": {"aws:SourceArn": _arn(trail)}}
    acl = {"StringEquals": {"aws:SourceArn": _arn(trail), "s3:x-amz-acl": "bucket-owner-full-control"}}
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": _SERVICE, "Action": "s3:GetBucketAcl", "Resource": arn, "Condition": of_trail},
        {"Effect": "Allow", "Principal": _SERVICE, "Action": "s3:PutObject", "Condition": acl,
         "Resource": f"{arn}/{prefix}AWSLogs/000000000000/*"}]}))


def _key(aws: LocalAws, trail: str, *actions: str) -> str:
    root = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "kms:*", "Resource": "*"}
    service = {"Effect": "Allow", "Principal": _SERVICE, "Action": list(actions), "Resource": "*",
               "Condition": {"StringEquals": {"aws:SourceArn": _arn(trail)}}}
    policy = {"Version": "2012-10-17", "Statement": [root, service] if actions else [root]}
    return aws.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


@pytest.fixture
def name(aws: LocalAws, request: pytest.FixtureRequest) -> "Iterator[str]":
    """The name of a trail of the test's own, which is gone afterwards."""
    made = request.node.name.split("[")[0].replace("_", "-")[5:60].strip("-")
    yield made
    for region in ("us-east-1", "eu-west-1"):
        code(aws.client("cloudtrail", region=region).delete_trail, Name=_arn(made, region))


def test_a_trail_goes_only_where_its_files_may(aws: LocalAws, name: str) -> None:
    trails = aws.client("cloudtrail")
    create = {"Name": name, "S3BucketName": "trail-files-a"}
    assert code(trails.create_trail, **create) == "S3BucketDoesNotExistException"
    aws.client("s3").create_bucket(Bucket="trail-files-a")
    assert code(trails.create_trail, **create) == "InsufficientS3BucketPolicyException"
    _admit(aws, "trail-files-a", "another-trail")
    assert code(trails.create_trail, **create) == "InsufficientS3BucketPolicyException"
    _admit(aws, "trail-files-a", name)
    assert code(trails.create_trail, S3KeyPrefix="logs", **create) == "InsufficientS3BucketPolicyException"
    assert code(trails.create_trail, **create) is None
    assert code(trails.create_trail, **create) == "TrailAlreadyExistsException"
    assert code(trails.update_trail, Name=name, S3KeyPrefix="logs") == "InsufficientS3BucketPolicyException"
    assert code(trails.update_trail, Name=name, EnableLogFileValidation=True) is None


def test_a_trail_takes_only_a_key_that_it_may_use(aws: LocalAws, name: str) -> None:
    trails, kms = aws.client("cloudtrail"), aws.client("kms")
    trails.create_trail(Name=name, S3BucketName=_bucket(aws, "trail-files-b", name))
    good = _key(aws, name, "kms:GenerateDataKey*", "kms:DescribeKey")
    disabled = _key(aws, name, "kms:GenerateDataKey*", "kms:DescribeKey")
    kms.disable_key(KeyId=disabled)
    for key, expected in [
        (good[:-12] + "000000000000", "KmsKeyNotFoundException"),
        (good.replace("us-east-1", "eu-west-1"), "KmsKeyNotFoundException"),
        (_key(aws, name), "InsufficientEncryptionPolicyException"),
        (_key(aws, name, "kms:GenerateDataKey*"), "InsufficientEncryptionPolicyException"),
        (_key(aws, "another-trail", "kms:GenerateDataKey*", "kms:DescribeKey"), "InsufficientEncryptionPolicyException"),
        (disabled, "KmsException"),
        (good, None),
    ]:
        assert code(trails.update_trail, Name=name, KmsKeyId=key) == expected, key
    assert trails.get_trail(Name=name)["Trail"]["KmsKeyId"] == good


def test_names_and_combinations_that_no_trail_has(aws: LocalAws, name: str) -> None:
    trails = aws.client("cloudtrail")
    bucket = _bucket(aws, "trail-files-c", name)
    for bad in ("ab", "-abc", "abc-", "a--b", "a_.b", "192.168.5.4", "a b c", "x" * 129):
        assert code(trails.create_trail, Name=bad, S3BucketName=bucket) == "InvalidTrailNameException", bad
    alone = {"IsMultiRegionTrail": True, "IncludeGlobalServiceEvents": False}
    wrong = "InvalidParameterCombinationException"
    assert code(trails.create_trail, Name=name, S3BucketName=bucket, **alone) == wrong
    trails.create_trail(Name=name, S3BucketName=bucket, IncludeGlobalServiceEvents=False)
    assert code(trails.update_trail, Name=name, IsMultiRegionTrail=True) == wrong
    assert code(trails.update_trail, Name=name, IsMultiRegionTrail=True, IncludeGlobalServiceEvents=True) is None
    assert code(trails.update_trail, Name=name, IncludeGlobalServiceEvents=False) == wrong


def test_files_that_do_not_arrive_are_told(aws: LocalAws, name: str) -> None:
    trails = aws.client("cloudtrail")
    trails.create_trail(Name=name, S3BucketName=_bucket(aws, "trail-files-d", name))

    def error() -> str:
        return trails.get_trail_status(Name=name)["LatestDeliveryError"]

    assert error() == ""
    trails.start_logging(Name=name)
    assert error() == ""
    aws.client("s3").delete_bucket_policy(Bucket="trail-files-d")
    assert error() == "AccessDenied"
    aws.client("s3").delete_bucket(Bucket="trail-files-d")
    assert error() == "NoSuchBucket"
    trails.stop_logging(Name=name)
    assert error() == ""


def test_a_name_means_a_trail_of_the_region_that_is_asked(aws: LocalAws, name: str) -> None:
    abroad, here = aws.client("cloudtrail", region="eu-west-1"), aws.client("cloudtrail")
    arn = _arn(name, "eu-west-1")
    aws.client("s3").create_bucket(Bucket="trail-files-e")
    statement = {"Effect": "Allow", "Principal": _SERVICE, "Action": ["s3:GetBucketAcl", "s3:PutObject"],
                 "Resource": ["arn:aws:s3:::trail-files-e", "arn:aws:s3:::trail-files-e/*"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("s3").put_bucket_policy(Bucket="trail-files-e", Policy=policy)
    abroad.create_trail(Name=name, S3BucketName="trail-files-e", IsMultiRegionTrail=True)
    assert arn in [each["TrailARN"] for each in here.describe_trails()["trailList"]]
    assert here.describe_trails(trailNameList=[name])["trailList"] == []
    assert [each["HomeRegion"] for each in here.describe_trails(trailNameList=[arn])["trailList"]] == ["eu-west-1"]
    for call, named in ((here.get_trail_status, "Name"), (here.get_event_selectors, "TrailName")):
        assert code(call, **{named: name}) == "TrailNotFoundException"
        assert code(call, **{named: arn}) is None
    assert code(here.update_trail, Name=arn, EnableLogFileValidation=True) == "InvalidHomeRegionException"
    assert code(here.start_logging, Name=arn) == "InvalidHomeRegionException"


def test_an_organizations_trail_is_seen_and_closed(aws: LocalAws) -> None:
    path, trails = "/_local/cloudtrail/organization-trails", aws.client("cloudtrail")
    arn = aws.control("POST", path, {"Name": "of-organization", "account": "999999999999"})["TrailARN"]
    try:
        (found,) = trails.describe_trails(trailNameList=[arn])["trailList"]
        assert (found["IsOrganizationTrail"], found["TrailARN"]) == (True, arn)
        assert found in trails.describe_trails()["trailList"]
        assert trails.get_trail_status(Name=arn)["IsLogging"] is True
        assert trails.get_event_selectors(TrailName=arn)["EventSelectors"][0]["ReadWriteType"] == "All"
        assert code(trails.get_trail_status, Name="of-organization") == "TrailNotFoundException"
        whole = [{"ReadWriteType": "All"}]
        for call, arguments in ((trails.update_trail, {"Name": arn}), (trails.stop_logging, {"Name": arn}),
                                (trails.delete_trail, {"Name": arn}), (trails.start_logging, {"Name": arn}),
                                (trails.put_event_selectors, {"TrailName": arn, "EventSelectors": whole})):
            assert code(call, **arguments) == "NotOrganizationMasterAccountException"
        closed = {"Name": "of-organization", "account": "999999999999", "closed": True}
        aws.control("POST", path, closed)
        assert code(trails.get_trail_status, Name=arn) == "AccessDeniedException"
        assert code(trails.get_event_selectors, TrailName=arn) == "AccessDeniedException"
    finally:
        assert aws.control("DELETE", path) == {"forgotten": 1}
    assert trails.describe_trails(trailNameList=[arn])["trailList"] == []
    create = {"Name": "of-nobody", "S3BucketName": "x", "IsOrganizationTrail": True}
    assert code(trails.create_trail, **create) == "NotOrganizationMasterAccountException"


def test_making_a_trail_is_judged_by_its_name(aws: LocalAws, name: str) -> None:
    bucket = _bucket(aws, "trail-files-f", name)
    may = aws.client("cloudtrail", aws.role("trail-maker", allow("cloudtrail:CreateTrail", on=_arn(name))))
    assert code(may.create_trail, Name="another-trail", S3BucketName=bucket) == "AccessDeniedException"
    assert code(may.create_trail, Name=name, S3BucketName=bucket) is None


_GOOD_BASIC: "list[dict[str, Any]]" = [
    {"ReadWriteType": "All", "IncludeManagementEvents": False, "DataResources": [
        {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]},
    {"ExcludeManagementEventSources": ["kms.amazonaws.com", "rdsdata.amazonaws.com"]},
    {"DataResources": [{"Type": "AWS::Lambda::Function", "Values": ["arn:aws:lambda"]},
                       {"Type": "AWS::DynamoDB::Table", "Values": []}]},
]
_BAD_BASIC: "list[dict[str, Any]]" = [
    {"ReadWriteType": "read-only"},
    {"IncludeManagementEvents": False},
    {"ExcludeManagementEventSources": ["s3.amazonaws.com"]},
    {"DataResources": [{"Type": "AWS::BedrockMantle::Project", "Values": ["arn:aws:bedrock-mantle"]}]},
    {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::*"]}]},
    {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:lambda"]}]},
    {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::b/"] * 251}]},
]
_GOOD_ADVANCED: "list[list[dict[str, Any]]]" = [
    [_MANAGEMENT], [_MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}],
    [_MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}],
    [_DATA, {"Field": "resources.type", "Equals": ["AWS::BedrockMantle::Project"]}],
    [_DATA, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
     {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::b/"] * 490}],
]
_BAD_ADVANCED: "list[list[dict[str, Any]]]" = [
    [{"Field": "readOnly", "Equals": ["true"]}],
    [{"Field": "eventCategory", "Equals": ["Other"]}],
    [{"Field": "eventCategory", "StartsWith": ["Man"]}],
    [_MANAGEMENT, _MANAGEMENT],
    [_MANAGEMENT, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}],
    [_MANAGEMENT, {"Field": "readOnly", "NotEquals": ["true"]}],
    [_MANAGEMENT, {"Field": "readOnly", "Equals": ["yes"]}],
    [_MANAGEMENT, {"Field": "eventName"}],
    [_DATA],
    [_DATA, {"Field": "resources.type", "Equals": ["AWS::Nothing::Known"]}],
    [_DATA, {"Field": "resources.type", "Equals": ["AWS::S3::Object", "AWS::Lambda::Function"]}],
    [_DATA, {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
     {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::b/"] * 499}],
]


def test_selectors_are_judged_before_they_are_kept(aws: LocalAws, name: str) -> None:
    trails = aws.client("cloudtrail")
    trails.create_trail(Name=name, S3BucketName=_bucket(aws, "trail-files-g", name))
    for number, selector in enumerate(_GOOD_BASIC):
        assert code(trails.put_event_selectors, TrailName=name, EventSelectors=[selector]) is None, number
    for number, selector in enumerate(_BAD_BASIC):
        answer = code(trails.put_event_selectors, TrailName=name, EventSelectors=[selector])
        assert answer == "InvalidEventSelectorsException", number
    for number, fields in enumerate(_GOOD_ADVANCED):
        selectors = [{"Name": "theirs", "FieldSelectors": fields}]
        assert code(trails.put_event_selectors, TrailName=name, AdvancedEventSelectors=selectors) is None, number
        answer = trails.get_event_selectors(TrailName=name)
        assert answer["AdvancedEventSelectors"] == selectors and "EventSelectors" not in answer
    for number, fields in enumerate(_BAD_ADVANCED):
        selectors = [{"FieldSelectors": fields}]
        answer = code(trails.put_event_selectors, TrailName=name, AdvancedEventSelectors=selectors)
        assert answer == "InvalidEventSelectorsException", number
    both = {"EventSelectors": [{}], "AdvancedEventSelectors": [{"FieldSelectors": [_MANAGEMENT]}]}
    for arguments in ({}, both, {"EventSelectors": [{}] * 6}):
        answer = code(trails.put_event_selectors, TrailName=name, **arguments)
        assert answer == "InvalidEventSelectorsException", arguments

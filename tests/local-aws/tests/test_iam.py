"""IAM as AWS evaluates it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow, function, policy

_NUMBER = itertools.count()


def _bucket(aws: LocalAws, *objects: str) -> str:
    name = f"iam-test-{next(_NUMBER)}"
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    for key in objects:
        s3.put_object(Bucket=name, Key=key, Body=b"x")
    return name


def _may(aws: LocalAws, *statements: dict) -> "tuple[str, dict]":
    name = f"iam-role-{next(_NUMBER)}"
    return name, aws.role(name, *statements)


def _refused(call: Any) -> bool:
    try:
        call()
    except ClientError as error:
        assert error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError", "403")
        return True
    return False


def _isolate(aws: LocalAws, bucket: str, *excepted: str) -> None:
    deny = {"Sid": "isolated", "Effect": "Deny", "Principal": "*", "Resource": f"arn:aws:s3:::{bucket}/*",
            "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObjectTagging", "s3:DeleteObjectTagging"],
            "Condition": {"StringEquals": {"s3:ExistingObjectTag/phiward": "isolated"},
                          "ArnNotEquals": {"aws:PrincipalArn": list(excepted) or ["arn:aws:iam::000000000000:role/x"]}}}
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy(deny))
    tags = {"TagSet": [{"Key": "phiward", "Value": "isolated"}]}
    aws.client("s3").put_object_tagging(Bucket=bucket, Key="k", Tagging=tags)


def test_the_principal_arn_of_a_session_is_the_roles(aws: LocalAws) -> None:
    bucket = _bucket(aws, "k")
    name, excepted = _may(aws, allow("s3:*"))
    _, other = _may(aws, allow("s3:*"))
    _isolate(aws, bucket, f"arn:aws:iam::000000000000:role/{name}")
    assert not _refused(lambda: aws.client("s3", excepted).get_object(Bucket=bucket, Key="k"))
    assert _refused(lambda: aws.client("s3", other).get_object(Bucket=bucket, Key="k"))


def test_a_tag_deny_binds_copies_and_tagging(aws: LocalAws) -> None:
    bucket, target = _bucket(aws, "k", "free"), _bucket(aws)
    _, session = _may(aws, allow("s3:*"))
    _isolate(aws, bucket)
    s3 = aws.client("s3", session)
    upload = s3.create_multipart_upload(Bucket=target, Key="copy")["UploadId"]
    source = {"Bucket": bucket, "Key": "k"}
    assert _refused(lambda: s3.copy_object(Bucket=target, Key="copy", CopySource=source))
    assert _refused(lambda: s3.upload_part_copy(
        Bucket=target, Key="copy", CopySource=source, PartNumber=1, UploadId=upload))
    assert _refused(lambda: s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": []}))
    assert _refused(lambda: s3.delete_object_tagging(Bucket=bucket, Key="k"))
    assert not _refused(lambda: s3.copy_object(Bucket=target, Key="free", CopySource={"Bucket": bucket, "Key": "free"}))
    assert not _refused(lambda: s3.put_object_tagging(Bucket=bucket, Key="free", Tagging={"TagSet": []}))


def test_only_the_mode_none_may_be_put(aws: LocalAws) -> None:
    only_none = {"StringEquals": {"bedrock:DataRetentionMode": "none"}}
    _, session = _may(aws, allow("bedrock:PutAccountDataRetention", Condition=only_none))
    bedrock = aws.client("bedrock", session)
    assert not _refused(lambda: bedrock.put_account_data_retention(mode="none"))
    assert _refused(lambda: bedrock.put_account_data_retention(mode="default"))
    assert _refused(bedrock.get_account_data_retention)


@pytest.mark.parametrize(("service", "action", "call", "given"), [
    ("macie2", "macie2:ListFindings", "list_findings", {}),
    ("macie2", "macie2:GetFindings", "get_findings", {"findingIds": ["x"]}),
    ("bedrock", "bedrock:GetAccountDataRetention", "get_account_data_retention", {}),
    ("events", "events:PutEvents", "put_events", {"Entries": [{"Source": "s", "DetailType": "t", "Detail": "{}"}]}),
    ("events", "events:PutRule", "put_rule", {"Name": "iam-test", "ScheduleExpression": "rate(1 day)"}),
    ("events", "events:DisableRule", "disable_rule", {"Name": "iam-test"}),
    ("lambda", "lambda:ListFunctions", "list_functions", {}),
    ("lambda", "lambda:GetAccountSettings", "get_account_settings", {}),
    ("cloudtrail", "cloudtrail:DescribeTrails", "describe_trails", {}),
    ("cloudformation", "cloudformation:ListStacks", "list_stacks", {}),
    ("s3", "s3:ListAllMyBuckets", "list_buckets", {}),
])
def test_an_action_needs_its_permission(aws: LocalAws, service: str, action: str, call: str, given: dict) -> None:
    _, without = _may(aws, allow("iam:ListRoles"))
    _, with_it = _may(aws, allow(action))
    assert _refused(lambda: getattr(aws.client(service, without), call)(**given))
    assert not _refused(lambda: getattr(aws.client(service, with_it), call)(**given))


@pytest.mark.parametrize(("call", "action", "given"), [
    ("get_bucket_encryption", "s3:GetEncryptionConfiguration", {}),
    ("delete_bucket_encryption", "s3:PutEncryptionConfiguration", {}),
    ("get_public_access_block", "s3:GetBucketPublicAccessBlock", {}),
    ("put_public_access_block", "s3:PutBucketPublicAccessBlock", {
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}),
    ("get_bucket_ownership_controls", "s3:GetBucketOwnershipControls", {}),
    ("put_bucket_ownership_controls", "s3:PutBucketOwnershipControls", {
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}),
    ("get_bucket_acl", "s3:GetBucketAcl", {}),
    ("get_bucket_versioning", "s3:GetBucketVersioning", {}),
    ("put_bucket_versioning", "s3:PutBucketVersioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
    ("put_bucket_lifecycle_configuration", "s3:PutLifecycleConfiguration", {"LifecycleConfiguration": {"Rules": [
        {"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3000}}]}}),
    ("get_bucket_lifecycle_configuration", "s3:GetLifecycleConfiguration", {}),
    ("get_bucket_notification_configuration", "s3:GetBucketNotification", {}),
    ("put_bucket_notification_configuration", "s3:PutBucketNotification", {
        "NotificationConfiguration": {"EventBridgeConfiguration": {}}}),
    ("put_bucket_policy", "s3:PutBucketPolicy", {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:CreateAccessPoint", "Resource": "arn:aws:s3:::iam-mapping"}]})}),
    ("get_bucket_policy", "s3:GetBucketPolicy", {}),
    ("get_bucket_policy_status", "s3:GetBucketPolicyStatus", {}),
    ("put_bucket_tagging", "s3:PutBucketTagging", {"Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}),
    ("get_bucket_tagging", "s3:GetBucketTagging", {}),
    ("list_object_versions", "s3:ListBucketVersions", {}),
    ("put_object_tagging", "s3:PutObjectTagging", {"Key": "k", "Tagging": {"TagSet": []}}),
    ("get_object_tagging", "s3:GetObjectTagging", {"Key": "k"}),
    ("head_object", "s3:GetObject", {"Key": "k"}),
])
def test_s3_operations_have_the_actions_of_the_reference(
    aws: LocalAws, call: str, action: str, given: dict, mapping_bucket: str
) -> None:
    _, without = _may(aws, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
                      {"Effect": "Deny", "Action": action, "Resource": "*"})
    _, with_it = _may(aws, allow(action))
    assert not _refused(lambda: getattr(aws.client("s3", with_it), call)(Bucket=mapping_bucket, **given))
    assert _refused(lambda: getattr(aws.client("s3", without), call)(Bucket=mapping_bucket, **given))


@pytest.fixture(scope="module")
def mapping_bucket(aws: LocalAws) -> str:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="iam-mapping")
    s3.put_object(Bucket="iam-mapping", Key="k", Body=b"x")
    return "iam-mapping"


def test_writing_tags_needs_its_own_permission(aws: LocalAws) -> None:
    bucket = _bucket(aws, "plain")
    aws.client("s3").put_object(Bucket=bucket, Key="tagged", Body=b"x", Tagging="a=b")
    copies = ("s3:PutObject", "s3:GetObject", "s3:PutObjectAnnotation", "s3:GetObjectAnnotation")
    _, writer = _may(aws, allow(*copies))
    _, tagger = _may(aws, allow(*copies, "s3:PutObjectTagging", "s3:GetObjectTagging"))
    for session, refused in ((writer, True), (tagger, False)):
        s3 = aws.client("s3", session)
        source = {"Bucket": bucket, "Key": "tagged"}
        assert _refused(lambda: s3.put_object(Bucket=bucket, Key="new", Body=b"x", Tagging="a=b")) is refused
        assert _refused(lambda: s3.create_multipart_upload(Bucket=bucket, Key="new", Tagging="a=b")) is refused
        assert _refused(lambda: s3.copy_object(Bucket=bucket, Key="new", CopySource=source)) is refused
        assert not _refused(lambda: s3.copy_object(
            Bucket=bucket, Key="new", CopySource={"Bucket": bucket, "Key": "plain"}))


def test_a_function_logs_only_with_permission(aws: LocalAws) -> None:
    logs, lambdas = aws.client("logs"), aws.client("lambda")
    function(aws, "silent")
    function(aws, "talking", allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"))
    for name in ("silent", "talking"):
        lambdas.invoke(FunctionName=name, Payload=b"{}")
    names = [group["logGroupName"] for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]]
    assert "/aws/lambda/talking" in names
    assert "/aws/lambda/silent" not in names


def test_put_events_is_judged_by_the_source_of_its_entries(aws: LocalAws) -> None:
    own = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*",
           "Condition": {"StringEquals": {"events:source": "phiward"}}}
    events = aws.client("events", aws.role("source-only", own))
    entry = {"DetailType": "t", "Detail": "{}"}
    assert events.put_events(Entries=[{**entry, "Source": "phiward"}])["FailedEntryCount"] == 0
    with pytest.raises(ClientError, match="AccessDenied"):
        events.put_events(Entries=[{**entry, "Source": "somebody.else"}])

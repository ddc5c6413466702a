"""A stack as `sam deploy` makes it: the SAM transform, an alias, rules, destinations, and a bucket with everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import LocalAws
from functions import messages, package

_KEY_POLICY = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "kms:*", "Resource": "*"}
_ARN = "Fn::GetAtt"


def _template() -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": {_ARN: ["Failures", "Arn"]}}
    encrypt = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {_ARN: ["Key", "Arn"]}}
    key = {"Version": "2012-10-17", "Statement": [_KEY_POLICY]}
    return json.dumps({
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"Sets": {"Type": "CommaDelimitedList", "Default": "logs-*,trail-*"}},
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True, "KeyPolicy": key}},
            "Alias": {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/stack", "TargetKeyId": {"Ref": "Key"}}},
            "Unmade": {"Type": "AWS::SNS::Topic", "Condition": "Never"},
            "Failures": {"Type": "AWS::SQS::Queue"},
            "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "Properties": {
                "ObjectLockEnabled": True,
                "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {
                    "DefaultRetention": {"Mode": "GOVERNANCE", "Days": "2192"}}},
                "VersioningConfiguration": {"Status": "Enabled"},
                "BucketEncryption": {"ServerSideEncryptionConfiguration": [
                    {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": encrypt}]},
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                "LifecycleConfiguration": {"Rules": [{"Id": "abort", "Status": "Enabled",
                                                      "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}]},
                "Tags": [{"Key": "DataClass", "Value": "evidence"}]}},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}},
            "Permissions": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {
                "Roles": [{"Ref": "Role"}], "PolicyDocument": {"Version": "2012-10-17", "Statement": [send]}}},
            "Function": {"Type": "AWS::Serverless::Function", "Properties": {
                "Runtime": "provided.al2023", "Handler": "bootstrap", "CodeUri": "s3://stack-code/code.zip",
                "AutoPublishAlias": "live", "AutoPublishAliasAllProperties": True, "Timeout": 20,
                "Role": {_ARN: ["Role", "Arn"]},
                "Environment": {"Variables": {"PHIWARD_DUTY": "stacked", "SETS": {"Fn::Join": [",", {"Ref": "Sets"}]}}},
                "EventInvokeConfig": {"MaximumRetryAttempts": 0, "DestinationConfig": {
                    "OnFailure": {"Type": "SQS", "Destination": {_ARN: ["Failures", "Arn"]}}}},
                "Events": {
                    "Changes": {"Type": "EventBridgeRule", "Properties": {
                        "State": "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "Pattern": {"source": ["stacked"]},
                        "DeadLetterConfig": {"Arn": {_ARN: ["Failures", "Arn"]}},
                        "RetryPolicy": {"MaximumRetryAttempts": 10}}},
                    "Sweep": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 hour)"}}}}},
        },
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("Bucket", "Function", "Failures")},
    })


@pytest.fixture(scope="module")
def outputs(aws: LocalAws) -> "dict[str, str]":
    s3, stacks = aws.client("s3"), aws.client("cloudformation")
    s3.create_bucket(Bucket="stack-code")
    s3.put_object(Bucket="stack-code", Key="code.zip", Body=package())
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    stacks.create_stack(StackName="stack", TemplateBody=_template(), Capabilities=capabilities)
    stacks.get_waiter("stack_create_complete").wait(StackName="stack", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    (stack,) = stacks.describe_stacks(StackName="stack")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


@pytest.mark.parametrize(("call", "member", "path", "expected"), [
    ("get_object_lock_configuration", "ObjectLockConfiguration", ("Rule", "DefaultRetention", "Days"), 2192),
    ("get_bucket_encryption", "ServerSideEncryptionConfiguration", ("Rules", 0, "BucketKeyEnabled"), True),
    ("get_bucket_versioning", "Status", (), "Enabled"),
    ("get_bucket_ownership_controls", "OwnershipControls", ("Rules", 0, "ObjectOwnership"), "BucketOwnerEnforced"),
    ("get_bucket_lifecycle_configuration", "Rules", (0, "AbortIncompleteMultipartUpload", "DaysAfterInitiation"), 7),
    ("get_bucket_tagging", "TagSet", (0, "Value"), "evidence"),
])
def test_every_property_of_a_bucket_takes_effect(
    aws: LocalAws, outputs: "dict[str, str]", call: str, member: str, path: tuple, expected: Any
) -> None:
    found = getattr(aws.client("s3"), call)(Bucket=outputs["Bucket"])[member]
    for step in path:
        found = found[step]
    assert found == expected


def test_rules_start_the_alias_and_failures_go_to_the_destination(aws: LocalAws, outputs: "dict[str, str]") -> None:
    event = {"source": "stacked", "detail-type": "t", "detail": {"fail": "on purpose"}}
    (outcome,) = aws.control("POST", "/_local/emit", event)["functions"]
    assert (outcome["function"], outcome["attempts"]) == ("stacked", 1)
    (sent,) = messages(aws, outputs["Failures"])
    assert sent["requestContext"]["functionArn"].endswith(f":{outputs['Function']}:live")


def test_parameters_reach_the_function(aws: LocalAws, outputs: "dict[str, str]") -> None:
    config = aws.client("lambda").get_function_configuration(FunctionName=outputs["Function"], Qualifier="live")
    assert config["Environment"]["Variables"] == {"PHIWARD_DUTY": "stacked", "SETS": "logs-*,trail-*"}


def test_an_unserved_bucket_property_fails_the_stack(aws: LocalAws) -> None:
    stacks = aws.client("cloudformation")
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"AccelerateConfiguration": {"AccelerationStatus": "Enabled"}}}
    stacks.create_stack(StackName="unserved", TemplateBody=json.dumps({"Resources": {"B": bucket}}))
    with pytest.raises(Exception, match="ROLLBACK|failed"):
        stacks.get_waiter("stack_create_complete").wait(StackName="unserved", WaiterConfig={"Delay": 1, "MaxAttempts": 20})

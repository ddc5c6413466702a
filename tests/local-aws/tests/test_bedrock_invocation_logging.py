"""Model-invocation logging: replaced whole, read back as AWS names it, and refused where the logs could not arrive."""

from __future__ import annotations

import json
import secrets
from typing import Any, Callable

import pytest
from conftest import LocalAws
from functions import allow
from tables import code

SERVICE = {"Service": "bedrock.amazonaws.com"}
OF_ACCOUNT = {"StringEquals": {"aws:SourceAccount": "000000000000"},
              "ArnLike": {"aws:SourceArn": "arn:aws:bedrock:us-east-1:000000000000:*"}}


def _policy(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _writes(bucket: str, **change: Any) -> dict:
    return {"Effect": "Allow", "Principal": SERVICE, "Action": "s3:PutObject", "Condition": OF_ACCOUNT,
            "Resource": f"arn:aws:s3:::{bucket}/logs/AWSLogs/000000000000/BedrockModelInvocationLogs/*", **change}


class Place:
    """A bucket, a log group and a role of a test's own, that take invocation logs."""

    def __init__(self, aws: LocalAws) -> None:
        self.name = f"invocations-{secrets.token_hex(4)}"
        self.s3, self.iam, self.logs = aws.client("s3"), aws.client("iam"), aws.client("logs")
        self.kms = aws.client("kms")
        self.s3.create_bucket(Bucket=self.name)
        self.s3.put_bucket_ownership_controls(Bucket=self.name, OwnershipControls={
            "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
        self.s3.put_bucket_policy(Bucket=self.name, Policy=_policy(_writes(self.name)))
        self.logs.create_log_group(logGroupName=self.name)
        trust = {"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole", "Condition": OF_ACCOUNT}
        self.role = self.iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        self.may("logs:CreateLogStream", "logs:PutLogEvents")

    def may(self, *actions: str) -> None:
        stream = f"arn:aws:logs:us-east-1:000000000000:log-group:{self.name}:log-stream:aws/bedrock/modelinvocations"
        self.iam.put_role_policy(RoleName=self.name, PolicyName="p", PolicyDocument=_policy(allow(*actions, on=stream)))

    def config(self) -> "dict[str, Any]":
        place = {"bucketName": self.name, "keyPrefix": "logs"}
        group = {"logGroupName": self.name, "roleArn": self.role, "largeDataDeliveryS3Config": place}
        return {"s3Config": place, "cloudWatchConfig": group, "textDataDeliveryEnabled": True}


@pytest.fixture
def place(aws: LocalAws) -> Place:
    """Of the test's own."""
    aws.client("bedrock").delete_model_invocation_logging_configuration()
    return Place(aws)


def test_it_is_replaced_whole_and_gone_when_deleted(aws: LocalAws, place: Place) -> None:
    bedrock = aws.client("bedrock")
    get = bedrock.get_model_invocation_logging_configuration
    assert "loggingConfig" not in get()
    bedrock.put_model_invocation_logging_configuration(loggingConfig=place.config())
    assert get()["loggingConfig"] == place.config()
    only = {"s3Config": {"bucketName": place.name, "keyPrefix": "logs"}, "audioDataDeliveryEnabled": False}
    bedrock.put_model_invocation_logging_configuration(loggingConfig=only)
    assert get()["loggingConfig"] == only
    assert "loggingConfig" not in aws.client("bedrock", region="eu-west-1").get_model_invocation_logging_configuration()
    bedrock.delete_model_invocation_logging_configuration()
    assert "loggingConfig" not in get()


@pytest.mark.parametrize("body", [
    b"{", {}, {"loggingConfig": {"s3Config": {}}}, {"loggingConfig": {"cloudWatchConfig": {"logGroupName": "x"}}},
    {"loggingConfig": {"textDataDeliveryEnabled": "yes"}}])
def test_what_is_malformed_is_refused(aws: LocalAws, body: Any) -> None:
    status, answer = aws.signed("PUT", "/logging/modelinvocations", body, scope="bedrock")
    assert status == 400 and answer["message"]


def _key(place: Place, *more: dict, **change: Any) -> None:
    """The bucket encrypts with a key that has these statements."""
    owner = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "kms:*", "Resource": "*"}
    key = place.kms.create_key(Policy=_policy(owner, *more))["KeyMetadata"]["Arn"]
    if change.get("disabled"):
        place.kms.disable_key(KeyId=key)
    place.s3.put_bucket_encryption(Bucket=place.name, ServerSideEncryptionConfiguration={"Rules": [{
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}]})


_ADMITS = {"Effect": "Allow", "Principal": SERVICE, "Action": "kms:GenerateDataKey", "Resource": "*", "Condition": OF_ACCOUNT}


def _put_policy(**change: Any) -> "Callable[[Place], Any]":
    return lambda place: place.s3.put_bucket_policy(
        Bucket=place.name, Policy=_policy(_writes(place.name, **change)))


def _trust(principal: dict, **more: Any) -> "Callable[[Place], Any]":
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more}
    return lambda place: place.iam.update_assume_role_policy(RoleName=place.name, PolicyDocument=_policy(statement))


_OTHER = {"StringEquals": {"aws:SourceAccount": "111111111111"}}


@pytest.mark.parametrize(("named", "spoil"), [
    ("no bucket", lambda place: place.s3.delete_bucket(Bucket=place.name)),
    ("acls", lambda place: place.s3.put_bucket_ownership_controls(
        Bucket=place.name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})),
    ("no policy", lambda place: place.s3.delete_bucket_policy(Bucket=place.name)),
    ("for others", _put_policy(Principal={"Service": "cloudtrail.amazonaws.com"})),
    ("another folder", lambda place: _put_policy(Resource=f"arn:aws:s3:::{place.name}/other/*")(place)),
    ("another account", _put_policy(Condition=_OTHER)),
    ("a denial", lambda place: place.s3.put_bucket_policy(Bucket=place.name, Policy=_policy(
        _writes(place.name), _writes(place.name, Effect="Deny", Principal="*", Condition={})))),
    ("a key for others", lambda place: _key(place)),
    ("a disabled key", lambda place: _key(place, _ADMITS, disabled=True)),
    ("no group", lambda place: place.logs.delete_log_group(logGroupName=place.name)),
    ("no role", lambda place: (place.iam.delete_role_policy(RoleName=place.name, PolicyName="p"),
                               place.iam.delete_role(RoleName=place.name))),
    ("trust for others", _trust({"Service": "lambda.amazonaws.com"})),
    ("trust for another account", _trust(SERVICE, Condition=_OTHER)),
    ("no streams", lambda place: place.may("logs:PutLogEvents")),
    ("no events", lambda place: place.may("logs:CreateLogStream")),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_destination_where_logs_could_not_arrive_is_refused(
    aws: LocalAws, place: Place, named: str, spoil: "Callable[[Place], Any]"
) -> None:
    spoil(place)
    bedrock = aws.client("bedrock")
    put = bedrock.put_model_invocation_logging_configuration
    assert code(put, loggingConfig=place.config()) == "ValidationException"
    assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()


def test_a_key_that_admits_bedrock_is_taken(aws: LocalAws, place: Place) -> None:
    _key(place, _ADMITS)
    aws.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=place.config())


def test_a_bucket_of_another_region_is_refused(aws: LocalAws, place: Place) -> None:
    elsewhere = aws.client("bedrock", region="eu-west-1")
    config = {"s3Config": {"bucketName": place.name, "keyPrefix": "logs"}}
    assert code(elsewhere.put_model_invocation_logging_configuration, loggingConfig=config) == "ValidationException"


def test_who_sets_it_must_be_allowed_to_pass_the_role_to_bedrock(aws: LocalAws, place: Place) -> None:
    put, name = "bedrock:PutModelInvocationLoggingConfiguration", secrets.token_hex(4)

    def passes(on: str, service: str) -> dict:
        return {**allow("iam:PassRole", on=on), "Condition": {"StringEquals": {"iam:PassedToService": service}}}

    bedrock = "bedrock.amazonaws.com"
    for number, (statements, expected) in enumerate([
        ((allow(put),), "AccessDeniedException"),
        ((allow(put), passes(place.role, "lambda.amazonaws.com")), "AccessDeniedException"),
        ((allow(put), passes(place.role + "2", bedrock)), "AccessDeniedException"),
        ((passes(place.role, bedrock),), "AccessDeniedException"),
        ((allow(put), passes(place.role, bedrock)), None),
    ]):
        caller = aws.client("bedrock", aws.role(f"passes-{name}-{number}", *statements))
        assert code(caller.put_model_invocation_logging_configuration, loggingConfig=place.config()) == expected, number
        assert code(caller.get_model_invocation_logging_configuration) == "AccessDeniedException"
    # Where no group is named, no role is passed.
    alone = aws.client("bedrock", aws.role(f"passes-{name}-none", allow(put)))
    config = {"s3Config": {"bucketName": place.name, "keyPrefix": "logs"}}
    assert code(alone.put_model_invocation_logging_configuration, loggingConfig=config) is None

"""What others have set, and what is stricter than the baseline, stays as it is while the rest is repaired."""

from __future__ import annotations

import json
from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import BucketFactory, await_outcome, configured, now, silenced, surroundings, sweep, wait_quiet, writes_of
from harness.local import ROOT
from harness.settings import (
    BLOCKS, ENCRYPTION, LIFECYCLE, NOTIFICATIONS, data_key, setting, settings, statements, tls_only,
)

THEIRS = {
    "Sid": "Theirs", "Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": ["s3:PutObject"],
    "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}},
}


def _theirs(bucket: str, **other: Any) -> "dict[str, Any]":
    return {**THEIRS, "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/*", **other}


def _put_policy(who: Principal, bucket: str, statement: Any) -> None:
    document = json.dumps({"Version": "2012-10-17", "Id": "theirs", "Statement": statement})
    who.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)


@pytest.mark.parametrize("shape", ["list", "single object", "same Sid as ours"])
def test_foreign_policy_statements_stay(shape: str, buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    theirs = _theirs(bucket, Sid="PhiwardTlsOnly") if shape == "same Sid as ours" else _theirs(bucket)
    since = now()
    _put_policy(drifter, bucket, [theirs] if shape == "list" else theirs)
    await_outcome("buckets.tls-only", bucket, since)
    ours = tls_only(bucket, "PhiwardTlsOnly2" if shape == "same Sid as ours" else "PhiwardTlsOnly")
    assert statements(bucket) == [theirs, ours]
    assert json.loads(setting(bucket, "policy"))["Id"] == "theirs"


def test_a_stricter_deny_of_their_own_is_enough(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    since = now()
    _put_policy(drifter, bucket, [tls_only(bucket, "TheirOwn")])
    wait_quiet()
    assert writes_of("buckets", since) == []
    assert statements(bucket) == [tls_only(bucket, "TheirOwn")]


def test_notification_destinations_of_others_stay(
        buckets: BucketFactory, admin: Principal, drifter: Principal) -> None:
    bucket, sqs = buckets.logs(), admin.client("sqs")
    arn = f"arn:aws:sqs:us-east-1:000000000000:{bucket}"
    allow = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}]}
    sqs.create_queue(QueueName=bucket, Attributes={"Policy": json.dumps(allow)})
    kept = {"Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "inbox/"}]}}}
    home = "us-east-1:000000000000"
    theirs = {
        "QueueConfigurations": [{
            "Id": "queue", "QueueArn": arn, "Events": ["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"], **kept}],
        "TopicConfigurations": [{
            "Id": "topic", "TopicArn": f"arn:aws:sns:{home}:{bucket}", "Events": ["s3:ObjectRestore:*"], **kept}],
        "LambdaFunctionConfigurations": [{
            "Id": "function", "LambdaFunctionArn": f"arn:aws:lambda:{home}:function:{bucket}",
            "Events": ["s3:ObjectTagging:*"], **kept}],
    }
    with silenced("buckets"):
        drifter.client("s3").put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=theirs, SkipDestinationValidation=True)
    as_set = setting(bucket, NOTIFICATIONS)
    assert len(as_set) == len(theirs)
    since = now()
    drifter.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    await_outcome("buckets.event-notifications", bucket, since)
    assert setting(bucket, NOTIFICATIONS) == {**as_set, "EventBridgeConfiguration": {}}


def _encrypt(who: Principal, bucket: str, rule: "dict[str, Any]") -> None:
    who.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def test_blocked_encryption_types_stay(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.phi()
    since = now()
    blocked = {"EncryptionType": ["SSE-C"]}
    _encrypt(drifter, bucket, {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BlockedEncryptionTypes": blocked})
    await_outcome("buckets.kms-encryption", bucket, since)
    assert setting(bucket, ENCRYPTION)["Rules"] == [{
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": data_key()},
        "BucketKeyEnabled": True, "BlockedEncryptionTypes": blocked}]


def test_dual_layer_encryption_stays_and_only_its_key_is_put_right(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.phi()
    since = now()
    dual = {"SSEAlgorithm": "aws:kms:dsse", "KMSMasterKeyID": data_key()}
    _encrypt(drifter, bucket, {"ApplyServerSideEncryptionByDefault": dual, "BucketKeyEnabled": False})
    wait_quiet()
    assert writes_of("buckets", since) == []
    _encrypt(drifter, bucket, {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms:dsse"}})
    await_outcome("buckets.kms-encryption", bucket, since)
    assert setting(bucket, ENCRYPTION)["Rules"][0]["ApplyServerSideEncryptionByDefault"] == dual


RULES: "list[dict[str, Any]]" = [
    {"ID": "cold", "Status": "Enabled", "Filter": {"Prefix": "AWSLogs/"},
     "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}]},
    {"ID": "tagged", "Status": "Enabled",
     "Filter": {"And": {"Prefix": "x/", "Tags": [{"Key": "a", "Value": "b"}], "ObjectSizeGreaterThan": 1024}},
     "NoncurrentVersionTransitions": [{"NoncurrentDays": 30, "StorageClass": "STANDARD_IA"}]},
    {"ID": "long", "Status": "Enabled", "Filter": {"Prefix": "keep/"}, "Expiration": {"Days": 5000},
     "NoncurrentVersionExpiration": {"NoncurrentDays": 4000, "NewerNoncurrentVersions": 3}},
    {"ID": "parts", "Status": "Enabled", "Filter": {"Prefix": ""},
     "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
    {"ID": "off", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
]


def test_lifecycle_rules_that_keep_long_enough_are_compliant(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    since = now()
    drifter.client("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": RULES})
    as_set = settings(bucket)
    wait_quiet()
    assert writes_of("buckets", since) == []
    assert settings(bucket) == as_set


def test_an_expiry_that_the_baseline_asks_for_is_added_and_no_other_rule_changes(
        buckets: BucketFactory, admin: Principal, drifter: Principal, baseline_with_expiry: str) -> None:
    bucket = buckets.logs()
    with silenced("buckets"):
        drifter.client("s3").put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": RULES},
            TransitionDefaultMinimumObjectSize="varies_by_storage_class")
        drifter.client("s3").delete_public_access_block(Bucket=bucket)
    as_set = setting(bucket, LIFECYCLE)
    since = now()
    # Every log bucket of every earlier test lacks that expiry.
    with configured("buckets", PHIWARD_BASELINE_URI=baseline_with_expiry, PHIWARD_MAX_RESOURCES_PER_HOUR="10000"):
        sweep("buckets")
    record = await_outcome("buckets.minimum-retention", bucket, since)
    assert record.body["baseline"]["source"].startswith(baseline_with_expiry)
    assert setting(bucket, LIFECYCLE) == as_set + [{
        "ID": "phiward-expiry", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 2557},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 2557}}]
    answer = admin.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)
    assert answer["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    assert all(setting(bucket, BLOCKS).values())


@pytest.fixture
def baseline_with_expiry(admin: Principal) -> "Iterator[str]":
    """A baseline that asks for an expiry, in a bucket, and the permission that the template gives where one is named."""
    name, s3, iam = "baselines", admin.client("s3"), admin.client("iam")
    s3.create_bucket(Bucket=name)
    text = (ROOT / "baseline.toml").read_text().replace("# expire_after_days", "expire_after_days")
    s3.put_object(Bucket=name, Key="baseline.toml", Body=text)
    role = surroundings().functions["buckets"]["role"].rsplit("/", 1)[-1]
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
    iam.put_role_policy(RoleName=role, PolicyName="baseline", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [allow]}))
    yield f"s3://{name}/baseline.toml"
    iam.delete_role_policy(RoleName=role, PolicyName="baseline")

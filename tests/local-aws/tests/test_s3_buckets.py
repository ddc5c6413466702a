"""Bucket settings: what a new bucket has, what is refused, what comes back as it was put."""

from __future__ import annotations

import datetime
import json

import botocore.exceptions
import pytest

GROUP = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'
FOREIGN = f'id="{"ab" * 32}"'
ALL_ON = {name: True for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")}


@pytest.fixture(scope="module")
def s3(aws):
    return aws.client("s3")


@pytest.fixture()
def bucket(s3, request):
    name = "settings-" + request.node.name.replace("_", "-").split("[")[0][-40:]
    s3.create_bucket(Bucket=name)
    return name


def code(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


def ownership(kind):
    return {"Rules": [{"ObjectOwnership": kind}]}


def policy(bucket, **changes):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **changes}]})


def test_a_new_bucket_is_closed(s3, bucket):
    assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == ALL_ON
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == ownership("BucketOwnerEnforced")
    rule = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    for call, missing in ((s3.get_bucket_policy, "NoSuchBucketPolicy"), (s3.get_bucket_tagging, "NoSuchTagSet"),
                          (s3.get_bucket_policy_status, "NoSuchBucketPolicy"),
                          (s3.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration")):
        assert code(call, Bucket=bucket) == missing


@pytest.mark.parametrize("acl", [{"ACL": "private"}, {"ACL": "public-read"}, {"GrantRead": GROUP}])
def test_acls_are_refused_while_they_are_off(s3, bucket, acl):
    assert code(s3.put_bucket_acl, Bucket=bucket, **acl) == "AccessControlListNotSupported"


@pytest.mark.parametrize("acl", [{"ACL": "public-read"}, {"ACL": "log-delivery-write"}, {"GrantRead": FOREIGN}])
def test_acls_cannot_be_switched_off_over_grants_to_others(s3, bucket, acl):
    enforce = {"Bucket": bucket, "OwnershipControls": ownership("BucketOwnerEnforced")}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=ownership("ObjectWriter"))
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_acl(Bucket=bucket, **acl)
    assert code(s3.put_bucket_ownership_controls, **enforce) == "InvalidBucketAclWithObjectOwnership"
    s3.put_bucket_acl(Bucket=bucket, ACL="private")
    s3.put_bucket_ownership_controls(**enforce)


def test_an_unknown_ownership_is_refused(s3, bucket):
    assert code(s3.put_bucket_ownership_controls, Bucket=bucket, OwnershipControls=ownership("Nobody")) == "MalformedXML"


def test_deleted_settings_are_gone(s3, bucket):
    s3.delete_bucket_ownership_controls(Bucket=bucket)
    s3.delete_public_access_block(Bucket=bucket)
    assert code(s3.get_bucket_ownership_controls, Bucket=bucket) == "OwnershipControlsNotFoundError"
    assert code(s3.get_public_access_block, Bucket=bucket) == "NoSuchPublicAccessBlockConfiguration"


def test_public_policies_are_blocked_and_known_as_public(s3, bucket):
    assert code(s3.put_bucket_policy, Bucket=bucket, Policy=policy(bucket)) == "AccessDenied"
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Principal={"AWS": "arn:aws:iam::000000000000:root"}))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is False
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is True
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(bucket, Effect="Deny"))
    assert s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"]["IsPublic"] is False


@pytest.mark.parametrize("document", [
    "{", '{"Version":"2012-10-17"}', '{"Version":"2012-10-17","Statement":[]}', policy("another-bucket"),
    policy("BUCKET", Action="ec2:RunInstances"), policy("BUCKET", Sid="x" * 21000), policy("BUCKET", Effect="Maybe"),
    policy("BUCKET", Principal={"AWS": "arn:aws:iam::000000000000:role/nobody-at-all"}),
])
def test_malformed_policies_are_refused(s3, bucket, document):
    given = document.replace("BUCKET", bucket)
    assert code(s3.put_bucket_policy, Bucket=bucket, Policy=given) == "MalformedPolicy"


def test_lifecycles_come_back_whole(s3, bucket):
    rules = [
        {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 3000},
         "NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 2},
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
         "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}],
         "NoncurrentVersionTransitions": [{"NoncurrentDays": 3, "StorageClass": "GLACIER"}]},
        {"ID": "b", "Status": "Disabled", "Filter": {"And": {
            "Prefix": "y", "Tags": [{"Key": "a", "Value": "b"}], "ObjectSizeGreaterThan": 5}},
         "Expiration": {"ExpiredObjectDeleteMarker": True}},
        {"ID": "c", "Status": "Enabled", "Prefix": "old/", "Expiration": {
            "Date": datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)}},
    ]
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": rules},
        TransitionDefaultMinimumObjectSize="varies_by_storage_class")
    got = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert got["Rules"] == rules
    assert got["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"


@pytest.mark.parametrize("rule, refusal", [
    ({"Status": "Enabled", "Filter": {}}, "InvalidRequest"),
    ({"Status": "Enabled", "Expiration": {"Days": 1}}, "MalformedXML"),
    ({"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 0}}, "InvalidArgument"),
])
def test_impossible_lifecycles_are_refused(s3, bucket, rule, refusal):
    put = s3.put_bucket_lifecycle_configuration
    assert code(put, Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}) == refusal


def test_a_rule_without_an_id_gets_one(s3, bucket):
    rule = {"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"][0]["ID"]


def test_notifications_come_back_whole(aws, s3, bucket):
    sqs, sns = aws.client("sqs"), aws.client("sns")
    url = sqs.create_queue(QueueName=bucket[-60:])["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name=bucket[-60:])["TopicArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": ["sqs:SendMessage"],
             "Resource": queue}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(
        {"Version": "2012-10-17", "Statement": [allow]})})
    wanted = {
        "EventBridgeConfiguration": {},
        "QueueConfigurations": [{"Id": "q", "QueueArn": queue, "Events": ["s3:ObjectCreated:*"], "Filter": {
            "Key": {"FilterRules": [{"Name": "prefix", "Value": "a/"}]}}}],
        "TopicConfigurations": [{"Id": "t", "TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}],
    }
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
    got = s3.get_bucket_notification_configuration(Bucket=bucket)
    assert {name: got[name] for name in wanted} == wanted
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    assert set(s3.get_bucket_notification_configuration(Bucket=bucket)) == {"ResponseMetadata"}


def test_buckets_are_listed_by_prefix_region_and_page(s3):
    for name in ("list-a", "list-b", "list-c"):
        s3.create_bucket(Bucket=name)
    page = s3.list_buckets(Prefix="list-", BucketRegion="us-east-1", MaxBuckets=2)
    assert [(each["Name"], each["BucketRegion"]) for each in page["Buckets"]] == [
        ("list-a", "us-east-1"), ("list-b", "us-east-1")]
    rest = s3.list_buckets(Prefix="list-", MaxBuckets=2, ContinuationToken=page["ContinuationToken"])
    assert [each["Name"] for each in rest["Buckets"]] == ["list-c"] and "ContinuationToken" not in rest

"""API calls become the events that CloudTrail would deliver to EventBridge."""

from __future__ import annotations

import itertools
import time

import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow, messages, queue, rule

_NUMBER = itertools.count()


class Recorder:
    """A queue that receives the CloudTrail events of one service."""

    def __init__(self, aws: LocalAws, source: str, state: str = "ENABLED") -> None:
        name = f"recorder-{next(_NUMBER)}"
        self._aws = aws
        self._url, arn = queue(aws, name)
        rule(aws, name, {"detail": {"eventSource": [source]}}, arn, state)

    def events(self, count: int) -> "list[dict]":
        return messages(self._aws, self._url, count)

    def records(self, count: int) -> "list[dict]":
        return [event["detail"] for event in self.events(count)]


def _bucket(aws: LocalAws) -> str:
    name = f"trail-test-{next(_NUMBER)}"
    aws.client("s3").create_bucket(Bucket=name)
    return name


def test_a_bucket_change_has_s3s_names_and_parameters(aws: LocalAws) -> None:
    bucket = _bucket(aws)
    seen = Recorder(aws, "s3.amazonaws.com")
    s3 = aws.client("s3")
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    rules = [{"ID": name, "Status": "Enabled", "Filter": {"Prefix": name}, "Expiration": {"Days": 3}} for name in "ab"]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
    events = seen.events(3)
    assert [event["detail"]["eventName"] for event in events] == [
        "DeleteBucketPublicAccessBlock", "PutBucketPublicAccessBlock", "PutBucketLifecycle"]
    envelope = events[1]
    assert (envelope["source"], envelope["detail-type"]) == ("aws.s3", "AWS API Call via CloudTrail")
    record = envelope["detail"]
    assert record["requestParameters"]["bucketName"] == bucket
    assert record["requestParameters"]["publicAccessBlock"] == ""
    assert record["requestParameters"]["PublicAccessBlockConfiguration"]["BlockPublicAcls"] is True
    assert record["requestParameters"]["Host"] == "s3.us-east-1.amazonaws.com"
    assert (record["readOnly"], record["managementEvent"], record["responseElements"]) == (False, True, None)
    lifecycle = events[2]["detail"]["requestParameters"]["LifecycleConfiguration"]["Rule"]
    assert [each["Expiration"] for each in lifecycle] == [{"Days": 3}, {"Days": 3}]


def test_a_role_session_names_its_issuer(aws: LocalAws) -> None:
    bucket = _bucket(aws)
    seen = Recorder(aws, "s3.amazonaws.com")
    session = aws.role("drifter", allow("s3:PutEncryptionConfiguration"))
    aws.client("s3", session).delete_bucket_encryption(Bucket=bucket)
    identity = seen.records(1)[0]["userIdentity"]
    assert identity["type"] == "AssumedRole"
    assert identity["arn"] == "arn:aws:sts::000000000000:assumed-role/drifter/test"
    issuer = identity["sessionContext"]["sessionIssuer"]
    assert (issuer["type"], issuer["arn"]) == ("Role", "arn:aws:iam::000000000000:role/drifter")
    assert identity["principalId"].split(":") == [issuer["principalId"], "test"]


def test_a_refused_call_is_told_without_parameters(aws: LocalAws) -> None:
    bucket = _bucket(aws)
    seen = Recorder(aws, "s3.amazonaws.com")
    session = aws.role("powerless")
    with pytest.raises(ClientError):
        aws.client("s3", session).delete_bucket_encryption(Bucket=bucket)
    record = seen.records(1)[0]
    assert (record["errorCode"], record["requestParameters"]) == ("AccessDenied", None)


def test_data_events_are_not_delivered(aws: LocalAws) -> None:
    bucket = _bucket(aws)
    seen = Recorder(aws, "s3.amazonaws.com", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    s3.get_object(Bucket=bucket, Key="k")
    s3.list_objects_v2(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="k")
    s3.get_bucket_versioning(Bucket=bucket)
    assert [record["eventName"] for record in seen.records(1)] == ["GetBucketVersioning"]


def test_reads_reach_only_rules_that_ask_for_all(aws: LocalAws) -> None:
    bucket = _bucket(aws)
    plain = Recorder(aws, "s3.amazonaws.com")
    everything = Recorder(aws, "s3.amazonaws.com", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    s3 = aws.client("s3")
    s3.get_bucket_encryption(Bucket=bucket)
    s3.delete_bucket_encryption(Bucket=bucket)
    assert [record["eventName"] for record in everything.records(2)] == ["GetBucketEncryption", "DeleteBucketEncryption"]
    assert [record["eventName"] for record in plain.records(1)] == ["DeleteBucketEncryption"]


def test_json_services_have_small_first_letters(aws: LocalAws) -> None:
    seen = Recorder(aws, "kms.amazonaws.com")
    kms = aws.client("kms")
    key = kms.create_key(Description="a key")["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    created, disabled = seen.records(2)
    assert created["requestParameters"]["description"] == "a key"
    assert created["responseElements"]["keyMetadata"]["keyId"] == key
    assert disabled["requestParameters"] == {"keyId": key}


def test_mantle_tells_only_what_aws_documents(aws: LocalAws) -> None:
    seen = Recorder(aws, "bedrock-mantle.amazonaws.com")
    assert aws.signed("PUT", "/v1/data_retention", {"mode": "inherit"})[0] == 200
    _, project = aws.signed("POST", "/v1/organization/projects", {"name": "clinic"})
    change = {"name": "ward", "data_retention": {"mode": "provider_data_share"}}
    aws.signed("POST", f"/v1/organization/projects/{project['id']}", change)
    created, updated = seen.records(2)
    assert (created["eventName"], created["requestParameters"]) == ("CreateProject", {"name": "clinic"})
    assert updated["eventName"] == "UpdateProject"
    assert updated["requestParameters"] == {"project_id": project["id"], "name": "ward"}


def test_without_a_logging_trail_nothing_is_told(aws: LocalAws) -> None:
    bucket = _bucket(aws)
    trails, s3 = aws.client("cloudtrail"), aws.client("s3")
    seen, stops = Recorder(aws, "s3.amazonaws.com"), Recorder(aws, "cloudtrail.amazonaws.com")
    name = trails.describe_trails()["trailList"][0]["Name"]
    trails.stop_logging(Name=name)
    try:
        s3.delete_bucket_encryption(Bucket=bucket)
        time.sleep(0.3)
    finally:
        trails.start_logging(Name=name)
    s3.delete_bucket_tagging(Bucket=bucket)
    assert [record["eventName"] for record in seen.records(1)] == ["DeleteBucketTagging"]
    assert [record["eventName"] for record in stops.records(2)] == ["StopLogging", "StartLogging"]

"""S3's events on EventBridge: one for each object that is made or deleted, with its version."""

from __future__ import annotations

import json
import time

import pytest


@pytest.fixture(scope="module")
def heard(aws):
    """A bucket that tells EventBridge, and what a queue hears of it."""
    s3, sqs, events = aws.client("s3"), aws.client("sqs"), aws.client("events")
    s3.create_bucket(Bucket="telling")
    s3.put_bucket_notification_configuration(
        Bucket="telling", NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.create_bucket(Bucket="silent")
    url = sqs.create_queue(QueueName="object-events")["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{aws.account}:object-events"
    allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
             "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [allow]})})
    events.put_rule(Name="object-events", EventPattern=json.dumps({
        "source": ["aws.s3"], "detail-type": [{"prefix": "Object "}]}))
    events.put_targets(Rule="object-events", Targets=[{"Id": "queue", "Arn": arn}])

    def read():
        while any(aws.control("GET", "/_local/pending").values()):
            time.sleep(0.01)
        found = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for each in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
                found.append(json.loads(each["Body"]))
        return found

    return read


def in_brief(event):
    told = event["detail"]["object"]
    return event["detail-type"], event["detail"]["reason"], told["key"], told.get("version-id")


def test_an_event_is_as_aws_writes_it(aws, heard):
    aws.client("s3").put_object(Bucket="telling", Key="jane doe+1.txt", Body=b"12345")
    [event] = heard()
    detail = event["detail"]
    assert set(event) == {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
    assert set(detail) == {
        "version", "bucket", "object", "request-id", "requester", "source-ip-address", "reason"}
    assert set(detail["object"]) == {"key", "size", "etag", "sequencer"}
    assert (detail["bucket"], detail["object"]["key"], detail["object"]["size"], detail["object"]["etag"]) == (
        {"name": "telling"}, "jane doe+1.txt", 5, "827ccb0eea8a706c4c34a16891f84e7b")
    assert (event["account"], event["region"], event["resources"]) == (
        aws.account, "us-east-1", ["arn:aws:s3:::telling"])


def test_every_way_to_make_an_object_tells_its_version(aws, heard):
    s3 = aws.client("s3")
    s3.put_bucket_versioning(Bucket="telling", VersioningConfiguration={"Status": "Enabled"})
    put = s3.put_object(Bucket="telling", Key="put", Body=b"1")["VersionId"]
    copied = s3.copy_object(Bucket="telling", Key="copy", CopySource="telling/put")["VersionId"]
    upload = s3.create_multipart_upload(Bucket="telling", Key="parts")["UploadId"]
    part = s3.upload_part(Bucket="telling", Key="parts", UploadId=upload, PartNumber=1, Body=b"1")["ETag"]
    completed = s3.complete_multipart_upload(Bucket="telling", Key="parts", UploadId=upload, MultipartUpload={
        "Parts": [{"PartNumber": 1, "ETag": part}]})["VersionId"]
    form = (b"--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\npost\r\n--x\r\nContent-Disposition: form-data; "
            b"name=\"file\"; filename=\"f\"\r\n\r\n1\r\n--x--\r\n")
    aws.signed("POST", "/telling", form, "s3", headers={"Content-Type": "multipart/form-data; boundary=x"})
    posted = s3.head_object(Bucket="telling", Key="post")["VersionId"]
    s3.put_object(Bucket="silent", Key="put", Body=b"1")
    assert [in_brief(each) for each in heard()] == [
        ("Object Created", "PutObject", "put", put), ("Object Created", "CopyObject", "copy", copied),
        ("Object Created", "CompleteMultipartUpload", "parts", completed),
        ("Object Created", "POST Object", "post", posted)]


def test_deletions_are_no_creations_and_a_new_encryption_tells_nothing(aws, heard):
    s3 = aws.client("s3")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    version = s3.put_object(Bucket="telling", Key="gone", Body=b"1")["VersionId"]
    s3.update_object_encryption(Bucket="telling", Key="gone", ObjectEncryption={"SSEKMS": {"KMSKeyArn": key}})
    marker = s3.delete_object(Bucket="telling", Key="gone")["VersionId"]
    s3.delete_object(Bucket="telling", Key="gone", VersionId=version)
    events = heard()
    assert [in_brief(each) for each in events] == [
        ("Object Created", "PutObject", "gone", version), ("Object Deleted", "DeleteObject", "gone", marker),
        ("Object Deleted", "DeleteObject", "gone", version)]
    assert [each["detail"].get("deletion-type") for each in events] == [
        None, "Delete Marker Created", "Permanently Deleted"]

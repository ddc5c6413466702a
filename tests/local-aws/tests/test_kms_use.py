"""S3, SQS and SNS ask KMS: permissions, key policies, conditions, key states."""

from __future__ import annotations

import json

import botocore.exceptions
import pytest

ACCOUNT = "000000000000"
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}


def code(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as refused:
        return refused.response["Error"]["Code"]
    return None


def key_with(aws, *statements):
    policy = {"Version": "2012-10-17", "Statement": [ROOT, *statements]}
    return aws.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


def bucket_under(aws, name, key, bucket_key=False):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    applied = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": applied, "BucketKeyEnabled": bucket_key}]})
    return s3


def on_s3(*actions):
    return {"Effect": "Allow", "Action": list(actions) or ["s3:*"], "Resource": "*"}


def on_kms(key, *actions, **condition):
    statement = {"Effect": "Allow", "Action": [f"kms:{each}" for each in actions], "Resource": key}
    return {**statement, "Condition": condition} if condition else statement


def test_s3_asks_for_the_callers_permissions(aws):
    key = key_with(aws)
    admin = bucket_under(aws, "kms-asks", key)
    admin.put_object(Bucket="kms-asks", Key="k", Body=b"1")
    nothing = aws.client("s3", aws.role("kms-nothing", on_s3()))
    writer = aws.client("s3", aws.role("kms-writer", on_s3(), on_kms(key, "GenerateDataKey")))
    reader = aws.client("s3", aws.role("kms-reader", on_s3(), on_kms(key, "Decrypt")))
    read, write = {"Bucket": "kms-asks", "Key": "k"}, {"Bucket": "kms-asks", "Key": "w", "Body": b"1"}
    copy = {"Bucket": "kms-asks", "Key": "c", "CopySource": "kms-asks/k"}
    assert code(nothing.put_object, **write) == code(nothing.get_object, **read) == "AccessDenied"
    assert code(writer.put_object, **write) is None and code(writer.get_object, **read) == "AccessDenied"
    assert code(reader.get_object, **read) is None and code(reader.put_object, **write) == "AccessDenied"
    assert code(reader.copy_object, **copy) == code(writer.copy_object, **copy) == "AccessDenied"
    assert code(writer.head_object, **read) is None
    assert code(writer.head_object, **read, ChecksumMode="ENABLED") == "403"
    assert code(reader.head_object, **read, ChecksumMode="ENABLED") is None
    assert code(nothing.put_object, **write, ServerSideEncryption="AES256") is None
    assert code(writer.create_multipart_upload, Bucket="kms-asks", Key="m") == "AccessDenied"
    assert code(nothing.get_object_tagging, **read) is None


@pytest.mark.parametrize("bucket_key, arn", [(False, "arn:aws:s3:::kms-context-0/k"), (True, "arn:aws:s3:::kms-context-1")])
def test_conditions_see_service_and_context(aws, bucket_key, arn):
    key = key_with(aws)
    name = f"kms-context-{int(bucket_key)}"
    bucket_under(aws, name, key, bucket_key)
    fits = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": arn}}
    other = {"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}}
    put = {"Bucket": name, "Key": "k", "Body": b"1"}
    fitting = aws.client("s3", aws.role(f"{name}-fits", on_s3(), on_kms(key, "GenerateDataKey", **fits)))
    mismatched = aws.client("s3", aws.role(f"{name}-other", on_s3(), on_kms(key, "GenerateDataKey", **other)))
    assert code(fitting.put_object, **put) is None
    assert code(mismatched.put_object, **put) == "AccessDenied"


def test_the_key_policy_must_admit_and_may_name_a_role_itself(aws):
    named = aws.role("kms-named", on_s3())
    role = f"arn:aws:iam::{ACCOUNT}:role/kms-named"
    admin = {**ROOT, "Condition": {"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:root"}}}
    statement = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "kms:GenerateDataKey", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [admin, statement]})
    key = aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    bucket_under(aws, "kms-named", key)
    put = {"Bucket": "kms-named", "Key": "k", "Body": b"1"}
    assert code(aws.client("s3", named).put_object, **put) is None
    unnamed = aws.role("kms-unnamed", on_s3(), on_kms(key, "GenerateDataKey"))
    assert code(aws.client("s3", unnamed).put_object, **put) == "AccessDenied"


def test_a_key_out_of_use_stops_reads_and_writes(aws):
    kms, key = aws.client("kms"), key_with(aws)
    s3 = bucket_under(aws, "kms-states", key)
    s3.put_object(Bucket="kms-states", Key="k", Body=b"1")
    read, write = {"Bucket": "kms-states", "Key": "k"}, {"Bucket": "kms-states", "Key": "w", "Body": b"1"}
    kms.disable_key(KeyId=key)
    assert code(s3.get_object, **read) == code(s3.put_object, **write) == "KMS.DisabledException"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert code(s3.get_object, **read) == code(s3.put_object, **write) == "KMS.KMSInvalidStateException"
    kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    assert code(s3.get_object, **read) is None
    gone = key[:-4] + "ffff"
    bucket_under(aws, "kms-gone", gone)
    assert code(s3.put_object, Bucket="kms-gone", Key="w", Body=b"1") == "KMS.NotFoundException"


def queue_under(aws, name, key, service=None):
    sqs = aws.client("sqs")
    arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"
    attributes = {"KmsMasterKeyId": key}
    if service:
        allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sqs:SendMessage", "Resource": arn}
        attributes["Policy"] = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], arn


def test_sqs_asks_senders_and_receivers(aws):
    key = key_with(aws)
    url, arn = queue_under(aws, "kms-queue", key)
    on_queue = {"Effect": "Allow", "Action": "sqs:*", "Resource": arn}
    send = {"QueueUrl": url, "MessageBody": "m"}
    nothing = aws.client("sqs", aws.role("sqs-nothing", on_queue))
    sender = aws.client("sqs", aws.role("sqs-sender", on_queue, on_kms(key, "GenerateDataKey", "Decrypt")))
    assert code(nothing.send_message, **send) == "KmsAccessDenied"
    assert code(nothing.receive_message, QueueUrl=url) == "KmsAccessDenied"
    assert code(sender.send_message, **send) is None and code(sender.receive_message, QueueUrl=url) is None
    aws.client("kms").disable_key(KeyId=key)
    assert code(sender.send_message, **send) == "KmsDisabled"


def test_sns_asks_publishers(aws):
    key = key_with(aws)
    topic = aws.client("sns").create_topic(Name="kms-topic", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    on_topic = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
    publish = {"TopicArn": topic, "Message": "m"}
    nothing = aws.client("sns", aws.role("sns-nothing", on_topic))
    publisher = aws.client("sns", aws.role("sns-publisher", on_topic, on_kms(key, "GenerateDataKey", "Decrypt")))
    assert code(nothing.publish, **publish) == "KMSAccessDenied"
    assert code(publisher.publish, **publish) is None


EVENTS = "events.amazonaws.com"


@pytest.mark.parametrize("name, statement, arrives", [
    ("silent", None, False),
    ("admits", {"Principal": {"Service": EVENTS}}, True),
    ("this-account", {"Principal": {"Service": EVENTS}, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}}, True),
    ("another", {"Principal": {"Service": EVENTS}, "Condition": {"StringEquals": {"aws:SourceAccount": "1" * 12}}}, False),
])
def test_eventbridge_needs_the_key_policy(aws, name, statement, arrives):
    admit = {"Effect": "Allow", "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*", **(statement or {})}
    key = key_with(aws, *([admit] if statement else []))
    url, arn = queue_under(aws, f"kms-events-{name}", key, EVENTS)
    events = aws.client("events")
    events.put_rule(Name=f"kms-{name}", EventPattern=json.dumps({"source": [f"kms.{name}"]}))
    events.put_targets(Rule=f"kms-{name}", Targets=[{"Id": "q", "Arn": arn}])
    events.put_events(Entries=[{"Source": f"kms.{name}", "DetailType": "t", "Detail": "{}"}])
    got = aws.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
    assert bool(got.get("Messages")) is arrives


def test_macie_reads_under_a_key_only_when_the_key_policy_names_its_role(aws):
    from test_macie2 import PATIENT, run_job

    key = key_with(aws)
    s3 = bucket_under(aws, "kms-macie", key)
    s3.put_object(Bucket="kms-macie", Key="a.txt", Body=PATIENT.encode())
    assert run_job(aws, "kms-macie") == []
    role = aws.client("macie2").get_macie_session()["serviceRole"]
    admit = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "kms:Decrypt", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [ROOT, admit]})
    aws.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    assert len(run_job(aws, "kms-macie")) == 1


@pytest.mark.parametrize("group, allowed", [("/kms/mine", True), ("/kms/other", False)])
def test_log_groups_need_the_key_policy(aws, group, allowed):
    arn = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/kms/mine"
    key = key_with(aws, {
        "Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Resource": "*",
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": arn}}})
    refused = code(aws.client("logs").create_log_group, logGroupName=group, kmsKeyId=key)
    assert refused == (None if allowed else "InvalidParameterException")

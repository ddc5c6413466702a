"""UpdateObjectEncryption: which versions, which keys, whose permissions."""

from __future__ import annotations

import json

import botocore.exceptions
import pytest

DOCUMENTED = ("Encrypt", "Decrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")


def code(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as refused:
        return refused.response["Error"]["Code"]
    return None


def to(key, **more):
    return {"SSEKMS": {"KMSKeyArn": key, **more}}


@pytest.fixture(scope="module")
def key(aws):
    return aws.client("kms").create_key()["KeyMetadata"]["Arn"]


@pytest.fixture(scope="module")
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="updated")
    client.create_bucket(Bucket="updated-versions", ObjectLockEnabledForBucket=True)
    return client


def test_one_version_gets_the_key_and_all_else_stays(s3, key):
    named = {"Bucket": "updated-versions", "Key": "k"}
    first = s3.put_object(**named, Body=b"1", Metadata={"a": "b"}, Tagging="ward=3", StorageClass="STANDARD_IA")
    second = s3.put_object(**named, Body=b"2")
    before = s3.head_object(**named, VersionId=first["VersionId"])
    s3.update_object_encryption(
        **named, VersionId=first["VersionId"], ObjectEncryption=to(key, BucketKeyEnabled=True))
    after = s3.head_object(**named, VersionId=first["VersionId"])
    changed = {"ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled", "ResponseMetadata"}
    assert {name: value for name, value in after.items() if name not in changed} == {
        name: value for name, value in before.items() if name not in changed}
    assert (after["ServerSideEncryption"], after["SSEKMSKeyId"], after["BucketKeyEnabled"]) == ("aws:kms", key, True)
    assert s3.head_object(**named)["ServerSideEncryption"] == "AES256"
    s3.update_object_encryption(**named, ObjectEncryption=to(key))
    current = s3.head_object(**named)
    assert (current["VersionId"], current["SSEKMSKeyId"]) == (second["VersionId"], key)
    assert s3.get_object_tagging(**named, VersionId=first["VersionId"])["TagSet"] == [{"Key": "ward", "Value": "3"}]


def test_what_is_locked_layered_sealed_or_gone_is_refused(s3, key):
    update, named = s3.update_object_encryption, {"Bucket": "updated-versions", "ObjectEncryption": to(key)}
    held = s3.put_object(Bucket="updated-versions", Key="held", Body=b"1", ObjectLockLegalHoldStatus="ON")
    assert code(update, **named, Key="held", VersionId=held["VersionId"]) == code(update, **named, Key="held") == (
        "AccessDenied")
    s3.put_object(Bucket="updated-versions", Key="layered", Body=b"1", ServerSideEncryption="aws:kms:dsse")
    s3.put_object(Bucket="updated-versions", Key="sealed", Body=b"1", SSECustomerAlgorithm="AES256",
                  SSECustomerKey="k" * 32)
    assert code(s3.head_object, Bucket="updated-versions", Key="sealed") == "400"
    assert code(update, **named, Key="layered") == code(update, **named, Key="sealed") == "InvalidRequest"
    marker = s3.delete_object(Bucket="updated-versions", Key="layered")["VersionId"]
    assert code(update, **named, Key="layered", VersionId=marker) == "MethodNotAllowed"
    assert code(update, **named, Key="layered") == code(update, **named, Key="nowhere") == "NoSuchKey"
    assert code(update, **named, Key="held", VersionId="nowhere") == "NoSuchVersion"


def test_only_a_key_of_the_account_by_its_arn_will_do(s3, key):
    s3.put_object(Bucket="updated", Key="k", Body=b"1")
    update = {"Bucket": "updated", "Key": "k"}
    for wrong in (key.split("/")[-1].ljust(20, "0"), key.replace(":key/", ":alias/")):
        assert code(s3.update_object_encryption, **update, ObjectEncryption=to(wrong)) == "InvalidRequest"
    foreign = key.replace(":000000000000:", ":111122223333:")
    assert code(s3.update_object_encryption, **update, ObjectEncryption=to(foreign)) == "AccessDenied"
    gone = key[:-4] + "ffff"
    assert code(s3.update_object_encryption, **update, ObjectEncryption=to(gone)) == "KMS.NotFoundException"
    assert s3.head_object(**update)["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize("lacking", ["s3:PutObject", "s3:UpdateObjectEncryption", *(f"kms:{each}" for each in DOCUMENTED)])
def test_each_documented_permission_is_needed(aws, s3, key, lacking):
    name = lacking.replace(":", "-")
    s3.put_object(Bucket="updated", Key=name, Body=b"1")
    actions = ["s3:PutObject", "s3:UpdateObjectEncryption", *(f"kms:{each}" for each in DOCUMENTED)]
    allow = {"Effect": "Allow", "Resource": "*"}
    update = {"Bucket": "updated", "Key": name, "ObjectEncryption": to(key)}
    less = aws.role(f"update-{name}", {**allow, "Action": [each for each in actions if each != lacking]})
    assert code(aws.client("s3", less).update_object_encryption, **update) == "AccessDenied"
    enough = aws.role(f"update-all-but-none-{name}", {**allow, "Action": actions})
    assert code(aws.client("s3", enough).update_object_encryption, **update) is None


def test_the_policy_of_the_present_key_must_admit_too(aws, s3, key):
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"}, "Action": "kms:*",
            "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{aws.account}:root"}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [root]})
    closed = aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    s3.put_object(Bucket="updated", Key="closed", Body=b"1", ServerSideEncryption="aws:kms", SSEKMSKeyId=closed)
    somebody = aws.role("update-closed", {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"})
    update = {"Bucket": "updated", "Key": "closed", "ObjectEncryption": to(key)}
    assert code(aws.client("s3", somebody).update_object_encryption, **update) == "AccessDenied"
    assert code(s3.update_object_encryption, **update) is None

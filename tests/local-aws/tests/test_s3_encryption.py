"""Server-side encryption: defaults, keys, ETags, and UpdateObjectEncryption."""

from __future__ import annotations

import hashlib

import botocore.exceptions
import pytest


@pytest.fixture(scope="module")
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="encrypted")
    return client


@pytest.fixture(scope="module")
def key(aws):
    return aws.client("kms").create_key()["KeyMetadata"]["Arn"]


def by_default(s3, key, bucket="encrypted", **more):
    applied = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": applied, "BucketKeyEnabled": True, **more}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return rule


def test_every_object_is_encrypted(s3):
    put = s3.put_object(Bucket="encrypted", Key="plain", Body=b"1")
    assert put["ServerSideEncryption"] == "AES256"
    assert s3.head_object(Bucket="encrypted", Key="plain")["ServerSideEncryption"] == "AES256"
    assert put["ETag"].strip('"') == hashlib.md5(b"1").hexdigest()


def test_the_default_comes_back_and_is_used(s3, key):
    rule = by_default(s3, key, BlockedEncryptionTypes={"EncryptionType": ["SSE-C"]})
    got = s3.get_bucket_encryption(Bucket="encrypted")["ServerSideEncryptionConfiguration"]["Rules"]
    assert got == [rule]
    put = s3.put_object(Bucket="encrypted", Key="default", Body=b"1")
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"], put["BucketKeyEnabled"]) == ("aws:kms", key, True)
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        s3.put_object(Bucket="encrypted", Key="c", Body=b"1", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    s3.delete_bucket_encryption(Bucket="encrypted")
    rule = s3.get_bucket_encryption(Bucket="encrypted")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_an_etag_under_kms_is_no_md5_and_a_copys_is_its_own(s3, key):
    s3.create_bucket(Bucket="encrypted-copies")
    by_default(s3, key, "encrypted-copies")
    put = s3.put_object(Bucket="encrypted", Key="source", Body=b"1")
    copied = s3.copy_object(Bucket="encrypted-copies", Key="copy", CopySource="encrypted/source")
    assert copied["CopyObjectResult"]["ETag"] != put["ETag"]
    assert copied["CopyObjectResult"]["ETag"] == s3.head_object(Bucket="encrypted-copies", Key="copy")["ETag"]
    assert (copied["ServerSideEncryption"], copied["SSEKMSKeyId"]) == ("aws:kms", key)


def test_a_key_is_answered_by_arn_and_none_means_the_aws_managed_one(s3, key):
    named = s3.put_object(Bucket="encrypted", Key="id", Body=b"1", ServerSideEncryption="aws:kms",
                          SSEKMSKeyId=key.split("/")[-1])
    assert named["SSEKMSKeyId"] == key
    managed = s3.put_object(Bucket="encrypted", Key="managed", Body=b"1", ServerSideEncryption="aws:kms")
    assert managed["SSEKMSKeyId"].startswith("arn:aws:kms:") and managed["SSEKMSKeyId"] != key


def test_a_key_beside_sse_s3_is_refused(s3, key):
    applied = {"SSEAlgorithm": "AES256", "KMSMasterKeyID": key}
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        s3.put_bucket_encryption(Bucket="encrypted", ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": applied}]})
    assert refused.value.response["Error"]["Code"] == "InvalidArgument"


def test_update_object_encryption_leaves_the_bytes_alone(s3, key):
    s3.put_object(Bucket="encrypted", Key="update", Body=b"kept", Metadata={"a": "b"})
    s3.update_object_encryption(Bucket="encrypted", Key="update", ObjectEncryption={
        "SSEKMS": {"KMSKeyArn": key, "BucketKeyEnabled": True}})
    got = s3.get_object(Bucket="encrypted", Key="update")
    assert got["Body"].read() == b"kept" and got["Metadata"] == {"a": "b"}
    assert (got["ServerSideEncryption"], got["SSEKMSKeyId"], got["BucketKeyEnabled"]) == ("aws:kms", key, True)

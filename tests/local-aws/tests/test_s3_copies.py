"""CopyObject: what goes along, what is judged first."""

from __future__ import annotations

import datetime

import botocore.exceptions
import pytest

KEY = "a b/ü+%20.txt"


@pytest.fixture(scope="module")
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="copies-from")
    client.put_bucket_versioning(Bucket="copies-from", VersioningConfiguration={"Status": "Enabled"})
    client.create_bucket(Bucket="copies-to")
    client.create_bucket(Bucket="copies-to-locked", ObjectLockEnabledForBucket=True)
    client.put_object_lock_configuration(Bucket="copies-to-locked", ObjectLockConfiguration={
        "ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}})
    return client


@pytest.fixture(scope="module")
def version(s3):
    return s3.put_object(
        Bucket="copies-from", Key=KEY, Body=b"hello", Metadata={"a": "b"}, Tagging="x=1&y=2", ContentType="text/plain",
        CacheControl="no-store", ContentLanguage="de")


def code(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


def test_metadata_and_tags_of_the_named_version_go_along(s3, version):
    s3.put_object(Bucket="copies-from", Key=KEY, Body=b"newer")
    source = {"Bucket": "copies-from", "Key": KEY, "VersionId": version["VersionId"]}
    copied = s3.copy_object(Bucket="copies-to", Key="copy", CopySource=source, CopySourceIfMatch=version["ETag"])
    head = s3.head_object(Bucket="copies-to", Key="copy")
    assert copied["CopySourceVersionId"] == version["VersionId"]
    assert (head["Metadata"], head["ContentType"], head["CacheControl"], head["ContentLanguage"]) == (
        {"a": "b"}, "text/plain", "no-store", "de")
    tags = s3.get_object_tagging(Bucket="copies-to", Key="copy")["TagSet"]
    assert {each["Key"]: each["Value"] for each in tags} == {"x": "1", "y": "2"}
    assert s3.get_object(Bucket="copies-to", Key="copy")["Body"].read() == b"hello"


def test_directives_replace(s3, version):
    source = {"Bucket": "copies-from", "Key": KEY, "VersionId": version["VersionId"]}
    s3.copy_object(Bucket="copies-to", Key="replaced", CopySource=source, MetadataDirective="REPLACE", Metadata={"z": "1"},
                   TaggingDirective="REPLACE", Tagging="q=1")
    assert s3.head_object(Bucket="copies-to", Key="replaced")["Metadata"] == {"z": "1"}
    assert s3.get_object_tagging(Bucket="copies-to", Key="replaced")["TagSet"] == [{"Key": "q", "Value": "1"}]


def test_conditions_on_source_and_destination(s3, version):
    source = {"Bucket": "copies-from", "Key": KEY}
    s3.put_object(Bucket="copies-to", Key="there", Body=b"kept")
    for condition in ({"CopySourceIfMatch": '"other"'}, {"IfNoneMatch": "*"}, {"IfMatch": '"other"'}):
        assert code(s3.copy_object, Bucket="copies-to", Key="there", CopySource=source, **condition) == "PreconditionFailed"
    assert s3.get_object(Bucket="copies-to", Key="there")["Body"].read() == b"kept"
    s3.copy_object(Bucket="copies-to", Key="not-there", CopySource=source, IfNoneMatch="*")


def test_an_object_is_not_copied_onto_itself_unchanged(s3):
    s3.put_object(Bucket="copies-to", Key="itself", Body=b"1")
    assert code(s3.copy_object, Bucket="copies-to", Key="itself", CopySource="copies-to/itself") == "InvalidRequest"
    s3.copy_object(Bucket="copies-to", Key="itself", CopySource="copies-to/itself", ServerSideEncryption="AES256")


def test_the_null_version_of_an_unversioned_object_can_be_named(s3):
    s3.put_object(Bucket="copies-to", Key="null", Body=b"1")
    source = {"Bucket": "copies-to", "Key": "null", "VersionId": "null"}
    s3.copy_object(Bucket="copies-to", Key="null-copy", CopySource=source)


def test_another_owner_is_refused(s3, version):
    source = {"Bucket": "copies-from", "Key": KEY}
    other = "111111111111"
    assert code(s3.copy_object, Bucket="copies-to", Key="o", CopySource=source, ExpectedSourceBucketOwner=other) == "AccessDenied"
    assert code(s3.copy_object, Bucket="copies-to", Key="o", CopySource=source, ExpectedBucketOwner=other) == "AccessDenied"
    assert code(s3.head_object, Bucket="copies-from", Key=KEY, ExpectedBucketOwner=other) == "403"
    for call in (s3.get_bucket_encryption, s3.get_bucket_policy, s3.get_public_access_block):
        assert code(call, Bucket="copies-to", ExpectedBucketOwner=other) == "AccessDenied"
    s3.copy_object(Bucket="copies-to", Key="o", CopySource=source, ExpectedBucketOwner="000000000000",
                   ExpectedSourceBucketOwner="000000000000")


def lock(s3, key):
    head = s3.head_object(Bucket="copies-to-locked", Key=key)
    return {name: head.get(name) for name in ("ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus")}


def test_a_copy_takes_the_lock_of_its_request_or_bucket_not_of_its_source(s3, version):
    source = {"Bucket": "copies-from", "Key": KEY}
    s3.copy_object(Bucket="copies-to-locked", Key="default", CopySource=source)
    assert lock(s3, "default")["ObjectLockMode"] == "GOVERNANCE"
    until = datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)
    s3.copy_object(Bucket="copies-to-locked", Key="named", CopySource=source, ObjectLockMode="COMPLIANCE",
                   ObjectLockRetainUntilDate=until, ObjectLockLegalHoldStatus="ON")
    assert lock(s3, "named") == {
        "ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until, "ObjectLockLegalHoldStatus": "ON"}
    s3.copy_object(Bucket="copies-to-locked", Key="copied", CopySource="copies-to-locked/named")
    assert lock(s3, "copied")["ObjectLockMode"] == "GOVERNANCE"
    assert lock(s3, "copied")["ObjectLockLegalHoldStatus"] is None


def test_an_upload_takes_lock_and_tags_of_its_start(s3):
    made = s3.create_multipart_upload(Bucket="copies-to-locked", Key="upload", Tagging="a=1", Metadata={"m": "1"})
    part = s3.upload_part(Bucket="copies-to-locked", Key="upload", UploadId=made["UploadId"], PartNumber=1, Body=b"x")
    s3.complete_multipart_upload(Bucket="copies-to-locked", Key="upload", UploadId=made["UploadId"],
                                 MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert lock(s3, "upload")["ObjectLockMode"] == "GOVERNANCE"
    assert s3.get_object_tagging(Bucket="copies-to-locked", Key="upload")["TagSet"] == [{"Key": "a", "Value": "1"}]
    assert s3.head_object(Bucket="copies-to-locked", Key="upload")["Metadata"] == {"m": "1"}

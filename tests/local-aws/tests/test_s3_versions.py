"""Deleting, listing and tagging versions; Object Lock."""

from __future__ import annotations

import datetime

import botocore.exceptions
import pytest


@pytest.fixture(scope="module")
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="versions")
    client.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    client.create_bucket(Bucket="unversioned")
    client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    return client


def put(s3, key, body, bucket="versions", **options):
    return s3.put_object(Bucket=bucket, Key=key, Body=body, **options)


def code(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


def listed(s3, key, bucket="versions"):
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key)
    return answer.get("Versions", []), answer.get("DeleteMarkers", [])


def test_a_marker_is_made_only_while_the_etag_is_the_current_ones(s3):
    older, newer = put(s3, "if", b"1"), put(s3, "if", b"22")
    assert code(s3.delete_object, Bucket="versions", Key="if", IfMatch=older["ETag"]) == "PreconditionFailed"
    marker = s3.delete_object(Bucket="versions", Key="if", IfMatch=newer["ETag"])
    assert marker["DeleteMarker"] is True
    assert code(s3.delete_object, Bucket="versions", Key="if", IfMatch=newer["ETag"]) == "NoSuchKey"
    versions, markers = listed(s3, "if")
    assert [(each["Size"], each["IsLatest"]) for each in versions] == [(2, False), (1, False)]
    assert [(each["VersionId"], each["IsLatest"]) for each in markers] == [(marker["VersionId"], True)]


def test_a_version_goes_for_good_under_its_marker(s3):
    older, newer = put(s3, "gone", b"1"), put(s3, "gone", b"22")
    s3.delete_object(Bucket="versions", Key="gone")
    for _ in range(2):
        s3.delete_object(Bucket="versions", Key="gone", VersionId=newer["VersionId"])
    assert code(s3.head_object, Bucket="versions", Key="gone") == "404"
    assert code(s3.get_object, Bucket="versions", Key="gone", VersionId=newer["VersionId"]) == "NoSuchVersion"
    assert [each["VersionId"] for each in listed(s3, "gone")[0]] == [older["VersionId"]]


def test_removing_the_current_version_promotes_the_older_one(s3):
    put(s3, "promoted", b"1")
    newer = put(s3, "promoted", b"22")
    s3.delete_object(Bucket="versions", Key="promoted", VersionId=newer["VersionId"])
    assert s3.get_object(Bucket="versions", Key="promoted")["Body"].read() == b"1"


def test_a_delete_marker_can_be_named_but_not_read(s3):
    put(s3, "marker", b"1")
    marker = s3.delete_object(Bucket="versions", Key="marker")["VersionId"]
    assert code(s3.head_object, Bucket="versions", Key="marker", VersionId=marker) == "405"
    removed = s3.delete_object(Bucket="versions", Key="marker", VersionId=marker)
    assert removed["DeleteMarker"] is True
    assert s3.get_object(Bucket="versions", Key="marker")["Body"].read() == b"1"


def test_listings_are_in_order_and_paged(s3):
    for body in (b"0", b"1", b"2"):
        put(s3, "page/a", body)
        put(s3, "page/b", body)
    first = s3.list_object_versions(Bucket="versions", Prefix="page/", MaxKeys=2)
    assert first["IsTruncated"]
    rest = s3.list_object_versions(Bucket="versions", Prefix="page/", KeyMarker=first["NextKeyMarker"],
                                   VersionIdMarker=first["NextVersionIdMarker"])
    seen = [(each["Key"], each["IsLatest"]) for each in first["Versions"] + rest["Versions"]]
    assert seen == [(key, latest) for key in ("page/a", "page/b") for latest in (True, False, False)]
    assert all(each["ETag"] and each["LastModified"] for each in first["Versions"])


def test_suspension_writes_the_null_version(aws, s3):
    s3.create_bucket(Bucket="suspended")
    s3.put_bucket_versioning(Bucket="suspended", VersioningConfiguration={"Status": "Enabled"})
    kept = put(s3, "k", b"1", "suspended")["VersionId"]
    s3.put_bucket_versioning(Bucket="suspended", VersioningConfiguration={"Status": "Suspended"})
    put(s3, "k", b"22", "suspended")
    put(s3, "k", b"333", "suspended")
    assert [(each["VersionId"], each["Size"]) for each in listed(s3, "k", "suspended")[0]] == [("null", 3), (kept, 1)]
    s3.put_object_tagging(Bucket="suspended", Key="k", VersionId="null", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    s3.copy_object(Bucket="unversioned", Key="from-null",
                   CopySource={"Bucket": "suspended", "Key": "k", "VersionId": "null"})
    assert s3.delete_object(Bucket="suspended", Key="k")["VersionId"] == "null"
    versions, markers = listed(s3, "k", "suspended")
    assert [each["VersionId"] for each in versions] == [kept]
    assert [each["VersionId"] for each in markers] == ["null"]


def test_unversioned_objects_are_deleted_under_a_condition(s3):
    made = put(s3, "u", b"1", "unversioned")
    assert listed(s3, "u", "unversioned")[0][0]["VersionId"] == "null"
    assert code(s3.delete_object, Bucket="unversioned", Key="u", IfMatch='"other"') == "PreconditionFailed"
    s3.delete_object(Bucket="unversioned", Key="u", IfMatch=made["ETag"])
    assert code(s3.delete_object, Bucket="unversioned", Key="u", IfMatch=made["ETag"]) == "NoSuchKey"
    assert s3.delete_object(Bucket="unversioned", Key="u")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_put_if_none_match_never_overwrites(s3):
    put(s3, "once", b"1", "unversioned", IfNoneMatch="*")
    assert code(put, s3=s3, key="once", body=b"2", bucket="unversioned", IfNoneMatch="*") == "PreconditionFailed"
    assert s3.get_object(Bucket="unversioned", Key="once")["Body"].read() == b"1"


def test_a_version_under_a_marker_can_be_tagged(s3):
    version = put(s3, "hidden", b"1")["VersionId"]
    marker = s3.delete_object(Bucket="versions", Key="hidden")["VersionId"]
    tags = {"TagSet": [{"Key": "a", "Value": "1"}]}
    s3.put_object_tagging(Bucket="versions", Key="hidden", VersionId=version, Tagging=tags)
    assert s3.get_object_tagging(Bucket="versions", Key="hidden", VersionId=version)["TagSet"] == tags["TagSet"]
    assert code(s3.get_object_tagging, Bucket="versions", Key="hidden", VersionId=marker) == "MethodNotAllowed"
    assert code(s3.get_object_tagging, Bucket="versions", Key="hidden") == "NoSuchKey"


FUTURE = datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize("options, bypass, refused", [
    ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": FUTURE}, False, True),
    ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": FUTURE}, True, False),
    ({"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": FUTURE}, True, True),
    ({"ObjectLockLegalHoldStatus": "ON"}, True, True),
])
def test_a_locked_version_stays(s3, options, bypass, refused):
    version = put(s3, "l", b"1", "locked", **options)["VersionId"]
    head = s3.head_object(Bucket="locked", Key="l")
    assert {name: head[name] for name in options} == options
    delete = {"Bucket": "locked", "Key": "l", "VersionId": version, "BypassGovernanceRetention": bypass}
    if refused:
        assert code(s3.delete_object, **delete) == "AccessDenied"
        s3.put_object_tagging(Bucket="locked", Key="l", VersionId=version, Tagging={"TagSet": []})
    else:
        s3.delete_object(**delete)
    assert s3.delete_object(Bucket="locked", Key="l")["DeleteMarker"] is True


def test_object_lock_keeps_versioning_on(s3):
    suspended = {"Status": "Suspended"}
    assert code(s3.put_bucket_versioning, Bucket="locked", VersioningConfiguration=suspended) == "InvalidBucketState"

"""What S3 asks of IAM beside an operation's own permission."""

from __future__ import annotations

import botocore.exceptions
import pytest

SOURCE, TARGET = "arn:aws:s3:::rights-from/*", "arn:aws:s3:::rights-to/*"


@pytest.fixture(scope="module")
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="rights-from")
    client.create_bucket(Bucket="rights-to", ObjectLockEnabledForBucket=True)
    client.put_object(Bucket="rights-from", Key="k", Body=b"1", Tagging="a=1")
    client.put_object(Bucket="rights-to", Key="held", Body=b"1", ObjectLockLegalHoldStatus="ON")
    return client


def allow(resource, *actions):
    return {"Effect": "Allow", "Action": [f"s3:{each}" for each in actions], "Resource": resource}


def code(call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as refused:
        return refused.response["Error"]["Code"]
    return None


def test_a_copy_with_tags_reads_and_writes_tags(aws, s3):
    copy = {"Bucket": "rights-to", "Key": "copy", "CopySource": "rights-from/k"}
    source, target = ("GetObject", "GetObjectAnnotation"), ("PutObject", "PutObjectAnnotation")
    plain = aws.client("s3", aws.role("copy-plain", allow(SOURCE, *source), allow(TARGET, *target)))
    assert code(plain.copy_object, **copy) == "AccessDenied"
    assert code(plain.copy_object, **copy, TaggingDirective="REPLACE") is None
    reading = aws.client("s3", aws.role(
        "copy-reading", allow(SOURCE, *source, "GetObjectTagging"), allow(TARGET, *target)))
    assert code(reading.copy_object, **copy) == "AccessDenied"
    both = aws.client("s3", aws.role(
        "copy-both", allow(SOURCE, *source, "GetObjectTagging"), allow(TARGET, *target, "PutObjectTagging")))
    assert code(both.copy_object, **copy) is None


def test_a_copy_takes_annotations_along_which_takes_permissions(aws, s3):
    copy = {"Bucket": "rights-to", "Key": "copy", "CopySource": "rights-from/k", "TaggingDirective": "REPLACE"}
    for name, source, target, expected in (
            ("neither", (), (), "AccessDenied"),
            ("reads", ("GetObjectAnnotation",), (), "AccessDenied"),
            ("writes", (), ("PutObjectAnnotation",), "AccessDenied"),
            ("both", ("GetObjectAnnotation",), ("PutObjectAnnotation",), None)):
        client = aws.client("s3", aws.role(
            f"annotations-{name}", allow(SOURCE, "GetObject", *source), allow(TARGET, "PutObject", *target)))
        assert code(client.copy_object, **copy) == expected, name
        assert code(client.copy_object, **copy, AnnotationDirective="EXCLUDE") is None, name


def test_tags_and_locks_of_a_put_have_permissions_of_their_own(aws, s3):
    put = {"Bucket": "rights-to", "Key": "put", "Body": b"1"}
    plain = aws.client("s3", aws.role("put-plain", allow(TARGET, "PutObject")))
    assert code(plain.put_object, **put) is None
    assert code(plain.put_object, **put, Tagging="a=1") == "AccessDenied"
    assert code(plain.put_object, **put, ObjectLockLegalHoldStatus="ON") == "AccessDenied"


def test_an_etag_condition_needs_get_object(aws, s3):
    etag = s3.put_object(Bucket="rights-from", Key="conditional", Body=b"1")["ETag"]
    deleting = aws.client("s3", aws.role("delete-only", allow(SOURCE, "DeleteObject")))
    assert code(deleting.delete_object, Bucket="rights-from", Key="conditional", IfMatch=etag) == "AccessDenied"
    reading = aws.client("s3", aws.role("delete-read", allow(SOURCE, "DeleteObject", "GetObject")))
    assert code(reading.delete_object, Bucket="rights-from", Key="conditional", IfMatch=etag) is None


def test_a_missing_key_is_denied_to_who_may_not_list(aws, s3):
    blind = aws.client("s3", aws.role("blind", allow(SOURCE, "GetObject", "GetObjectVersion")))
    assert code(blind.head_object, Bucket="rights-from", Key="nowhere") == "403"
    assert code(blind.get_object, Bucket="rights-from", Key="nowhere") == "AccessDenied"
    listing = aws.client("s3", aws.role(
        "listing", allow(SOURCE, "GetObject"), allow("arn:aws:s3:::rights-from", "ListBucket")))
    assert code(listing.head_object, Bucket="rights-from", Key="nowhere") == "404"
    assert code(listing.get_object, Bucket="rights-from", Key="nowhere") == "NoSuchKey"


@pytest.mark.parametrize("extra, shown", [((), None), (("GetObjectLegalHold",), "ON")])
def test_lock_fields_are_shown_to_who_may_read_them(aws, s3, extra, shown):
    reader = aws.client("s3", aws.role(f"lock-reader-{len(extra)}", allow(TARGET, "GetObject", *extra)))
    assert reader.head_object(Bucket="rights-to", Key="held").get("ObjectLockLegalHoldStatus") == shown


def test_policies_see_conditions_and_what_creates_an_object(aws, s3):
    once = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": TARGET, "Condition": {
        "Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}}
    writer = aws.client("s3", aws.role("writes-once", allow(TARGET, "PutObject"), once))
    assert code(writer.put_object, Bucket="rights-to", Key="once", Body=b"1") == "AccessDenied"
    assert code(writer.put_object, Bucket="rights-to", Key="once", Body=b"1", IfNoneMatch="*") is None
    upload = writer.create_multipart_upload(Bucket="rights-to", Key="parts")["UploadId"]
    named = {"Bucket": "rights-to", "Key": "parts", "UploadId": upload}
    etag = writer.upload_part(**named, PartNumber=1, Body=b"1")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    assert code(writer.complete_multipart_upload, **named, MultipartUpload=parts) == "AccessDenied"
    assert code(writer.complete_multipart_upload, **named, MultipartUpload=parts, IfNoneMatch="*") is None


def test_policies_see_the_tags_that_a_request_sets(aws, s3):
    only = {**allow(SOURCE, "PutObjectTagging"), "Condition": {"StringEquals": {"s3:RequestObjectTag/state": "isolated"}}}
    tagger = aws.client("s3", aws.role("tags-isolated", only))
    isolated, other = ({"TagSet": [{"Key": "state", "Value": value}]} for value in ("isolated", "free"))
    assert code(tagger.put_object_tagging, Bucket="rights-from", Key="k", Tagging=isolated) is None
    assert code(tagger.put_object_tagging, Bucket="rights-from", Key="k", Tagging=other) == "AccessDenied"
    assert code(tagger.put_object_tagging, Bucket="rights-from", Key="k", Tagging={"TagSet": []}) == "AccessDenied"


def test_a_missing_subresource_stays_missing(aws, s3):
    reader = aws.client("s3", aws.role("subresources", allow(TARGET, "GetObjectRetention", "GetObjectTagging")))
    retention = {"Bucket": "rights-to", "Key": "held"}
    assert code(reader.get_object_retention, **retention) == "NoSuchObjectLockConfiguration"
    assert code(reader.get_object_tagging, Bucket="rights-to", Key="nowhere") == "AccessDenied"


def test_policies_see_the_acl_that_a_bucket_is_given(aws, s3):
    s3.create_bucket(Bucket="rights-acl", ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket="rights-acl")
    private = {**allow("arn:aws:s3:::rights-acl", "PutBucketAcl"),
               "Condition": {"StringEquals": {"s3:x-amz-acl": "private"}}}
    resetter = aws.client("s3", aws.role("resets-acl", private))
    assert code(resetter.put_bucket_acl, Bucket="rights-acl", ACL="private") is None
    assert code(resetter.put_bucket_acl, Bucket="rights-acl", ACL="public-read") == "AccessDenied"

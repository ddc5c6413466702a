"""Stored checksums of puts, copies and multipart uploads."""

from __future__ import annotations

import base64
import hashlib

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config

PART = b"a" * (5 * 1024 * 1024)


@pytest.fixture(scope="module")
def s3(aws):
    client = aws.client("s3")
    for name in ("sums", "sums-copies"):
        client.create_bucket(Bucket=name)
    return client


@pytest.fixture(scope="module")
def old_client(aws):
    """A client that sends no checksum, as all did before 2025."""
    return boto3.client(
        "s3", endpoint_url=aws.endpoint, region_name="us-east-1", aws_access_key_id="test",
        aws_secret_access_key="test", config=Config(request_checksum_calculation="when_required"))


def head(s3, key, bucket="sums"):
    return s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")


def sums(answer):
    return {name: value for name, value in answer.items() if name.startswith("Checksum")}


def code(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


#: The published check values of the algorithms: of the nine digits.
DIGITS = b"123456789"
KNOWN = {
    "CRC32": bytes.fromhex("cbf43926"),
    "CRC32C": bytes.fromhex("e3069283"),
    "CRC64NVME": bytes.fromhex("ae8b14860a799888"),
    "SHA1": hashlib.sha1(DIGITS).digest(),
    "SHA256": hashlib.sha256(DIGITS).digest(),
}


@pytest.mark.parametrize("algorithm", sorted(KNOWN))
def test_a_given_checksum_is_stored_and_shown_on_demand(s3, algorithm):
    given = {f"Checksum{algorithm}": base64.b64encode(KNOWN[algorithm]).decode()}
    put = s3.put_object(Bucket="sums", Key=algorithm, Body=DIGITS, **given)
    assert sums(put) == sums(head(s3, algorithm)) == {**given, "ChecksumType": "FULL_OBJECT"}
    assert sums(s3.head_object(Bucket="sums", Key=algorithm)) == {}
    assert code(s3.put_object, Bucket="sums", Key=algorithm, Body=b"other", **given) == "BadDigest"


def test_an_object_without_a_checksum_gets_crc64nvme(s3, old_client):
    put = old_client.put_object(Bucket="sums", Key="plain", Body=b"x")
    assert sums(put) == sums(head(s3, "plain")) == {"ChecksumCRC64NVME": "Lb1nAmRU5LE=", "ChecksumType": "FULL_OBJECT"}


def test_an_old_object_has_none_until_it_is_copied(aws, s3):
    s3.put_object(Bucket="sums", Key="old", Body=b"x")
    aws.control("POST", "/_local/s3/forget-checksum", {"bucket": "sums", "key": "old"})
    assert sums(head(s3, "old")) == {}
    copied = s3.copy_object(Bucket="sums-copies", Key="old", CopySource="sums/old")
    assert sums(copied["CopyObjectResult"])["ChecksumCRC64NVME"] == "Lb1nAmRU5LE="


def test_a_copy_keeps_the_algorithm_or_takes_the_named_one(s3):
    s3.put_object(Bucket="sums", Key="sha", Body=b"x", ChecksumAlgorithm="SHA256")
    kept = s3.copy_object(Bucket="sums-copies", Key="sha", CopySource="sums/sha")
    named = s3.copy_object(Bucket="sums-copies", Key="crc", CopySource="sums/sha", ChecksumAlgorithm="CRC32")
    assert sums(kept["CopyObjectResult"]) == sums(head(s3, "sha")) == sums(head(s3, "sha", "sums-copies"))
    assert sums(named["CopyObjectResult"]) == {"ChecksumCRC32": "jNwWgw==", "ChecksumType": "FULL_OBJECT"}


def test_listings_name_the_algorithm(s3):
    s3.put_object(Bucket="sums", Key="listed & <named>", Body=b"x", ChecksumAlgorithm="SHA1")
    version = s3.list_object_versions(Bucket="sums", Prefix="listed")["Versions"][0]
    assert (version["ChecksumAlgorithm"], version["ChecksumType"]) == (["SHA1"], "FULL_OBJECT")


def upload(s3, key, complete_with_sums=True, sizes=(len(PART), 4), **options):
    if "big" not in [each["Key"] for each in s3.list_objects_v2(Bucket="sums").get("Contents", [])]:
        s3.put_object(Bucket="sums", Key="big", Body=PART + b"tail")
    made = s3.create_multipart_upload(Bucket="sums", Key=key, **options)
    parts, start = [], 0
    for number, size in enumerate(sizes, 1):
        part = s3.upload_part_copy(
            Bucket="sums", Key=key, UploadId=made["UploadId"], PartNumber=number, CopySource="sums/big",
            CopySourceRange=f"bytes={start}-{start + size - 1}")["CopyPartResult"]
        start += size
        found = sums(part) if complete_with_sums else {}
        parts.append({"PartNumber": number, "ETag": part["ETag"], **found})
    return s3.complete_multipart_upload(
        Bucket="sums", Key=key, UploadId=made["UploadId"], MultipartUpload={"Parts": parts})


@pytest.mark.parametrize("options", [{}, {"ChecksumAlgorithm": "CRC64NVME"},
                                     {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}])
def test_a_full_object_upload_has_the_checksum_of_its_bytes(s3, options):
    done = upload(s3, "whole", **options)
    algorithm = options.get("ChecksumAlgorithm", "CRC64NVME")
    single = s3.put_object(Bucket="sums", Key="whole-single", Body=PART + b"tail", **(
        {"ChecksumAlgorithm": "CRC32"} if algorithm == "CRC32" else {"ChecksumCRC64NVME": done["ChecksumCRC64NVME"]}))
    assert sums(done) == sums(head(s3, "whole")) == sums(single)
    assert done["ChecksumType"] == "FULL_OBJECT" and done["ETag"].endswith('-2"')


def test_a_composite_upload_says_so_and_a_copy_of_it_is_whole(s3):
    done = upload(s3, "composite", ChecksumAlgorithm="SHA256")
    assert done["ChecksumType"] == "COMPOSITE" and done["ChecksumSHA256"].endswith("-2")
    copied = s3.copy_object(Bucket="sums-copies", Key="composite", CopySource="sums/composite")["CopyObjectResult"]
    assert copied["ChecksumType"] == "FULL_OBJECT" and "-" not in copied["ChecksumSHA256"]
    assert "-" not in copied["ETag"]


def test_what_a_completion_refuses(s3):
    assert code(upload, s3=s3, key="r", complete_with_sums=False, ChecksumAlgorithm="SHA256") == "InvalidRequest"
    assert code(upload, s3=s3, key="r", sizes=(4, 4)) == "EntityTooSmall"
    assert code(s3.create_multipart_upload, Bucket="sums", Key="r", ChecksumAlgorithm="SHA256",
                ChecksumType="FULL_OBJECT") == "InvalidRequest"
    assert code(s3.create_multipart_upload, Bucket="sums", Key="r", ChecksumAlgorithm="CRC64NVME",
                ChecksumType="COMPOSITE") == "InvalidRequest"


def test_a_part_copy_honours_the_source_condition(s3):
    upload(s3, "warm")
    made = s3.create_multipart_upload(Bucket="sums", Key="conditional")
    assert code(s3.upload_part_copy, Bucket="sums", Key="conditional", UploadId=made["UploadId"], PartNumber=1,
                CopySource="sums/big", CopySourceIfMatch='"other"') == "PreconditionFailed"

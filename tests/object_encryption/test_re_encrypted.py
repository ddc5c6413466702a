"""Whatever is written to a log or PHI bucket under another key is under the data key a moment later, and else the same."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from demo.principals import Principal
from harness import BucketFactory, await_outcome, emit, intent_of, now, outcomes, wait_quiet, writes_of
from harness.objects import Stored, put, stored, versions
from harness.written import (
    CONTROL, DUTY, WRONG, a_whole_second, created, data_key, encryption, head, new_key, resource, unheard,
)

_ENCRYPTION = {"ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled"}
_KEY = "patients/jane doe+4711 größe.csv"


def _put(s3: Any, bucket: str) -> Any:
    return s3.put_object(Bucket=bucket, Key=_KEY, Body=b"1", **WRONG)


def _copied(s3: Any, bucket: str) -> Any:
    source = put(bucket, "source")
    return s3.copy_object(Bucket=bucket, Key=_KEY, CopySource={"Bucket": bucket, "Key": source.key}, **WRONG)


def _in_parts(s3: Any, bucket: str) -> Any:
    upload = {"Bucket": bucket, "Key": _KEY}
    upload["UploadId"] = s3.create_multipart_upload(**upload, **WRONG)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"1")["ETag"]
    return s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]})


@pytest.mark.parametrize("write", [_put, _copied, _in_parts], ids=["put", "copy", "multipart"])
@pytest.mark.parametrize("kind", ["logs", "phi"])
def test_however_it_was_written(
        write: "Callable[[Any, str], Any]", kind: str, buckets: BucketFactory, drifter: Principal) -> None:
    bucket = getattr(buckets, kind)()
    since = now()
    written = stored(bucket, _KEY, write(drifter.client("s3"), bucket)["VersionId"], b"")
    record = await_outcome(CONTROL, resource(written), since)
    wait_quiet()
    assert encryption(written) == ("aws:kms", data_key()) and head(written)["BucketKeyEnabled"]
    assert writes_of(DUTY, since) == [("UpdateObjectEncryption", bucket)]
    assert [each.outcome for each in outcomes(CONTROL, resource(written), since)] == ["remediated"]
    assert record.body["before"]["key"] == _KEY, "who reads the evidence must find the object"
    assert [each["step"] for each in intent_of(record).body["plan"]] == ["update-encryption"]


def test_all_else_of_the_object_stays_as_it_was(phi: str, admin: Principal) -> None:
    given = {
        "ContentType": "text/csv; charset=utf-8", "ContentLanguage": "en", "CacheControl": "no-store",
        "Metadata": {"ward": "3-north"}, "StorageClass": "STANDARD_IA", "WebsiteRedirectLocation": "/elsewhere"}
    since = now()
    written = put(phi, Tagging="project=billing+%26+more", ChecksumAlgorithm="SHA256", **given, **WRONG)
    before = head(written, ChecksumMode="ENABLED")
    await_outcome(CONTROL, resource(written), since)
    after = head(written, ChecksumMode="ENABLED")
    assert {**after, **{name: None for name in _ENCRYPTION}} == {**before, **{name: None for name in _ENCRYPTION}}
    assert encryption(written) == ("aws:kms", data_key())
    tags = admin.client("s3").get_object_tagging(**written.named)["TagSet"]
    assert tags == [{"Key": "project", "Value": "billing & more"}]
    body = admin.client("s3").get_object(**written.named)["Body"].read()
    assert (body, len(versions(phi, written.key))) == (written.body, 1)


@pytest.mark.parametrize("chosen", ["another key", "the key of AWS"])
def test_from_another_kms_key(phi: str, chosen: str) -> None:
    since, key = now(), {"SSEKMSKeyId": new_key()} if chosen == "another key" else {}
    written = put(phi, ServerSideEncryption="aws:kms", **key)
    await_outcome(CONTROL, resource(written), since)
    assert encryption(written) == ("aws:kms", data_key())


def test_each_version_is_re_encrypted_where_it_lies(phi: str) -> None:
    since = now()
    older = put(phi, **WRONG)
    a_whole_second()
    newer = put(phi, body=b"newer", **WRONG)
    for each in (older, newer):
        await_outcome(CONTROL, resource(each), since)
        assert encryption(each) == ("aws:kms", data_key())
    assert [each.id for each in versions(phi, older.key)] == [newer.version, older.version]


def test_an_object_of_a_bucket_that_keeps_no_versions(plain: str) -> None:
    since, written = now(), put(plain, **WRONG)
    await_outcome(CONTROL, resource(written), since)
    assert encryption(written) == ("aws:kms", data_key())


def test_what_is_archived_is_not_restored(phi: str) -> None:
    since, written = now(), put(phi, StorageClass="DEEP_ARCHIVE", **WRONG)
    await_outcome(CONTROL, resource(written), since)
    assert encryption(written) == ("aws:kms", data_key())
    assert head(written)["StorageClass"] == "DEEP_ARCHIVE" and "Restore" not in head(written)


def test_beneath_a_delete_marker(phi: str, admin: Principal) -> None:
    with unheard():
        written: Stored = put(phi, **WRONG)
        admin.client("s3").delete_object(Bucket=phi, Key=written.key)
    [answer] = emit(created(written))
    assert [each["outcome"] for each in answer["response"]["outcomes"]] == ["remediated"]
    assert encryption(written) == ("aws:kms", data_key())

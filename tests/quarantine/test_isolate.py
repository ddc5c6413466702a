"""What can't be moved safely stays where it is, out of everybody's reach, and is reported."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

import pytest
from botocore.exceptions import ClientError

from demo.principals import Principal
from harness import now, writes_of
from harness.findings import Told, finding, tell
from harness.local import control
from harness.objects import Stored, patient_file, put, stored
from harness.quarantined import Quarantine


def denied(call: "Callable[..., Any]", **given: Any) -> None:
    """S3 refuses it for lack of permission."""
    with pytest.raises(ClientError) as caught:
        call(**given)
    assert caught.value.response["Error"]["Code"] in ("AccessDenied", "403"), caught.value


def is_isolated(flagged: Stored, told: Told, somebody: Principal, why: str) -> None:
    """It is there, tagged, unreadable, and its tag can't be taken away; the record says why and what to do."""
    assert told.outcome == "reported"
    advice = " ".join(told.record.body["person"])
    assert why in advice and "is isolated" in advice, advice
    assert flagged.is_there()
    s3 = somebody.client("s3")
    denied(s3.get_object, **flagged.named)
    denied(s3.get_object, Bucket=flagged.bucket, Key=flagged.key)
    denied(s3.copy_object, Bucket=flagged.bucket, Key="stolen", CopySource=flagged.named)
    denied(s3.delete_object_tagging, **flagged.named)
    denied(s3.put_object_tagging, **flagged.named, Tagging={"TagSet": []})
    tags = s3.get_object_tagging(**flagged.named)["TagSet"]
    assert {"Key": "phiward-isolated", "Value": "true"} in tags


def test_without_a_stored_checksum(versioned: str, quarantine: Quarantine, drifter: Principal) -> None:
    flagged = put(versioned, Tagging="owner=billing")
    control("POST", "s3/forget-checksum", {"bucket": versioned, "key": flagged.key, "versionId": flagged.version})
    since, told = now(), tell(made := finding(flagged))
    is_isolated(flagged, told, drifter, "no checksum of the whole object")
    assert [name for name, _ in writes_of("quarantine", since)] == ["PutBucketPolicy", "PutObjectTagging"]
    assert quarantine.arrived() == []
    tags = drifter.client("s3").get_object_tagging(**flagged.named)["TagSet"]
    assert {"Key": "owner", "Value": "billing"} in tags
    clean = put(versioned, "clean", b"nothing")
    assert drifter.client("s3").get_object(**clean.named)["Body"].read() == b"nothing"
    since = now()
    assert tell({**made}).outcome == "reported" and writes_of("quarantine", since) == []


def test_a_checksum_of_checksums(versioned: str, quarantine: Quarantine, drifter: Principal) -> None:
    s3, body, named = drifter.client("s3"), patient_file(), {"Bucket": versioned, "Key": "parts.csv"}
    upload = s3.create_multipart_upload(**named, ChecksumAlgorithm="SHA256", ChecksumType="COMPOSITE")["UploadId"]
    part = s3.upload_part(**named, UploadId=upload, PartNumber=1, Body=body, ChecksumAlgorithm="SHA256")
    done = {"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}
    version = s3.complete_multipart_upload(**named, UploadId=upload, MultipartUpload={"Parts": [done]})["VersionId"]
    flagged = stored(versioned, "parts.csv", version, body)
    is_isolated(flagged, tell(finding(flagged)), drifter, "no checksum of the whole object")
    assert quarantine.arrived() == []


@pytest.mark.parametrize("lock", ["retention", "legal hold"])
def test_locked(quarantine: Quarantine, admin: Principal, drifter: Principal, lock: str) -> None:
    s3, bucket = admin.client("s3"), f"plain-locked-{lock.replace(' ', '-')}-{patient_file()[-9:-1].decode()}"
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    flagged = put(bucket)
    if lock == "retention":
        until = datetime.now(timezone.utc) + timedelta(days=1)
        s3.put_object_retention(**flagged.named, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
    else:
        s3.put_object_legal_hold(**flagged.named, LegalHold={"Status": "ON"})
    is_isolated(flagged, tell(made := finding(flagged)), drifter, "Object Lock forbids")
    assert quarantine.arrived() == []
    if lock == "legal hold":
        s3.put_object_legal_hold(**flagged.named, LegalHold={"Status": "OFF"})
        assert tell(made).outcome == "remediated" and not flagged.is_there()
        assert quarantine.only().body == flagged.body


def test_changed_since_the_scan(unversioned: str, quarantine: Quarantine, drifter: Principal) -> None:
    made = finding(put(unversioned))
    newer = put(unversioned, body=b"perhaps clean, perhaps not")
    is_isolated(newer, tell(made), drifter, "other bytes than those that Macie scanned")
    assert quarantine.arrived() == []


@pytest.mark.parametrize("shut", ["key policy", "key disabled", "bucket policy"])
def test_what_phiward_may_not_read(
        versioned: str, quarantine: Quarantine, admin: Principal, drifter: Principal, shut: str) -> None:
    s3, kms = admin.client("s3"), admin.client("kms")
    account = {"AWS": "arn:aws:iam::000000000000:root"}
    root = {"Effect": "Allow", "Principal": account, "Action": "kms:*", "Resource": "*"}
    roles = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}
    deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": roles}
    document = {"Version": "2012-10-17", "Statement": [root, deny] if shut == "key policy" else [root]}
    key = kms.create_key(Policy=json.dumps(document))["KeyMetadata"]["Arn"]
    encryption = {} if shut == "bucket policy" else {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    flagged = put(versioned, **encryption)
    if shut == "key disabled":
        kms.disable_key(KeyId=key)
    elif shut == "bucket policy":
        keep_out = {"Sid": "NoRoles", "Effect": "Deny", "Principal": "*", "Resource": f"arn:aws:s3:::{versioned}/*",
                    "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Condition": roles}
        s3.put_bucket_policy(
            Bucket=versioned, Policy=json.dumps({"Version": "2012-10-17", "Statement": [keep_out]}))
    is_isolated(flagged, tell(finding(flagged)), drifter, "keeps Phiward from reading the object")
    assert quarantine.arrived() == []

"""Every setting of a log or PHI bucket that somebody else takes away comes back, read back and on record."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Callable

import pytest
from demo.principals import Principal

from harness import BucketFactory, Record, await_outcome, intent_of, ledger, now, silenced, wait_quiet, writes_of
from harness.local import ROOT, control
from harness.settings import ACL, BLOCKS, OWNERSHIP, right, setting, statements, tls_only

Act = Callable[[Any, str], Any]


def _encrypt(s3: Any, bucket: str, **default: str) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": False}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def _blocks(**off: bool) -> Act:
    flags = {name: True for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")}
    return lambda s3, bucket: s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={**flags, **off})


def _own(ownership: str) -> Act:
    return lambda s3, bucket: s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": ownership}]})


DRIFTS: "dict[str, tuple[str, str, Act]]" = {
    "encryption deleted": (
        "buckets.kms-encryption", "DeleteBucketEncryption", lambda s3, b: s3.delete_bucket_encryption(Bucket=b)),
    "AWS's own key": (
        "buckets.kms-encryption", "PutBucketEncryption", lambda s3, b: _encrypt(s3, b, SSEAlgorithm="aws:kms")),
    "an alias for a key": (
        "buckets.kms-encryption", "PutBucketEncryption",
        lambda s3, b: _encrypt(s3, b, SSEAlgorithm="aws:kms", KMSMasterKeyID="alias/phiward-data")),
    "SSE-S3": (
        "buckets.kms-encryption", "PutBucketEncryption", lambda s3, b: _encrypt(s3, b, SSEAlgorithm="AES256")),
    "public-access block deleted": (
        "buckets.public-access-block", "DeleteBucketPublicAccessBlock",
        lambda s3, b: s3.delete_public_access_block(Bucket=b)),
    **{f"{flag} off": ("buckets.public-access-block", "PutBucketPublicAccessBlock", _blocks(**{flag: False}))
       for flag in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")},
    "ACLs enabled": ("buckets.acls-disabled", "PutBucketOwnershipControls", _own("ObjectWriter")),
    "ACLs preferred": ("buckets.acls-disabled", "PutBucketOwnershipControls", _own("BucketOwnerPreferred")),
    "ownership deleted": (
        "buckets.acls-disabled", "DeleteBucketOwnershipControls",
        lambda s3, b: s3.delete_bucket_ownership_controls(Bucket=b)),
    "policy deleted": ("buckets.tls-only", "DeleteBucketPolicy", lambda s3, b: s3.delete_bucket_policy(Bucket=b)),
    "versioning suspended": (
        "buckets.versioning", "PutBucketVersioning",
        lambda s3, b: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": "Suspended"})),
    "notifications off": (
        "buckets.event-notifications", "PutBucketNotification",
        lambda s3, b: s3.put_bucket_notification_configuration(Bucket=b, NotificationConfiguration={})),
}


@pytest.fixture(scope="module")
def _one_for_all() -> str:
    return BucketFactory().logs()


@pytest.fixture
def bucket(_one_for_all: str) -> str:
    """A log bucket for all drifts in turn: each leaves it as it was. To Phiward they are days apart, not a fight."""
    ledger.forget_repairs_of(_one_for_all)
    return _one_for_all


@pytest.mark.parametrize("drift", DRIFTS)
def test_what_somebody_takes_away_comes_back(drift: str, bucket: str, drifter: Principal) -> None:
    control_id, event, act = DRIFTS[drift]
    since = now()
    act(drifter.client("s3"), bucket)
    record = await_outcome(control_id, bucket, since)
    wait_quiet()
    for name, value in right(bucket).items():
        assert setting(bucket, name) == value
    assert statements(bucket) == [tls_only(bucket)]
    assert len(writes_of("buckets", since)) == 1, "one drift is one write"
    assert {where for _, where in writes_of("buckets", since)} == {bucket}
    _check(record, control_id, event, drifter, since)


def _check(record: Record, control_id: str, event: str, drifter: Principal, since: datetime) -> None:
    outcome, intent = record.body, intent_of(record).body
    assert outcome["schema"] == "phiward-evidence/1" and outcome["duty"] == "buckets"
    assert outcome["control"]["id"] == control_id
    assert all(outcome["control"][name] for name in ("title", "step", "citation", "severity"))
    assert outcome["mode"] == "enforce" and outcome["error"] is None and outcome["person"] == []
    assert outcome["event"]["name"] == event and outcome["event"]["source"] == "s3.amazonaws.com"
    assert outcome["event"]["actor"] == drifter.arn
    assert outcome["plan"] and outcome["before"] != outcome["after"]
    text = (ROOT / "baseline.toml").read_bytes()
    assert outcome["baseline"] == {"digest": hashlib.sha256(text).hexdigest(), "source": "compiled"}
    assert outcome["function"]["name"] and outcome["function"]["request_id"]
    assert outcome["times"]["event"] <= outcome["times"]["seen"] <= outcome["times"]["repaired"]
    assert (intent["kind"], intent["outcome"], intent["after"]) == ("intent", None, None)
    for same in ("duty", "control", "resource", "mode", "before", "plan", "event", "baseline", "function"):
        assert intent[same] == outcome[same]
    assert intent["times"]["recorded"] <= outcome["times"]["repaired"]


def test_a_bucket_opened_to_everyone_unheard_is_closed_at_the_next_call(
        bucket: str, drifter: Principal) -> None:
    s3 = drifter.client("s3")
    with silenced("buckets"):
        _own("ObjectWriter")(s3, bucket)
        s3.delete_public_access_block(Bucket=bucket)
        s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    assert len(setting(bucket, ACL)) > 1
    since = now()
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    record = await_outcome("buckets.acls-disabled", bucket, since)
    assert [step["step"] for step in record.body["plan"]] == ["make-acl-private", "enforce-bucket-owner"]
    await_outcome("buckets.public-access-block", bucket, since)
    assert [grant["Permission"] for grant in setting(bucket, ACL)] == ["FULL_CONTROL"]
    assert setting(bucket, OWNERSHIP) == right(bucket)[OWNERSHIP]
    assert setting(bucket, BLOCKS) == right(bucket)[BLOCKS]


def test_a_new_phi_bucket_gets_the_recipe_without_a_lifecycle(drifter: Principal) -> None:
    bucket = BucketFactory().phi()
    for name, value in right(bucket).items():
        assert setting(bucket, name) == value
    assert setting(bucket, "lifecycle") is None


def test_plain_http_is_refused_once_repaired(bucket: str, drifter: Principal) -> None:
    s3 = drifter.client("s3")
    s3.list_objects_v2(Bucket=bucket)
    control("POST", "transport", {"secure": False})
    try:
        with pytest.raises(s3.exceptions.ClientError) as refused:
            s3.list_objects_v2(Bucket=bucket)
    finally:
        control("POST", "transport", {"secure": True})
    assert refused.value.response["Error"]["Code"] == "AccessDenied"

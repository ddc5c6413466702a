"""What a machine must not decide about a bucket is reported with what to do, and left as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from demo.account import PHI_TAG
from demo.principals import Principal

from harness import (
    BucketFactory, await_outcome, emit, call_on_bucket, now, outcomes, silenced, surroundings, wait_quiet, writes_of,
)
from harness.settings import ACL, ENCRYPTION, LIFECYCLE, OWNERSHIP, data_key, right, setting, statements, tls_only


def _delivery(bucket: str, service: str) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [tls_only(bucket), {
        "Effect": "Allow", "Principal": {"Service": service}, "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*"}]})


@pytest.mark.parametrize("service", ["logging.s3.amazonaws.com", "logdelivery.elasticloadbalancing.amazonaws.com"])
def test_a_target_of_logs_that_accept_sse_s3_only_keeps_its_encryption(
        service: str, buckets: BucketFactory, drifter: Principal) -> None:
    bucket, s3 = buckets.logs(), drifter.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=_delivery(bucket, service))
    wait_quiet()
    since = now()
    s3.delete_bucket_encryption(Bucket=bucket)
    record = await_outcome("buckets.kms-encryption", bucket, since, "reported")
    assert "SSE-S3 only" in record.body["person"][0]
    assert record.body["intent_id"] is None and record.body["plan"] == []
    assert setting(bucket, ENCRYPTION)["Rules"][0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert writes_of("buckets", since) == []


def test_a_log_delivery_grant_keeps_acls_and_encryption(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, s3 = buckets.logs(), drifter.client("s3")
    with silenced("buckets"):
        s3.put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]})
        s3.put_bucket_acl(Bucket=bucket, ACL="log-delivery-write")
    grants = setting(bucket, ACL)
    since = now()
    s3.delete_bucket_encryption(Bucket=bucket)
    for control in ("buckets.acls-disabled", "buckets.kms-encryption"):
        record = await_outcome(control, bucket, since, "reported")
        assert "server access logs" in record.body["person"][0]
    assert setting(bucket, ACL) == grants
    assert writes_of("buckets", since) == []


def test_a_grant_to_another_account_stays_and_the_rest_is_repaired(buckets: BucketFactory, drifter: Principal) -> None:
    bucket, s3 = buckets.logs(), drifter.client("s3")
    with silenced("buckets"):
        s3.put_bucket_ownership_controls(
            Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
        s3.put_bucket_acl(Bucket=bucket, GrantRead='id="' + "c" * 64 + '"')
    grants = setting(bucket, ACL)
    since = now()
    s3.delete_public_access_block(Bucket=bucket)
    await_outcome("buckets.public-access-block", bucket, since)
    record = await_outcome("buckets.acls-disabled", bucket, since, "reported")
    assert "another account" in record.body["person"][0]
    assert (setting(bucket, ACL), setting(bucket, OWNERSHIP)) == (
        grants, {"Rules": [{"ObjectOwnership": "ObjectWriter"}]})


SHORT: "dict[str, dict[str, Any]]" = {
    "expiry": {"Expiration": {"Days": 30}},
    "date": {"Expiration": {"Date": "2030-01-01T00:00:00Z"}},
    "noncurrent": {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
}


@pytest.mark.parametrize("kind", SHORT)
def test_a_shorter_lifecycle_is_reported_and_stays(kind: str, buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    rule = {"ID": "short", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, **SHORT[kind]}
    since = now()
    drifter.client("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    as_set = setting(bucket, LIFECYCLE)
    record = await_outcome("buckets.minimum-retention", bucket, since, "reported")
    assert "2192 days" in record.body["person"][0]
    assert setting(bucket, LIFECYCLE) == as_set
    assert writes_of("buckets", since) == []


def test_a_phi_bucket_s_lifecycle_is_its_owner_s(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.phi()
    since = now()
    rule = {"ID": "short", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 1}}
    drifter.client("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    wait_quiet()
    assert outcomes("buckets.minimum-retention", bucket, since) == []


def test_a_disabled_key_is_reported_and_not_set(
        buckets: BucketFactory, admin: Principal, drifter: Principal) -> None:
    bucket, kms = buckets.logs(), admin.client("kms")
    # Else the key would be enabled again at once.
    with silenced("encryption-keys"):
        kms.disable_key(KeyId=data_key())
    try:
        since = now()
        drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
        record = await_outcome("buckets.kms-encryption", bucket, since, "reported")
        assert "Disabled" in record.body["person"][0]
        assert writes_of("buckets", since) == []
    finally:
        kms.enable_key(KeyId=data_key())
    since = now()
    emit(call_on_bucket("DeleteBucketTagging", bucket))
    await_outcome("buckets.kms-encryption", bucket, since)
    assert setting(bucket, ENCRYPTION) == right(bucket)[ENCRYPTION]


def test_a_key_that_shuts_a_writer_of_the_bucket_out_is_reported_and_not_set(
        buckets: BucketFactory, drifter: Principal) -> None:
    bucket, s3 = buckets.logs(), drifter.client("s3")
    s3.put_bucket_policy(Bucket=bucket, Policy=_delivery(bucket, "delivery.logs.amazonaws.com"))
    wait_quiet()
    since = now()
    s3.delete_bucket_encryption(Bucket=bucket)
    record = await_outcome("buckets.kms-encryption", bucket, since, "reported")
    assert "delivery.logs.amazonaws.com" in record.body["person"][0]
    assert writes_of("buckets", since) == []


def test_tags_and_sets_that_disagree_are_reported(
        buckets: BucketFactory, admin: Principal, drifter: Principal) -> None:
    named, plain, s3 = buckets.phi(), buckets.ordinary(), drifter.client("s3")
    since = now()
    s3.delete_bucket_tagging(Bucket=named)
    record = await_outcome("buckets.data-class", named, since, "reported")
    assert "lacks the tag" in record.body["person"][0]
    s3.put_bucket_tagging(Bucket=plain, Tagging=PHI_TAG)
    record = await_outcome("buckets.data-class", plain, since, "reported")
    assert "in no set" in record.body["person"][0]
    assert writes_of("buckets", since) == []

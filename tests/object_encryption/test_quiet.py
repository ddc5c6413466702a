"""What is compliant costs one head request; what is not in the sets costs nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from demo.principals import Principal
from harness import BucketFactory, await_outcome, emit, ledger, now, started, wait_quiet, writes_of
from harness.evidence import records
from harness.objects import put
from harness.written import CONTROL, DUTY, WRONG, created, encryption, data_key, keep_no_versions, reads, resource, unheard


def test_a_compliant_object_costs_one_head_request_and_nothing_else(phi: str) -> None:
    since = now()
    put(phi)
    wait_quiet()
    assert reads(since) == ["HeadObject"]
    assert [each["response"] for each in started(since)] == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert records(CONTROL, since) == []


def test_dual_layer_encryption_with_the_data_key_is_compliant(phi: str) -> None:
    since = now()
    put(phi, ServerSideEncryption="aws:kms:dsse", SSEKMSKeyId=data_key())
    wait_quiet()
    assert reads(since) == ["HeadObject"] and records(CONTROL, since) == []


def test_a_bucket_in_no_set_costs_no_call(buckets: BucketFactory, admin: Principal) -> None:
    bucket = buckets.ordinary()
    admin.client("s3").put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    wait_quiet()
    since = now()
    put(bucket, **WRONG)
    wait_quiet()
    assert reads(since) == [] and [each["response"]["ignored"] for each in started(since)] == [
        "the bucket is in no set of the deployment"]


def test_phiward_s_own_buckets_start_nothing(phi: str) -> None:
    """Evidence is written for the object; nothing looks at the evidence."""
    since, written = now(), put(phi, **WRONG)
    await_outcome(CONTROL, resource(written), since)
    wait_quiet()
    assert [each["event_id"] for each in started(since)] != []
    assert len(started(since)) == 1, "neither the repair nor its evidence starts anything"


def test_what_is_gone_or_a_delete_marker_is_nothing(phi: str, admin: Principal) -> None:
    with unheard():
        written = put(phi, **WRONG)
        admin.client("s3").delete_object(**written.named)
    since = now()
    [answer] = emit(created(written))
    assert (answer["error"], answer["response"]["outcomes"]) == (None, [])
    with unheard():
        beneath = put(phi, key="marked", **WRONG)
        marker = admin.client("s3").delete_object(Bucket=phi, Key=beneath.key)["VersionId"]
    event = created(beneath)
    event["detail"]["object"]["version-id"] = marker
    [answer] = emit(event)
    assert (answer["error"], answer["response"]["outcomes"]) == (None, [])
    assert writes_of(DUTY, since) == []


def test_what_was_written_before_the_bucket_kept_versions_is_found_beneath_a_newer_one(
        plain: str, admin: Principal) -> None:
    with unheard():
        written = put(plain, **WRONG)
        admin.client("s3").put_bucket_versioning(Bucket=plain, VersioningConfiguration={"Status": "Enabled"})
        put(plain, body=b"newer")
    since, event = now(), created(written)
    event["detail"]["object"].pop("version-id", None)
    [answer] = emit(event)
    assert [each["outcome"] for each in answer["response"]["outcomes"]] == ["remediated"]
    assert admin.client("s3").head_object(Bucket=plain, Key=written.key, VersionId="null")["SSEKMSKeyId"] == data_key()
    assert writes_of(DUTY, since) == [("UpdateObjectEncryption", plain)]


def test_twenty_identical_events_at_once_make_one_repair_one_intent_and_one_outcome(phi: str) -> None:
    with unheard():
        written = put(phi, **WRONG)
    since, event = now(), created(written)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: emit(event), range(20)))
    wait_quiet()
    assert [each["error"] for each in started(since) if each["error"]] == []
    assert writes_of(DUTY, since) == [("UpdateObjectEncryption", phi)]
    assert [each.body["kind"] for each in records(CONTROL, since, resource(written))] == ["intent", "outcome"]
    assert encryption(written) == ("aws:kms", data_key()) and not ledger.items(f"run#{DUTY}")


def test_a_bucket_that_keeps_no_versions_is_no_exception(plain: str) -> None:
    keep_no_versions(plain)
    since = now()
    put(plain)
    wait_quiet()
    assert reads(since) == ["HeadObject"]

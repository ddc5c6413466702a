"""What is compliant costs exactly the reads that each duty's `lib.rs` lists, and no write; however often it is looked at."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from demo.principals import Principal

from harness import (
    BucketFactory, await_outcome, call_on_bucket, calls_of, emit, now, outcomes, saved_event, silenced, wait_quiet,
    writes_of,
)
from harness.settings import POLICY, setting

READS = [
    "GetBucketEncryption", "GetPublicAccessBlock", "GetBucketOwnershipControls", "GetBucketPolicy",
    "GetBucketVersioning", "GetBucketNotificationConfiguration", "GetBucketTagging",
]
LOG_READS = READS + ["GetBucketLifecycleConfiguration"]
PROJECTS = "/v1/organization/projects"


def _operations(duty: str, since: datetime) -> "Counter[str]":
    """Without the one question to the ledger with which each process begins: was an earlier run cut off?"""
    return Counter(call["operation"] for call in calls_of(duty, since) if call["operation"] != "Query")


@pytest.mark.parametrize("prefix", ["logs", "phi"])
def test_a_compliant_bucket_costs_one_read_for_each_setting(prefix: str, buckets: BucketFactory) -> None:
    bucket = getattr(buckets, prefix)()
    since = now()
    answers = emit(call_on_bucket("PutBucketPolicy", bucket))
    assert [each["response"] for each in answers] == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert _operations("buckets", since) == Counter(LOG_READS if prefix == "logs" else READS)


def test_compliant_account_settings_cost_one_read_each() -> None:
    emit("retention/put-account-data-retention.json")
    since = now()
    answers = emit("retention/put-account-data-retention.json")
    assert [each["response"] for each in answers] == [{"checked": 2, "outcomes": [], "ignored": None}]
    assert [(call["service"], call["operation"]) for call in sorted(
        calls_of("retention", since), key=lambda call: call["service"])] == [
            ("bedrock", "GetAccountDataRetention"), ("bedrock-mantle", "GetAccountDataRetention")]


def test_a_compliant_project_costs_one_read(admin: Principal) -> None:
    project = admin.mantle("POST", PROJECTS, {"name": "quiet", "data_retention": {"mode": "none"}})["id"]
    wait_quiet()
    event: "dict[str, Any]" = saved_event("retention/mantle-update-project.json")
    event["detail"]["requestParameters"]["project_id"] = project
    since = now()
    assert [each["response"]["outcomes"] for each in emit(event)] == [[]]
    assert _operations("retention", since) == Counter(["GetProject"])


def test_a_finding_that_macie_does_not_confirm_costs_one_read() -> None:
    since = now()
    answers = emit("quarantine/finding-phi.json")
    assert [each["response"]["outcomes"] for each in answers] == [[]]
    assert _operations("quarantine", since) == Counter(["GetFindings"])


def test_a_repair_s_own_events_cost_reads_only(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    since = now()
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    await_outcome("buckets.kms-encryption", bucket, since)
    wait_quiet()
    assert writes_of("buckets", since) == [("PutBucketEncryption", bucket)]
    assert len(outcomes("buckets.kms-encryption", bucket, since)) == 1
    # The drift's event: read before and under the lease, and read back; then the event of the repair itself, read once.
    assert _operations("buckets", since)["GetBucketEncryption"] == 4


def test_a_second_identical_event_causes_no_write(buckets: BucketFactory, drifter: Principal) -> None:
    bucket = buckets.logs()
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    wait_quiet()
    since = now()
    emit(call_on_bucket("DeleteBucketEncryption", bucket))
    assert _operations("buckets", since) == Counter(LOG_READS)


def test_twenty_identical_events_cost_reads_only(buckets: BucketFactory) -> None:
    bucket, times = buckets.phi(), 20
    event = {**saved_event("buckets/delete-bucket-encryption.json"), "detail": call_on_bucket(
        "DeleteBucketEncryption", bucket)}
    since = now()
    for _ in range(times):
        emit(event)
    assert _operations("buckets", since) == Counter(READS * times)


def test_identical_events_at_once_repair_once_or_agree(buckets: BucketFactory, drifter: Principal) -> None:
    """Two invocations may both see a drift and both repair it; neither fails, and nothing is left."""
    bucket = buckets.logs()
    with silenced("buckets"):
        drifter.client("s3").delete_bucket_policy(Bucket=bucket)
    since = now()
    with ThreadPoolExecutor(20) as pool:
        answers = [each for found in pool.map(emit, [call_on_bucket("DeleteBucketPolicy", bucket)] * 20)
                   for each in found]
    assert len(answers) == 20
    assert [each["error"] for each in answers if each["error"]] == []
    assert setting(bucket, POLICY).count("PhiwardTlsOnly") == 1
    assert {where for _, where in writes_of("buckets", since)} == {bucket}

"""Phiward stops when too much changes at once, or when somebody fights it; it says so once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from demo.principals import Principal

from harness import BucketFactory, await_outcome, ledger, now, outcomes, wait_quiet, writes_of
from harness.evidence import records
from harness.notices import listening
from harness.operate import operate
from harness.settings import ENCRYPTION, setting

CONTROL = "buckets.kms-encryption"
BUDGET, LIMIT, BUCKETS = 5, 20, 40


def test_of_forty_buckets_twenty_are_repaired_and_people_are_told_once(
        buckets: BucketFactory, drifter: Principal) -> None:
    made = []
    for _ in range(BUCKETS):
        made.append(buckets.logs())
        ledger.forget_repairs()
    s3, since = drifter.client("s3"), now()
    with listening() as notices:
        with ThreadPoolExecutor(BUCKETS) as pool:
            list(pool.map(lambda name: s3.delete_bucket_encryption(Bucket=name), made))
        wait_quiet()
        ended = [each.outcome for each in records(CONTROL, since) if each.body["kind"] == "outcome"]
        assert (ended.count("remediated"), ended.count("escalated"), len(ended)) == (LIMIT, BUCKETS - LIMIT, BUCKETS)
        assert len(writes_of("buckets", since)) == LIMIT
        told = notices.told(phiward="escalated")
        assert len(told) == 1 and told[0]["severity"] == "high"
        assert "20 resources of this control" in str(told[0]["what_to_do"])

        operate("reset-budget", control=CONTROL)
        wait_quiet()
        # What other tests have left drifted takes places too.
        ledger.forget_repairs()
        operate("reset-budget", control=CONTROL)
        wait_quiet()
    assert all(setting(name, ENCRYPTION)["Rules"][0]["BucketKeyEnabled"] for name in made), "a person has let it go on"


def test_who_undoes_each_repair_is_named_after_five_and_a_person_resumes(
        buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.logs(), now()
    ledger.forget_repairs()
    for partition, sort, state in ledger.items(f"state#{CONTROL}"):
        if sort == bucket:
            ledger.put(partition, sort, {**state, "repairs": []})

    def revert() -> None:
        drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
        wait_quiet()

    with listening() as notices:
        for _ in range(BUDGET + 3):
            revert()
        assert [each.outcome for each in outcomes(CONTROL, bucket, since)] == ["remediated"] * BUDGET + ["escalated"]
        assert len(writes_of("buckets", since)) == BUDGET, "no further write"
        told = notices.told(phiward="escalated", resource=bucket)
        assert len(told) == 1 and told[0]["severity"] == "high" and drifter.arn in str(told[0]["what_to_do"])
        held = [each["resource"] for each in operate("show")["held"] if each.get("by") == "budget"]
        assert bucket in held

        since = now()
        operate("reset-budget", control=CONTROL, resource=bucket)
        await_outcome(CONTROL, bucket, since)
        revert()
        assert [each.outcome for each in outcomes(CONTROL, bucket, since)] == ["remediated"] * 2

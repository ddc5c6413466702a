"""What failed for good is listed without its content, and replayed with one command once its cause is gone."""

from __future__ import annotations

from demo.principals import Principal

from harness import BucketFactory, Faults, now, wait_quiet, writes_of
from harness.evidence_commands import xtask
from harness.planted import dead_letters
from harness.settings import VERSIONING, setting


def test_a_failed_event_is_replayed(buckets: BucketFactory, drifter: Principal, faults: Faults) -> None:
    bucket, since = buckets.logs(), now()
    dead_letters()
    faults.add("s3", "PutBucketVersioning", "AccessDenied", principal="Buckets")
    drifter.client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    wait_quiet(240)
    assert setting(bucket, VERSIONING) == "Suspended"
    faults.clear()
    listed = xtask("dead-letters", "list")
    assert listed.returncode == 0 and "UnrepairedError" in listed.stdout and bucket not in listed.stdout, listed
    replayed = xtask("dead-letters", "replay")
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    wait_quiet()
    assert setting(bucket, VERSIONING) == "Enabled" and writes_of("buckets", since)
    assert dead_letters() == []

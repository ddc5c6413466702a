"""What `buckets` must be able to do."""

from __future__ import annotations

import json
from typing import Any

from demo.account import PHI_TAG

from . import memory
from .runs import Scenario, api_call, evidence_of, expect, of_every_function, run, sweep
from .second_stack import LOG_BUCKET, OUTSIDE, PHI_BUCKET, client

_CONTROLS = (
    "kms-encryption", "public-access-block", "acls-disabled", "tls-only", "versioning", "event-notifications")
_TLS = "buckets.tls-only"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("puts everything right on a log destination", lambda: _everything(LOG_BUCKET, "minimum-retention")),
        *of_every_function("buckets"),
        Scenario("puts everything right on a PHI bucket", lambda: _everything(PHI_BUCKET)),
        Scenario("finds a bucket that is tagged as PHI and stands in no set", _tagged),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("takes the policy away that a repair has made", _undone),
    ]


def _everything(bucket: str, *more: str) -> None:
    spoil(client("s3"), bucket)
    outcomes = run("buckets", api_call("s3", "DeleteBucketEncryption", bucketName=bucket))
    expect(outcomes, {(f"buckets.{name}", bucket): "remediated" for name in (*_CONTROLS, *more)})


def spoil(s3: Any, bucket: str) -> None:
    """Every setting wrong."""
    s3.delete_bucket_encryption(Bucket=bucket)
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    # A policy without the TLS-only statement: whether it is public has to be asked.
    statement = {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket",
                 "Resource": f"arn:aws:s3:::{bucket}"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    s3.delete_bucket_lifecycle(Bucket=bucket)


def _tagged() -> None:
    client("s3").put_bucket_tagging(Bucket=OUTSIDE, Tagging=PHI_TAG)
    expect(run("buckets", sweep()), {("buckets.data-class", OUTSIDE): "reported"})


def _drift() -> "dict[str, Any]":
    """A bucket without a policy, and the event that tells of it."""
    client("s3").delete_bucket_policy(Bucket=PHI_BUCKET)
    return api_call("s3", "DeleteBucketPolicy", bucketName=PHI_BUCKET)


def _taken_over() -> None:
    memory.announced("buckets", _TLS, PHI_BUCKET)
    memory.left_a_lease(PHI_BUCKET)
    expect(run("buckets", _drift()), {(_TLS, PHI_BUCKET): "remediated"})


def _finished() -> None:
    memory.killed_after("buckets", _drift(), "s3", "PutBucketPolicy")
    expect(run("buckets", memory.wake("buckets", PHI_BUCKET)), {(_TLS, PHI_BUCKET): "remediated"})


def _fought() -> None:
    memory.fought_over(_TLS, PHI_BUCKET)
    expect(run("buckets", _drift()), {(_TLS, PHI_BUCKET): "escalated"})
    assert memory.ledger().item("wake#buckets", PHI_BUCKET), "nobody will look again"


def _undone() -> None:
    done = evidence_of("buckets", _drift(), _TLS)
    memory.exempt(_TLS, PHI_BUCKET)
    memory.obeyed("buckets", "undo", done)

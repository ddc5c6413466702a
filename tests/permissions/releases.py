"""What `quarantine` must be able to do beside moving: finish what was cut off, stop, and release."""

from __future__ import annotations

from . import memory
from .forged import forged
from .objects import CONTROL, Flagged, flagged, found
from .parts import TOO_LARGE, abort_uploads, pretend, uploads
from .runs import Scenario, answer, evidence_of, expect, run
from .second_stack import LOCKED, SEALED, VERSIONED, client, deployed


def of_memory() -> "list[Scenario]":
    return [
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had moved", _finished),
        Scenario("stops where somebody keeps putting it back, and looks again later", _fought),
        Scenario("brings a version back, with its tags, under the key of its bucket", _released),
        Scenario("lifts an isolation", _lifted),
        Scenario("leaves nothing of a release in parts that can't be finished", _unreleased),
    ]


def isolated(what: Flagged) -> None:
    """It must be so, with a statement of its own in the bucket's policy."""
    client("s3").delete_bucket_policy(Bucket=what.bucket)
    expect(run("quarantine", found(what)), {(CONTROL, what.resource): "reported"})
    assert what.tags().get("phiward-isolated") == "true", "the object is not tagged"
    assert "phiward-isolated" in client("s3").get_bucket_policy(Bucket=what.bucket)["Policy"]


def _taken_over() -> None:
    what = flagged(LOCKED, ObjectLockLegalHoldStatus="ON")
    memory.announced("quarantine", CONTROL, what.resource)
    memory.left_a_lease(LOCKED)
    isolated(what)


def _finished() -> None:
    what = flagged(VERSIONED)
    memory.killed_after("quarantine", found(what), "s3", "DeleteObject", skip=1)
    seen = run("quarantine", memory.wake("quarantine", what.resource))
    expect(seen, {(CONTROL, what.resource): "remediated"})


def _fought() -> None:
    what = flagged(VERSIONED)
    memory.fought_over(CONTROL, what.resource)
    expect(run("quarantine", found(what)), {(CONTROL, what.resource): "escalated"})
    assert memory.ledger().item("wake#quarantine", what.resource), "nobody will look again"


def _released() -> None:
    what = flagged(SEALED, Tagging="ward=3")
    memory.obeyed("quarantine", "release", evidence_of("quarantine", found(what), CONTROL))
    back = client("s3").head_object(Bucket=what.bucket, Key=what.key)
    assert back["SSEKMSKeyId"] == deployed().key_arn
    tags = client("s3").get_object_tagging(Bucket=what.bucket, Key=what.key)["TagSet"]
    assert tags == [{"Key": "ward", "Value": "3"}]


def _lifted() -> None:
    what = flagged(LOCKED, ObjectLockLegalHoldStatus="ON")
    [outcome] = answer("quarantine", found(what))["outcomes"]
    memory.obeyed("quarantine", "release", outcome["evidence"])
    assert "phiward-isolated" not in what.tags()


def _unreleased() -> None:
    """A copy of which S3 has fewer bytes than it says, and too many for one request."""
    what = flagged(VERSIONED)
    record = evidence_of("quarantine", found(what), CONTROL)
    place = forged(record, lambda body: body["before"]["object"]["source"].update(size=TOO_LARGE))
    copy = place.body["before"]["object"]["copy_place"]
    pretend(copy["bucket"], copy["key"], client("s3").head_object(Bucket=copy["bucket"], Key=copy["key"])["VersionId"])
    abort_uploads(VERSIONED)
    result = memory.order("quarantine", "release", place.key)
    assert "s3:UploadPartCopy failed" in result["message"], result
    assert not uploads(VERSIONED), "parts of the release are left over"

"""What `object-encryption` must be able to do."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from . import memory
from .runs import Scenario, envelope, evidence_of, expect, of_every_function, run
from .second_stack import LOG_BUCKET, PHI_BUCKET, PHI_LOCKED, client, deployed

_DUTY, CONTROL = "object-encryption", "object-encryption.kms-key"
_WRONG = {"ServerSideEncryption": "AES256"}
#: Overwritten again and again while its bucket keeps no versions, so that its id stays.
_KEY = "patients/list.csv"


def scenarios() -> "list[Scenario]":
    return [
        Scenario("re-encrypts a version from under another key", lambda: _re_encrypted(PHI_BUCKET)),
        *of_every_function(_DUTY),
        Scenario("re-encrypts a log", lambda: _re_encrypted(LOG_BUCKET)),
        Scenario("copies a version with its tags", lambda: _copied("Enabled", "reported")),
        Scenario("copies an object that has no versions", lambda: _copied("Suspended", "remediated")),
        Scenario("leaves what is held", lambda: _locked(ObjectLockLegalHoldStatus="ON")),
        Scenario("leaves what is retained", lambda: _locked(
            ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate="2099-01-01T00:00:00Z")),
        Scenario("tells what is gone from what is forbidden", lambda: _gone(PHI_BUCKET)),
        Scenario("tells a log that is gone from one that is forbidden", lambda: _gone(LOG_BUCKET)),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had repaired", _finished),
        Scenario("stops where somebody keeps reverting, and looks again later", _fought),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


@dataclass(frozen=True)
class Written:
    """A version that was written."""

    bucket: str
    key: str
    version: "str | None"

    @property
    def resource(self) -> str:
        """What Phiward calls it."""
        return f"{self.bucket}/{hashlib.sha256(self.key.encode()).hexdigest()[:32]}/{self.version or 'null'}"

    def event(self) -> "dict[str, Any]":
        """By which S3 tells it."""
        about = {"key": self.key, **({"version-id": self.version} if self.version else {})}
        return envelope("aws.s3", "Object Created", {"bucket": {"name": self.bucket}, "object": about})


def _written(bucket: str, versioning: str = "Enabled", key: str = "", **given: Any) -> Written:
    s3, name = client("s3"), key or f"patients {uuid.uuid4()}.csv"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": versioning})
    version = s3.put_object(Bucket=bucket, Key=name, Body=name.encode(), **given).get("VersionId")
    return Written(bucket, name, None if versioning == "Suspended" else version)


def _drift() -> Written:
    """The one whose id stays."""
    return _written(PHI_BUCKET, "Suspended", _KEY, **_WRONG)


def _foreign(algorithm: str) -> "dict[str, str]":
    return {"ServerSideEncryption": algorithm, "SSEKMSKeyId": deployed().key_arn}


def _re_encrypted(bucket: str) -> None:
    what = _written(bucket, **_foreign("aws:kms"))
    expect(run(_DUTY, what.event()), {(CONTROL, what.resource): "remediated"})


def _copied(versioning: str, outcome: str) -> None:
    what = _written(PHI_BUCKET, versioning, Tagging="ward=3", **_foreign("aws:kms:dsse"))
    expect(run(_DUTY, what.event()), {(CONTROL, what.resource): outcome})
    seen = client("s3").head_object(Bucket=what.bucket, Key=what.key)
    assert seen["SSEKMSKeyId"] == deployed().outputs["DataKeyArn"], "it is not copied"


def _locked(**lock: str) -> None:
    what = _written(PHI_LOCKED, **_WRONG, **lock)
    expect(run(_DUTY, what.event()), {(CONTROL, what.resource): "reported"})


def _gone(bucket: str) -> None:
    what = _written(bucket, "Suspended", **_WRONG)
    client("s3").delete_object(Bucket=bucket, Key=what.key, VersionId="null")
    assert run(_DUTY, what.event()) == {}


def _taken_over() -> None:
    what = _drift()
    memory.announced(_DUTY, CONTROL, what.resource)
    expect(run(_DUTY, what.event()), {(CONTROL, what.resource): "remediated"})


def _finished() -> None:
    what = _drift()
    memory.killed_after(_DUTY, what.event(), "s3", "UpdateObjectEncryption")
    expect(run(_DUTY, memory.wake(_DUTY, what.resource)), {(CONTROL, what.resource): "remediated"})


def _fought() -> None:
    what = _drift()
    memory.fought_over(CONTROL, what.resource)
    expect(run(_DUTY, what.event()), {(CONTROL, what.resource): "escalated"})
    assert memory.ledger().item(f"wake#{_DUTY}", what.resource), "nobody will look again"


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed. A record leads to the object."""
    what = _drift()
    evidence_of(_DUTY, what.event(), CONTROL)
    _drift()
    expect(run(_DUTY, memory.wake(_DUTY, what.resource, ordered=True)), {(CONTROL, what.resource): "remediated"})

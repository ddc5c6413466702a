"""What `free-text` must be able to do: it reads, and tells."""

from __future__ import annotations

import secrets

from harness import surroundings
from harness.named import TAGGED, endpoint, imported_model, make, tag

from . import memory
from .runs import Scenario, api_call, expect, of_every_function, run, sweep
from .second_stack import LOG_BUCKET, PHI_BUCKET, client

_DUTY, CONTROL = "free-text", "free-text.personal-data"
#: Those whose names alone are looked at, beside what belongs to another resource.
_UNTAGGED = ("data-source", "model-copy-job")


def scenarios() -> "list[Scenario]":
    return [
        *(Scenario(f"reads the tags of a {kind}", lambda kind=kind: _tagged(kind)) for kind in TAGGED),  # type: ignore[misc]
        *(Scenario(f"reads the name of a {kind}", lambda kind=kind: _named(kind)) for kind in _UNTAGGED),  # type: ignore[misc]
        Scenario("reads the tags of an imported model", _imported),
        Scenario("reads the tags of a log destination", lambda: _bucket(LOG_BUCKET)),
        Scenario("reads the tags of a PHI bucket", lambda: _bucket(PHI_BUCKET)),
        *of_every_function(_DUTY),
        Scenario("lists everything", _swept),
        Scenario("takes over what a dead run held, and wrote nothing of", _taken_over),
        Scenario("finishes what a dead run had recorded", _finished),
        Scenario("heeds an exemption", _exempt),
        Scenario("looks, although an event claims that there is an order", _claimed),
    ]


def _name() -> str:
    return f"roles-{secrets.token_hex(4)}"


def _mrn() -> str:
    return f"mrn-47{secrets.randbelow(10**6):06}"


def _made(kind: str = "guardrail") -> str:
    return make(kind, surroundings().admin, _name(), {"note": _mrn()})


def _tagged(kind: str) -> None:
    made = _made(kind)
    expect(run(_DUTY, api_call("bedrock", "TagResource", resourceARN=made)), {(CONTROL, made): "reported"})


def _named(kind: str) -> None:
    made = make(kind, surroundings().admin, _mrn())
    expect(run(_DUTY, memory.wake(_DUTY, made)), {(CONTROL, made): "reported"})


def _imported() -> None:
    made = imported_model(surroundings().admin, _name())
    tag(surroundings().admin, made, {"note": _mrn()})
    expect(run(_DUTY, api_call("bedrock", "TagResource", resourceARN=made)), {(CONTROL, made): "reported"})


def _bucket(bucket: str) -> None:
    tags = {"TagSet": [{"Key": "DataClass", "Value": "PHI"}, {"Key": "note", "Value": _mrn()}]}
    client("s3").put_bucket_tagging(Bucket=bucket, Tagging=tags)
    resource = f"arn:aws:s3:::{bucket}"
    memory.ledger().remove(f"state#{CONTROL}", resource)
    expect(run(_DUTY, api_call("s3", "PutBucketTagging", bucketName=bucket)), {(CONTROL, resource): "reported"})


def _swept() -> None:
    """A list that is refused fails the sweep."""
    endpoint(surroundings().admin, _name())
    made = _made()
    expect(run(_DUTY, sweep()), {(CONTROL, made): "reported"})


def _taken_over() -> None:
    made = _made()
    memory.announced(_DUTY, CONTROL, made)
    expect(run(_DUTY, memory.wake(_DUTY, made)), {(CONTROL, made): "reported"})


def _finished() -> None:
    """Its record is there, and perhaps nobody was told."""
    made = _made()
    memory.killed_after(_DUTY, memory.wake(_DUTY, made), "s3", "PutObject")
    expect(run(_DUTY, memory.wake(_DUTY, made)), {(CONTROL, made): "reported"})


def _exempt() -> None:
    made = _made()
    memory.exempt(CONTROL, made)
    expect(run(_DUTY, memory.wake(_DUTY, made)), {(CONTROL, made): "exempt"})


def _claimed() -> None:
    """Nobody may order anything of this duty, and an event is not believed."""
    made = _made()
    expect(run(_DUTY, memory.wake(_DUTY, made, ordered=True)), {(CONTROL, made): "reported"})

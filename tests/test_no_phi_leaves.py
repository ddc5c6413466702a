"""What stands in a patient's file, its name, its tags and its finding is said nowhere but in the evidence."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Iterator

import pytest

from demo.principals import Principal
from harness import BucketFactory, Faults, calls_of, emit, invoke, now, surroundings
from harness.findings import forget
from harness.local import control
from harness.objects import Stored
from harness.patient import planted_event, planted_finding, planted_object, planted_policy
from harness.planted import Ears, Markers, dead_letters, said

#: AWS's refusals quote what was asked for.
_REFUSAL = ("User: arn:aws:sts::000000000000:assumed-role/r is not authorized to perform: s3:X on resource: "
            "\"arn:aws:s3:::{bucket}/{key}\" with tag {tag}")


@pytest.fixture
def ears() -> "Iterator[Ears]":
    made = Ears()
    yield made
    made.close()
    forget()


@pytest.fixture
def versioned(buckets: BucketFactory, admin: Principal, marker: Markers) -> str:
    name = buckets.ordinary()
    admin.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    planted_policy(marker, name)
    return name


def nothing_leaked(marker: Markers, since: datetime, ears: Ears) -> "list[Any]":
    """Look everywhere; the answer is what the ears heard, to see that they are not deaf."""
    heard = ears.heard()
    everything = {**said(since), "events and notices": json.dumps(heard)}
    for letter in dead_letters():
        letter["body"].pop("requestPayload", None)  # the raw event, for who replays it
        everything["dead letter"] = everything.get("dead letter", "") + json.dumps(letter)
    leaks = {where: found for where, text in everything.items() if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)
    return heard


def unmovable(flagged: Stored) -> Stored:
    where = {"bucket": flagged.bucket, "key": flagged.key, "versionId": flagged.version}
    control("POST", "s3/forget-checksum", where)
    return flagged


def test_nothing_of_a_move_or_an_isolation(versioned: str, marker: Markers, ears: Ears) -> None:
    since = now()
    moved, stuck = planted_object(marker, versioned), unmovable(planted_object(marker, versioned, 1))
    answers = [emit(planted_event(marker, planted_finding(marker, each)))[0] for each in (moved, stuck)]
    outcomes = [each["outcome"] for answer in answers for each in answer["response"]["outcomes"]]
    assert outcomes == ["remediated", "reported"]
    s3, bucket = surroundings().admin.client("s3"), surroundings().evidence_bucket
    for key in (each["evidence"] for answer in answers for each in answer["response"]["outcomes"]):
        record = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        assert marker.in_text(record) and marker("body") not in record, "a release needs the key, and no more"
        assert marker("tag-value") not in record and marker("column") not in record
    heard = [each["body"] for each in nothing_leaked(marker, since, ears)]
    remembered = said(since)
    for resource in (each["resource"] for answer in answers for each in answer["response"]["outcomes"]):
        assert resource in remembered["ledger"] and resource in remembered["what operate shows"], "ids are remembered"
    assert [each["detail-type"] for each in heard if "detail" in each] == ["Remediation Outcome"] * 2
    notices = [json.loads(each["Message"]) for each in heard if "Message" in each]
    assert sorted(each["phiward"] for each in notices) == ["remediated", "reported"]


@pytest.mark.parametrize("path", ["move", "isolation"])
def test_nothing_when_any_call_is_refused(
        versioned: str, marker: Markers, ears: Ears, faults: Faults, path: str) -> None:
    def flagged(at: int) -> Stored:
        made = planted_object(marker, versioned, at)
        return made if path == "move" else unmovable(made)

    since = now()
    invoke("quarantine", json.dumps(planted_event(marker, planted_finding(marker, flagged(0)))).encode())
    good, seen, refused = calls_of("quarantine", since), {}, 0
    for at, call in enumerate(good, 1):
        operation = call["operation"]
        seen[operation] = nth = seen.get(operation, -1) + 1
        if operation == "HeadObject":
            continue  # its errors have no body that could quote anything
        made = flagged(at)
        message = _REFUSAL.format(bucket=made.bucket, key=made.key, tag=marker("tag-value"))
        error = "AccessDenied" if at % 3 else "InvalidRequest"
        faults.add(call["service"], operation, error, 1, skip=nth, message=message, principal="Quarantine")
        _, failed = invoke("quarantine", json.dumps(planted_event(marker, planted_finding(marker, made))).encode())
        refused += failed is not None
        faults.clear()
        forget()
    assert refused > len(good) / 3, "most of the calls are needed"
    nothing_leaked(marker, since, ears)


def test_nothing_of_what_fails_for_good(versioned: str, marker: Markers, ears: Ears, faults: Faults) -> None:
    dead_letters()
    made, since = planted_object(marker, versioned), now()
    message = _REFUSAL.format(bucket=made.bucket, key=made.key, tag=marker("tag-value"))
    faults.add("s3", "CopyObject", "AccessDenied", message=message, principal="Quarantine")
    answer = emit(planted_event(marker, planted_finding(marker, made)))[0]
    assert answer["error"]["type"] == "UnrepairedError" and answer["attempts"] == 3
    letters = dead_letters()
    assert len(letters) == 1 and letters[0]["body"].pop("requestPayload")
    assert marker.in_text(json.dumps(letters)) == []
    nothing_leaked(marker, since, ears)


def test_the_search_finds_what_is_said(marker: Markers) -> None:
    assert marker.in_text(f"x {marker('key').upper()} y") and not marker.in_text("planted")

"""The function is killed before and after each of its calls: nothing is lost, and the next run completes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Callable, Iterator

import pytest

from demo.principals import Principal
from harness import calls_of, invoke, kill, ledger, now
from harness.findings import deliver, event_of, finding, forget, keep
from harness.local import control
from harness.objects import Stored, put, versions
from harness.operate import heartbeat
from harness.quarantined import Quarantine

#: Only these change anything: whatever a run leaves behind, it is left before or after one of them.
_WRITES = (
    "PutObject", "CopyObject", "DeleteObject", "PutBucketPolicy", "PutObjectTagging", "PutEvents", "TransactWriteItems")


@dataclass(frozen=True)
class Point:
    """Where it is killed: at the nth call of that operation."""

    service: str
    operation: str
    nth: int
    phase: str


def points(good: "list[dict[str, str]]", reads: bool) -> "Iterator[Point]":
    """One before every call of a good run (or every write), one after every write."""
    seen: "dict[str, int]" = {}
    for call in good:
        service, operation = call["service"], call["operation"]
        nth = seen[operation] = seen.get(operation, -1) + 1
        if reads or operation in _WRITES:
            yield Point(service, operation, nth, "before")
        if operation in _WRITES:
            yield Point(service, operation, nth, "after")


def killed_everywhere(
        make: "Callable[[str], Stored]", midway: "Callable[[Stored, Quarantine], None]",
        done: "Callable[[Stored, Quarantine], None]", reads: bool = False) -> None:
    """A good run first, which tells the calls; then one killed at each point, looked at, and run again."""
    since = now()
    assert deliver(event_of(keep(finding(make("good"))))).error is None
    found = list(points(calls_of("quarantine", since), reads))
    assert len(found) >= (25 if reads else 10), found
    for at, point in enumerate(found):
        ledger.forget_repairs()  # so many objects within an hour would be too many
        flagged, quarantine = make(f"killed {at}.csv"), Quarantine()
        made = keep(finding(flagged))
        event = event_of(made)
        kill(function="quarantine", service=point.service, operation=point.operation, phase=point.phase, skip=point.nth)
        _, error = invoke("quarantine", json.dumps(event).encode())
        assert error, f"{point}: it was not killed"
        midway(flagged, quarantine)
        ledger.let_runs_end()  # Lambda's own retry needs no patience: the lease is its own
        told = deliver(event)
        assert told.error is None and told.attempts == 1, f"{point}: {told}"
        run = ("run#quarantine", f"finding/{made['id']}")
        if ledger.item(*run):
            heartbeat()  # the event found nothing to do: who looks for what was cut off is the heartbeat
        assert not ledger.item(*run), f"{point}: what was cut off is not finished"
        done(flagged, quarantine)
        forget()


def somewhere(flagged: Stored, quarantine: Quarantine) -> None:
    """The bytes are where they were, or in quarantine; never in neither, and in quarantine at most once."""
    copies = [each.body for each in quarantine.arrived()]
    assert copies in ([], [flagged.body]) and (copies or flagged.is_there())


def moved(flagged: Stored, quarantine: Quarantine) -> None:
    """In quarantine once, equal; the key is gone, hidden by no more than one delete marker."""
    assert quarantine.only().body == flagged.body
    history = versions(flagged.bucket, flagged.key)
    assert [each.etag for each in history] == ([] if flagged.version is None else [None])


def test_a_move_in_a_bucket_with_versions(versioned: str) -> None:
    killed_everywhere(lambda key: put(versioned, key), somewhere, moved, reads=True)


def test_a_move_in_a_bucket_without_versions(unversioned: str) -> None:
    killed_everywhere(lambda key: put(unversioned, key), somewhere, moved)


def test_an_isolation(versioned: str, admin: Principal, drifter: Principal) -> None:
    s3 = admin.client("s3")

    def unmovable(key: str) -> Stored:
        s3.delete_bucket_policy(Bucket=versioned)
        flagged = put(versioned, key, Tagging="owner=billing")
        control("POST", "s3/forget-checksum", {"bucket": versioned, "key": key, "versionId": flagged.version})
        return flagged

    def untouched(flagged: Stored, quarantine: Quarantine) -> None:
        assert flagged.is_there() and quarantine.arrived() == []

    def isolated(flagged: Stored, quarantine: Quarantine) -> None:
        untouched(flagged, quarantine)
        tags = {each["Key"]: each["Value"] for each in s3.get_object_tagging(**flagged.named)["TagSet"]}
        assert tags == {"owner": "billing", "phiward-isolated": "true"}
        assert len(json.loads(s3.get_bucket_policy(Bucket=versioned)["Policy"])["Statement"]) == 1
        with pytest.raises(drifter.client("s3").exceptions.ClientError, match="AccessDenied"):
            drifter.client("s3").get_object(**flagged.named)

    killed_everywhere(unmovable, untouched, isolated)


@pytest.mark.parametrize("operation", ["CopyObject", "DeleteObject"])
def test_lambdas_own_retry_completes_it(versioned: str, quarantine: Quarantine, operation: str) -> None:
    flagged = put(versioned)
    kill(function="quarantine", service="s3", operation=operation, phase="after")
    told = deliver(event_of(keep(finding(flagged))))
    # What the first attempt had begun is on record as interrupted; then the rest is done.
    assert told.attempts == 2 and [outcome for _, outcome in told.outcomes] == ["failed", "remediated"]
    moved(flagged, quarantine)

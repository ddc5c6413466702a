"""What Macie itself says of a finding counts, and what S3 says of the object; never what an event says."""

from __future__ import annotations

import json
import time

from harness import calls_of, invocations, invoke, make_due, now, writes_of
from harness.findings import deliver, event_of, finding, keep, tell
from harness.objects import put, versions
from harness.quarantined import Quarantine
from harness.rules import rule_of


def test_a_finding_that_macie_does_not_know_touches_nothing(versioned: str, quarantine: Quarantine) -> None:
    flagged, since = put(versioned), now()
    told = deliver(event_of(finding(flagged)))
    assert told.outcomes == [] and flagged.is_there() and quarantine.arrived() == []
    assert [call["operation"] for call in calls_of("quarantine", since)] == ["GetFindings"]


def test_the_findings_object_counts_not_the_events(versioned: str, unversioned: str, quarantine: Quarantine) -> None:
    flagged, victim = put(versioned), put(unversioned, key="payroll.csv", body=b"not PHI")
    event = event_of(keep(finding(flagged)))
    named = event_of(finding(victim))["detail"]
    event["detail"].update(resourcesAffected=named["resourcesAffected"])
    assert deliver(event).outcome == "remediated"
    assert victim.is_there() and not flagged.is_there() and quarantine.only().body == flagged.body


def test_an_id_of_another_form_asks_nothing_of_macie(versioned: str) -> None:
    flagged, since = put(versioned), now()
    event = event_of(finding(flagged))
    event["detail"]["id"] = "../../jane?x=1"
    answer, error = invoke("quarantine", json.dumps(event).encode())
    assert error and answer["errorType"] == "EventError" and "jane" not in str(answer)
    assert calls_of("quarantine", since) == [] and flagged.is_there()


def test_told_twice_it_is_moved_once(versioned: str, quarantine: Quarantine) -> None:
    flagged = put(versioned)
    made = finding(flagged)
    assert tell(made).outcome == "remediated"
    since, history = now(), versions(versioned, flagged.key)
    assert tell(made).outcomes == [] and deliver(event_of(made)).outcomes == []
    assert tell(finding(flagged)).outcomes == [], "a second finding of the same version"
    assert writes_of("quarantine", since) == [] and versions(versioned, flagged.key) == history
    assert len(quarantine.arrived()) == 1


def test_the_same_bytes_put_again_are_another_findings_matter(unversioned: str, quarantine: Quarantine) -> None:
    first = finding(put(unversioned))
    assert tell(first).outcome == "remediated"
    other = put(unversioned, body=b"clean by now")
    assert tell(first).outcomes == [] and other.is_there() and len(quarantine.arrived()) == 1


def test_a_bucket_that_is_gone(versioned: str) -> None:
    made = finding(put(versioned))
    made["resourcesAffected"]["s3Bucket"]["name"] = f"{versioned}-gone"
    assert tell(made).outcomes == []


def test_what_no_event_told_the_schedule_finds(versioned: str, unversioned: str, quarantine: Quarantine) -> None:
    flagged = [put(versioned), put(versioned, key="b"), put(unversioned)]
    for each in flagged:
        keep(finding(each))
    keep(finding(ignored := put(versioned, key="sample"), sample=True))
    since = now()
    make_due(rule_of("quarantine", scheduled=True).name)
    until = time.monotonic() + 10
    while not (ended := invocations(since)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [each["error"] for each in ended] == [None], ended
    assert [each["outcome"] for each in ended[0]["response"]["outcomes"]] == ["remediated"] * 3
    assert not any(each.is_there() for each in flagged) and ignored.is_there() and len(quarantine.arrived()) == 3

"""In mode detect the plan is put on record, and nothing is changed."""

from __future__ import annotations

import json

import pytest

from demo.principals import Principal
from demo.surroundings import Surroundings
from harness import calls_of, invoke, now, writes_of
from harness.findings import event_of, finding, keep
from harness.latest import configured
from harness.local import control
from harness.objects import put
from harness.quarantined import Quarantine


@pytest.mark.parametrize("what", ["movable", "unmovable"])
def test_the_plan_is_recorded(
        versioned: str, quarantine: Quarantine, around: Surroundings, admin: Principal,
        what: str) -> None:
    flagged = put(versioned)
    if what == "unmovable":
        control("POST", "s3/forget-checksum", {"bucket": versioned, "key": flagged.key, "versionId": flagged.version})
    since = now()
    with configured("quarantine", PHIWARD_MODE="detect"):
        answer, error = invoke("quarantine", json.dumps(event_of(keep(finding(flagged)))).encode())
    assert error is None and [each["outcome"] for each in answer["outcomes"]] == ["detected"]
    assert writes_of("quarantine", since) == [] and flagged.is_there() and quarantine.arrived() == []
    evidence = admin.client("s3").get_object(Bucket=around.evidence_bucket, Key=answer["outcomes"][0]["evidence"])
    plan = [step["step"] for step in json.load(evidence["Body"])["plan"]]
    assert plan == (["copy", "hide", "delete-version"] if what == "movable" else ["deny-isolated", "tag-isolated"])
    assert sum(call["operation"] == "PutObject" for call in calls_of("quarantine", since)) == 1, "no intent is written"

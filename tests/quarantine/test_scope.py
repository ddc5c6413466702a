"""Which findings are acted on: PHI in a bucket of no set. All others leave the object as it is."""

from __future__ import annotations

from typing import Any

import pytest

from demo.principals import Principal
from demo.surroundings import Surroundings
from harness import BucketFactory, now, writes_of
from harness.findings import MEDICARE, event_of, finding, keep, tell
from harness.local import emit
from harness.objects import patient_file, put, stored
from harness.quarantined import Quarantine

PHI = "quarantine.phi-outside-sets"


@pytest.mark.parametrize("kind", ["phi", "logs"])
def test_inside_the_sets_it_is_recorded_and_left(buckets: BucketFactory, quarantine: Quarantine, kind: str) -> None:
    flagged = put(buckets.phi() if kind == "phi" else buckets.logs())
    since, told = now(), tell(finding(flagged))
    assert told.outcomes == [("quarantine.phi-inside-sets", "reported")]
    assert writes_of("quarantine", since) == [] and flagged.is_there() and quarantine.arrived() == []
    assert told.record.body["intent_id"] is None


@pytest.mark.parametrize("made", [
    {"types": ["US_DRUG_ENFORCEMENT_AGENCY_NUMBER"], "severity": "Low"},
    {"types": ["NAME", "DATE_OF_BIRTH", "UK_NHS_NUMBER"]},
    {"types": [], "custom": ["MRN"], "severity": "Medium", "type": "SensitiveData:S3Object/CustomIdentifier"},
    {"types": ["CREDIT_CARD_NUMBER", "USA_NATIONAL_PROVIDER_IDENTIFIER"], "type": "SensitiveData:S3Object/Multiple"},
], ids=["low-severity", "among-others", "custom-identifier", "multiple"])
def test_phi_is_acted_on_whatever_its_severity(versioned: str, made: "dict[str, Any]") -> None:
    flagged = put(versioned)
    assert tell(finding(flagged, **made)).outcomes == [(PHI, "remediated")]
    assert not flagged.is_there()


@pytest.mark.parametrize("made", [
    {"sample": True},
    {"archived": True},
    {"types": ["NAME", "DATE_OF_BIRTH", "ADDRESS"]},
    {"types": ["CREDIT_CARD_NUMBER"], "type": "SensitiveData:S3Object/Financial"},
    {"types": [], "custom": ["EMPLOYEE"], "type": "SensitiveData:S3Object/CustomIdentifier"},
    {"types": [], "custom": ["mrn"], "type": "SensitiveData:S3Object/CustomIdentifier"},
    {"accountId": "111122223333"},
    {"category": "POLICY", "type": "Policy:IAMUser/S3BucketPublic"},
], ids=["sample", "archived", "no-phi", "financial", "other-custom", "other-case", "other-account", "policy"])
def test_what_is_no_concern_costs_one_read(versioned: str, quarantine: Quarantine, made: "dict[str, Any]") -> None:
    flagged = put(versioned)
    kept = keep(finding(flagged, **made))
    event, since = event_of(kept), now()
    # Asked by an event whatever it says: the finding itself is no concern.
    event["detail"]["type"] = "SensitiveData:S3Object/Personal"
    started = emit(event)
    assert [each["response"] for each in started] == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert writes_of("quarantine", since) == [] and flagged.is_there() and quarantine.arrived() == []


def test_a_policy_finding_wakes_nobody(versioned: str) -> None:
    made = finding(put(versioned), category="POLICY", type="Policy:IAMUser/S3BucketPublic")
    assert emit(event_of(keep(made))) == []


@pytest.mark.parametrize("own", ["quarantine", "evidence"])
def test_findings_in_phiwards_own_buckets(
        versioned: str, quarantine: Quarantine, around: Surroundings, admin: Principal, own: str) -> None:
    if own == "quarantine":
        tell(finding(put(versioned)))
        bucket, key = around.quarantine_bucket, quarantine.only().key
    else:
        told = tell(finding(put(versioned)))
        bucket, key = around.evidence_bucket, told.record.key
    head = admin.client("s3").head_object(Bucket=bucket, Key=key)
    flagged, since = stored(bucket, key, head["VersionId"], patient_file()), now()
    assert tell(finding(flagged, types=[MEDICARE])).outcomes == []
    assert writes_of("quarantine", since) == [] and flagged.is_there() and len(quarantine.arrived()) == 1

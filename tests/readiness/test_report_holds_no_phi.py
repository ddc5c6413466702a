"""What stands in names, tags, object keys, findings and AWS's messages is in no form of a report, and in nothing that is said of it."""

from __future__ import annotations

import json

from demo.principals import Principal

from harness import BucketFactory, Faults, now, role_of, silenced, wait_quiet
from harness.findings import forget
from harness.named import make, tag
from harness.patient import planted_finding, planted_object, planted_policy
from harness.planted import Ears, Markers, said
from harness.reports import Report, reported


def _forms(report: Report) -> "dict[str, str]":
    return {"JSON": json.dumps(report.body, ensure_ascii=False), "page": report.page,
            "findings": json.dumps(report.findings, ensure_ascii=False)}


def test_nothing_of_what_the_duties_see(
        marker: Markers, ears: Ears, buckets: BucketFactory, drifter: Principal) -> None:
    since = now()
    bucket = buckets.ordinary()
    with silenced("free-text"), silenced("quarantine"):
        planted_policy(marker, bucket)
        planted_finding(marker, planted_object(marker, bucket))
        # Its ARN comes first of all that other tests may have left: a report names the first ones.
        named = make("agent", drifter, f"{marker('name')}-mrn-4711008", {"Owner": "platform"})
        tag(drifter, named, {f"{marker('key')} dob 1980-03-12": marker("value"), "patient": marker("patient")})
        try:
            report = reported()
        finally:
            forget()
    wait_quiet()
    # All of it was seen.
    assert ("free-text.personal-data", named) in report.violations()
    assert "quarantine" in {name.split(".")[0] for name, _ in report.violations()}
    everything = {**said(since), **_forms(report), "events and notices": json.dumps(ears.heard())}
    assert not {where: found for where, text in everything.items() if (found := marker.in_text(text))}


def test_nothing_of_what_a_refusal_quotes(marker: Markers, ears: Ears, faults: Faults) -> None:
    since = now()
    message = f"not authorized on {marker('refused')}"
    for service, operation in (("artifact", "ListCustomerAgreements"), ("iam", "GetAccountAuthorizationDetails"),
                               ("bedrock", "GetUseCaseForModelAccess"), ("organizations", "DescribeOrganization")):
        faults.add(service, operation, "AccessDeniedException", message=message, principal=role_of("readiness"))
    report = reported()
    wait_quiet()
    assert report.words["legal.baa-active"] == "unknown" and "AccessDeniedException" in report.page
    everything = {**said(since), **_forms(report), "events and notices": json.dumps(ears.heard())}
    assert not {where: found for where, text in everything.items() if (found := marker.in_text(text))}

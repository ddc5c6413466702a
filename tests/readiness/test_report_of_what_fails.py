"""What can't be read is unknown in exactly its boxes; what has ended fails."""

from __future__ import annotations

from functools import lru_cache

import pytest

from harness import Faults, now, role_of, wait_quiet
from harness import readiness as account
from harness.reports import Report, read, reported, runs


@lru_cache(maxsize=1)
def _usual() -> Report:
    return reported()


def _boxes_of(report: Report, *names: str) -> "set[str]":
    """The boxes whose answers depend on what is named so, or begins so."""
    return {box["id"] for box in report.boxes() for part in box["parts"] if part["name"].startswith(names)}


@pytest.mark.parametrize("service, operation, code, function, names", [
    ("bedrock", "GetAccountDataRetention", "AccessDeniedException", "retention", ("retention.",)),
    ("s3", "GetBucketPolicy", "AccessDenied", "buckets", ("buckets.",)),
    ("cloudtrail", "GetTrailStatus", "InternalFailure", "audit-trail", ("audit-trail.",)),
    ("kms", "GetKeyRotationStatus", "AccessDeniedException", "encryption-keys", ("encryption-keys.",)),
    ("logs", "DescribeLogGroups", "ServiceUnavailableException", "log-groups", ("log-groups.",)),
    ("config", "DescribeConformancePackCompliance", "AccessDeniedException", "readiness", None),
    ("artifact", "ListCustomerAgreements", "AccessDeniedException", "readiness", None),
])
def test_a_read_that_fails_makes_its_boxes_unknown_and_no_others(
        service: str, operation: str, code: str, function: str, names: "tuple[str, ...] | None", faults: Faults) -> None:
    usual = _usual()
    faults.add(service, operation, code, principal=role_of(function))
    found = reported()
    changed = {box for box, word in found.words.items() if word != usual.words[box]}
    assert {found.words[box] for box in changed} == {"unknown"} and not found.ready
    if names is not None:
        assert changed <= _boxes_of(found, *names) and changed
    else:
        sources = {"config": "AWS Config", "artifact": "AWS Artifact"}
        asked = {box["id"] for box in found.boxes() for part in box["parts"] if part["source"] == sources[service]}
        assert changed <= asked and changed
    assert code in found.page


def test_a_duty_that_fails_is_unknown_and_the_others_are_asked(faults: Faults) -> None:
    usual = _usual()
    faults.add("logs", "PutLogEvents", "AccessDeniedException", principal=role_of("retention"), count=0)
    with account.config_results(root_mfa="NON_COMPLIANT"):
        found = reported()
    assert {part["answer"] for part in found.parts("root-mfa")} == {"fail"}
    assert {part["answer"] for part in usual.parts("root-mfa")} == {"pass"}


@pytest.mark.parametrize("by", ["CUSTOMER_TERMINATED", "AWS_TERMINATED"])
def test_an_addendum_that_ended_fails_and_its_end_itself_asks_for_a_report(by: str) -> None:
    before = set(runs())
    with account.terminated(by):
        wait_quiet()
        [run] = set(runs()) - before
        found = read(run)
        assert found.words["legal.baa-active"] == "fail" and not found.ready
    wait_quiet()


def test_an_addendum_of_the_organization_counts() -> None:
    with account.of_organization():
        assert reported().words["legal.baa-active"] == "pass"
    wait_quiet()


def test_without_any_addendum_it_fails() -> None:
    with account.agreed():
        assert reported().words["legal.baa-active"] == "fail"
    wait_quiet()


def test_policies_of_the_organization_are_read_where_they_may_be() -> None:
    usual = _usual()
    since = now()
    with account.organization("member"):
        member = reported()
    retention = account.denying("retention", "bedrock:PutAccountDataRetention", Condition={
        "StringNotEquals": {"bedrock:DataRetentionMode": "none"}}, target="root")
    mantle = account.denying(
        "mantle", "bedrock-mantle:PutAccountDataRetention", "bedrock-mantle:CreateProject", "bedrock-mantle:UpdateProject",
        Condition={"StringNotEquals": {"bedrock-mantle:DataRetentionMode": "none"}}, target="unit")
    with account.organization("delegated", retention, mantle):
        delegated = reported()
    words = [report.words["data.retention-guarded"] for report in (usual, member, delegated)]
    assert words[1:] == ["unknown", "pass"], (words, since)

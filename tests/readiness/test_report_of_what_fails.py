"""What can't be read is unknown in exactly its boxes; what has ended fails."""

from __future__ import annotations

from functools import lru_cache

import pytest

from harness import Faults, now, role_of, surroundings, wait_quiet
from harness import readiness as account
from harness.reports import Report, read, reported, runs


@lru_cache(maxsize=1)
def _usual() -> Report:
    return reported()


def _said(report: Report) -> "dict[tuple[str, str], str]":
    """By box and what was asked: the answer."""
    return {(box["id"], each["name"]): each["answer"] for box in report.boxes() for each in box["sources"]}


def _of(report: Report, source: str) -> "set[tuple[str, str]]":
    """What such a source is asked."""
    return {(box["id"], each["name"]) for box in report.boxes() for each in box["sources"] if each["source"] == source}


@pytest.mark.parametrize("service, operation, code, function, source", [
    ("bedrock", "GetAccountDataRetention", "AccessDeniedException", "retention", "Duty retention"),
    ("s3", "GetBucketPolicy", "AccessDenied", "buckets", "Duty buckets"),
    ("cloudtrail", "GetTrailStatus", "InternalFailure", "audit-trail", "Duty audit-trail"),
    ("kms", "GetKeyRotationStatus", "KMSInternalException", "encryption-keys", "Duty encryption-keys"),
    ("logs", "DescribeLogGroups", "ServiceUnavailableException", "log-groups", "Duty log-groups"),
    ("macie2", "ListFindings", "AccessDeniedException", "quarantine", "Duty quarantine"),
    ("config", "DescribeConformancePackCompliance", "AccessDeniedException", "readiness", "AWS Config"),
    ("artifact", "ListCustomerAgreements", "AccessDeniedException", "readiness", "AWS Artifact"),
])
def test_a_read_that_fails_makes_its_answers_unknown_and_no_others(
        service: str, operation: str, code: str, function: str, source: str, faults: Faults) -> None:
    usual = _usual()
    faults.add(service, operation, code, principal=role_of(function))
    found = reported()
    before, after = _said(usual), _said(found)
    changed = {asked for asked, word in after.items() if word != before[asked]}
    assert changed and changed <= _of(found, source)
    assert {after[asked] for asked in changed} == {"unknown"} and not found.ready
    # What was seen to be wrong still is; nothing else of that source passes.
    assert {after[asked] for asked in _of(found, source)} <= {"unknown", "fail"}
    worse = {box for box, word in found.words.items() if word != usual.words[box]}
    assert {found.words[box] for box in worse} <= {"unknown"} and worse <= {box for box, _ in changed}
    assert code in found.page


def test_a_rule_of_config_that_fails_fails() -> None:
    with account.config_results(root_mfa="NON_COMPLIANT"):
        found = reported()
    assert (_usual().words["account.root-user"], found.words["account.root-user"]) == ("pass", "fail")


def test_where_no_duty_can_be_asked_all_else_is_still_answered(faults: Faults) -> None:
    usual = _usual()
    faults.add("lambda", "Invoke", "TooManyRequestsException", principal=role_of("readiness"))
    found = reported()
    before, after = _said(usual), _said(found)
    duties = {asked for asked in after if asked[1].split(".")[0] in surroundings().functions}
    assert {after[asked] for asked in duties} == {"unknown"}
    assert {asked for asked, word in after.items() if word != before[asked]} <= duties
    assert "TooManyRequestsException" in found.page and not found.ready


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

"""What no event told is found by the duty's own schedule, after a deploy, and by what goes on with a long sweep."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from demo.principals import Principal

from harness import (
    BucketFactory, await_outcome, calls_of, configured, emit, invocations, invoke, make_due, now, outcomes, rule_of,
    saved_event, silenced, wait_quiet,
)
from harness.local import fired
from harness.settings import BLOCKS, setting

PROJECTS = "/v1/organization/projects"
BEGINNING = datetime.now(timezone.utc) - timedelta(days=1)


@pytest.fixture
def unheard(buckets: BucketFactory, drifter: Principal) -> str:
    """A bucket without its public-access block, of which no event told."""
    bucket = buckets.logs()
    with silenced("buckets"):
        drifter.client("s3").delete_public_access_block(Bucket=bucket)
    assert setting(bucket, BLOCKS) is None
    return bucket


def test_a_bucket_that_changed_unheard_is_repaired_when_the_schedule_is_due(unheard: str) -> None:
    since = now()
    make_due(rule_of("buckets", scheduled=True).name)
    record = await_outcome("buckets.public-access-block", unheard, since)
    assert all(setting(unheard, BLOCKS).values())
    assert (record.body["event"]["name"], record.body["event"]["source"]) == ("Sweep", "schedule")
    assert record.body["event"]["actor"] is None


def test_retention_that_changed_unheard_is_repaired_when_the_schedule_is_due(
        admin: Principal, drifter: Principal) -> None:
    with silenced("retention"):
        drifter.client("bedrock").put_account_data_retention(mode="provider_data_share")
        drifter.mantle("PUT", "/v1/data_retention", {"mode": "aws_review"})
    since = now()
    make_due(rule_of("retention", scheduled=True).name)
    await_outcome("retention.control-plane", "control-plane", since)
    await_outcome("retention.mantle-account", "mantle-account", since)
    assert admin.client("bedrock").get_account_data_retention()["mode"] == "none"
    assert admin.mantle("GET", "/v1/data_retention")["mode"] == "none"


def test_the_quarantine_s_schedule_lists_findings() -> None:
    since = now()
    make_due(rule_of("quarantine", scheduled=True).name)
    _await_invocation("quarantine", since)
    assert "ListFindings" in {call["operation"] for call in calls_of("quarantine", since)}


def test_a_schedule_of_a_minute_fires_by_itself(unheard: str, admin: Principal) -> None:
    rule, events = rule_of("buckets", scheduled=True), admin.client("events")
    since = now()
    events.put_rule(Name=rule.name, ScheduleExpression="rate(1 minute)")
    fired(rule.name, ago=57)
    try:
        record = await_outcome("buckets.public-access-block", unheard, since, patience=20)
        assert (record.moment("seen") or since) - since > timedelta(seconds=2.9), "the minute was not over"
    finally:
        events.put_rule(Name=rule.name, ScheduleExpression=rule.schedule)


def test_the_deploy_itself_swept_what_was_there_before() -> None:
    """The account's own settings and buckets, made before the stack."""
    for control, resource in (
            ("buckets.kms-encryption", "logs-phiward-demo"), ("buckets.versioning", "phi-phiward-demo"),
            ("log-groups.kms-key", "log-group:/aws/bedrock/phiward-demo"),
            ("log-groups.data-protection", "log-group:/aws/bedrock/phiward-demo"),
            ("retention.control-plane", "control-plane"), ("retention.mantle-account", "mantle-account")):
        swept = [each.outcome for each in outcomes(control, resource, BEGINNING)
                 if each.body["event"]["name"] == "Sweep" and each.body["before"] != each.body["after"]]
        assert swept[:1] == ["remediated"], (control, resource)


def test_a_continuation_looks_only_at_what_comes_after(unheard: str, admin: Principal) -> None:
    names = sorted(each["Name"] for each in admin.client("s3").list_buckets()["Buckets"])
    before = names[names.index(unheard) - 1]
    assert unheard not in {each["resource"] for each in emit(_continuation(unheard))[0]["response"]["outcomes"]}
    found = emit(_continuation(before))[0]["response"]["outcomes"]
    assert [each["outcome"] for each in found if each["resource"] == unheard] == ["remediated"]
    assert min(each["resource"] for each in found) == unheard


def test_failures_of_earlier_invocations_are_told_by_the_last() -> None:
    answers = emit(_continuation("zzz", failed=3))
    assert [(each["error"]["type"], each["attempts"]) for each in answers] == [("SweepError", 3)]
    assert "3 of the resources" in answers[0]["error"]["message"]


def test_a_sweep_that_runs_out_of_time_goes_on_in_a_further_invocation(unheard: str, admin: Principal) -> None:
    count = len(admin.client("s3").list_buckets()["Buckets"]) - 2  # the evidence and the quarantine are not looked at
    since = now()
    # Less than the time that a sweep keeps in reserve: it goes on after the first few.
    with configured("buckets", timeout=30):
        answer, failure = invoke("buckets", json.dumps(saved_event("buckets/schedule.json")).encode())
    assert failure is None and 0 < answer["checked"] < count
    wait_quiet()
    answers = [each["response"] for each in invocations(since) if each["function"] == "buckets"]
    swept: "list[Any]" = [each for each in answers if each and not each["ignored"] and each["checked"] != 1]
    assert sum(each["checked"] for each in swept) == count
    assert outcomes("buckets.public-access-block", unheard, since)[0].outcome == "remediated"


def _continuation(after: str, failed: int = 0) -> "dict[str, Any]":
    event: "dict[str, Any]" = saved_event("buckets/sweep-continuation.json")
    event["detail"] = {"duty": "buckets", "after": after, "hop": 1, "failed": failed}
    return event


def _await_invocation(duty: str, since: datetime) -> None:
    for _ in range(200):
        if any(each["function"] == duty for each in invocations(since)):
            return
        time.sleep(0.05)
    raise AssertionError(f"{duty} was not invoked")

"""Phiward's own key: while it can't be used, evidence, ledger, dead letters and notices can't either. It is repaired
all the same, the journal says so, and then everything works again."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Callable, Iterator

import pytest
from demo.principals import Principal
from harness import (
    BucketFactory, Faults, await_outcome, calls_of, configured, emit, invocations, invoke, keys, now, outcomes, role_of,
    saved_event, silenced, surroundings, wait_quiet,
)
from harness.alarms import a_minute_a_second, alarm
from harness.keys import ENABLED, PENDING, POLICY, ROTATION
from harness.notices import listening
from harness.planted import Ears

_PUT = "s3", "PutObject"


@pytest.fixture
def emergencies() -> "Iterator[Ears]":
    """Who listens to the emergency topic."""
    ears = Ears("EmergencyTopic")
    yield ears
    ears.close()


def journal(since: datetime) -> "list[dict[str, Any]]":
    """What the journal was told since then, oldest first."""
    group = surroundings().outputs["JournalLogGroupName"]
    pages = surroundings().admin.client("logs").get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=int(since.timestamp() * 1000))
    return [json.loads(each["message"]) for page in pages for each in page["events"]]


def disabled(kms: Any, key: str) -> None:
    kms.disable_key(KeyId=key)


def to_be_deleted(kms: Any, key: str) -> None:
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


@pytest.mark.parametrize("act, controls, writes", [
    (disabled, [ENABLED], ["EnableKey"]),
    (to_be_deleted, [PENDING, ENABLED, ROTATION], ["CancelKeyDeletion", "EnableKey"])])
def test_it_is_repaired_with_nothing_but_the_journal_and_people_are_told(
        act: "Callable[[Any, str], None]", controls: "list[str]", writes: "list[str]", drifter: Principal) -> None:
    key, since = keys.own(), now()
    before = keys.as_is(key)
    with listening() as notices:
        act(drifter.client("kms"), key)
        wait_quiet()
        assert keys.as_is(key) == before
        told = {each["control"]: each["phiward"] for each in notices.told(resource=key)}
    assert told == dict.fromkeys(controls, "remediated")
    lines = journal(since)
    assert [(each["kind"], each["control"]["id"]) for each in lines] == [
        *(("intent", control) for control in controls), *(("outcome", control) for control in controls)]
    intents = {each["record_id"]: each for each in lines if each["kind"] == "intent"}
    for each in lines:
        assert (each["resource"]["id"], each["event"]["actor"]) == (key, drifter.arn)
        assert each["kind"] == "intent" or (each["outcome"] == "remediated" and each["intent_id"] in intents)
    made = [(call["service"], call["operation"]) for call in calls_of("encryption-keys", since)]
    assert [operation for service, operation in made
            if service == "kms" and operation.startswith(("Enable", "Cancel"))] == writes
    assert _PUT not in made, "evidence was asked for nothing"
    assert not [each for each in invocations(since) if each["function"] == "encryption-keys" and each["error"]]


def test_while_it_is_disabled_the_others_fail_and_afterwards_they_work(
        buckets: BucketFactory, drifter: Principal) -> None:
    """What this shows: the key is really needed, and nothing else has to be done when it is there again."""
    key, bucket, kms = keys.own(), buckets.logs(), drifter.client("kms")
    with silenced("encryption-keys"):
        kms.disable_key(KeyId=key)
    since = now()
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    wait_quiet()
    assert {each["error"]["type"] for each in invocations(since) if each["function"] == "buckets"} == {"LedgerError"}
    [answer] = emit(_look_at(key))
    assert answer["error"] is None and keys.state(key) == "Enabled"
    since = now()
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    await_outcome("buckets.kms-encryption", bucket, since)


def _look_at(key: str) -> "dict[str, Any]":
    event: "dict[str, Any]" = saved_event("encryption-keys/disable-key.json")
    event["detail"]["requestParameters"] = event["detail"]["responseElements"] = {"keyId": key}
    return event


def test_without_its_intent_in_the_journal_nothing_is_changed(faults: Faults, drifter: Principal) -> None:
    key = keys.own()
    with silenced("encryption-keys"):
        drifter.client("kms").disable_key(KeyId=key)
    faults.add("logs", "PutLogEvents", "AccessDeniedException", principal=role_of("encryption-keys"))
    since = now()
    [answer] = emit(_look_at(key))
    assert (answer["error"]["type"], answer["attempts"]) == ("EvidenceError", 3)
    assert keys.state(key) == "Disabled"
    assert not [call for call in calls_of("encryption-keys", since) if call["operation"] == "EnableKey"]


def test_a_repair_that_fails_raises_an_alarm_that_is_heard(
        faults: Faults, drifter: Principal, emergencies: Ears) -> None:
    """The outcome topic is encrypted with that key, and mute."""
    key = keys.own()
    faults.add("kms", "EnableKey", "AccessDeniedException", principal=role_of("encryption-keys"))
    with a_minute_a_second(), listening() as notices:
        assert alarm("MoreFunctionErrorsAlarm", "OK")
        emergencies.heard()
        since = now()
        drifter.client("kms").disable_key(KeyId=key)
        mute = now()
        # Other functions fail too without that key, and may ring first.
        wait_quiet()
        said = [(each["kind"], each.get("outcome")) for each in journal(since)]
        assert said[:2] == [("intent", None), ("outcome", "failed")]
        assert alarm("MoreFunctionErrorsAlarm", "ALARM")
        # What failed before may have rung while that topic could still be heard.
        assert not [each for each in notices.told(NewStateValue="ALARM") if "FunctionErrors" in each["AlarmName"]
                    and datetime.fromisoformat(each["StateChangeTime"].replace("Z", "+00:00")) > mute]
        heard = [json.loads(each["body"]["Message"]) for each in emergencies.heard() if "Message" in each["body"]]
        assert {"MoreFunctionErrorsAlarm", "ALARM"} <= {
            word for each in heard for word in (each["AlarmName"].split("-")[1], each["NewStateValue"])}
        faults.clear()
        emit(_look_at(key))
        assert keys.state(key) == "Enabled" and alarm("MoreFunctionErrorsAlarm", "OK")


def test_without_a_heartbeat_the_emergency_topic_is_told_too(admin: Principal) -> None:
    """In mode detect nothing fails that would ring: what rings is that the ledger can't be read."""
    found = admin.client("cloudwatch").describe_alarms()["MetricAlarms"]
    told = {each["AlarmName"].split("-")[1] for each in found
            if surroundings().outputs["EmergencyTopicArn"] in each["AlarmActions"]}
    assert told == {"HeartbeatAlarm", "MoreFunctionErrorsAlarm"}
    key = keys.own()
    with silenced("encryption-keys"):
        keys.kms().disable_key(KeyId=key)
    _, failed = invoke("operate", json.dumps(saved_event("operate/schedule.json")).encode())
    assert failed, "the heart does not beat"


@pytest.mark.parametrize("spoil, control, outcome", [
    (lambda kms, key: kms.disable_key_rotation(KeyId=key), ROTATION, "remediated"),
    (lambda kms, key: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=keys.open_to_everybody(key)),
     POLICY, "reported")])
def test_whatever_else_is_wrong_with_it_is_evidence_like_any_other(
        spoil: "Callable[[Any, str], None]", control: str, outcome: str, drifter: Principal) -> None:
    key, since = keys.own(), now()
    spoil(drifter.client("kms"), key)
    await_outcome(control, key, since, outcome)
    wait_quiet()
    assert journal(since) == [] and len(outcomes(control, key, since)) == 1


def test_in_mode_detect_the_plan_is_journalled_and_the_key_stays_as_it_is(drifter: Principal) -> None:
    key = keys.own()
    with silenced("encryption-keys"):
        drifter.client("kms").disable_key(KeyId=key)
    since = now()
    with configured("encryption-keys", PHIWARD_MODE="detect"):
        answer, failed = invoke("encryption-keys", json.dumps(_look_at(key)).encode())
    assert failed is None and [each["outcome"] for each in answer["outcomes"]] == ["detected"]
    [line] = journal(since)
    assert (line["kind"], line["outcome"], line["plan"]) == ("outcome", "detected", [{"step": "enable"}])
    assert keys.state(key) == "Disabled"

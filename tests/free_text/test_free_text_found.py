"""A name or a tag that looks like PHI is reported: of each kind, in each place, and by whatever way it comes to be looked at."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any

import pytest
from demo.evidence import Record
from demo.principals import Principal

from harness import (
    BucketFactory, await_outcome, call_on_bucket, calls_of, emit, invocations, invoke, make_due, now, outcomes, rule_of,
    saved_event, silenced, surroundings, wait_quiet, writes_of,
)
from harness.named import KINDS, TAGGED, endpoint, imported_model, make, tag

CONTROL = "free-text.personal-data"
MRN, SSN, DOB = "a medical record number", "a social security number", "a date of birth"


@pytest.fixture
def mrn() -> str:
    """Never the same."""
    return f"mrn-47{secrets.randbelow(10**6):06}"


def reported(resource: str, since: datetime, value: str) -> "list[dict[str, Any]]":
    """What is on record of it: the findings; and that the value is not."""
    record = await_outcome(CONTROL, resource, since, "reported")
    assert value not in json.dumps(record.body) and value.split("-")[1] not in json.dumps(record.body)
    return findings(record, resource)


def findings(record: Record, resource: str) -> "list[dict[str, Any]]":
    """Those of one resource, and that a person is told of it."""
    [suspect] = [each for each in record.body["before"]["suspects"] if each["resource"] == resource]
    assert any(said.startswith(f"{resource}: ") for said in record.body["person"]), record.body["person"]
    assert record.body["plan"] == []
    return suspect["findings"]


def found(place: str, pattern: str) -> "dict[str, Any]":
    return {"place": place, "sign": {"pattern": pattern}}


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_of_each_kind(kind: str, mrn: str, drifter: Principal) -> None:
    since = now()
    made = make(kind, drifter, mrn)
    place = "model-name" if kind in ("model-copy-job", "model-customization-job") else "name"
    assert reported(made, since, mrn) == [found(place, MRN)]


@pytest.mark.parametrize("kind", TAGGED)
def test_a_tag_of_each_kind(kind: str, mrn: str, drifter: Principal) -> None:
    made = make(kind, drifter, f"tagged-{secrets.token_hex(3)}", {"Owner": "platform"})
    wait_quiet()
    since = now()
    tag(drifter, made, {"note": mrn})
    assert reported(made, since, mrn) == [found("tag-value", MRN)]


def test_tags_that_a_resource_is_made_with_and_those_of_a_copy_job_s_model(mrn: str, drifter: Principal) -> None:
    for kind in ("guardrail", "agent-alias", "model-copy-job"):
        since = now()
        made = make(kind, drifter, f"made-{secrets.token_hex(3)}", {"PatientMRN": mrn.split("-")[1]})
        assert reported(made, since, mrn) == [found("tag-value", MRN)]


def test_every_finding_of_a_resource_is_one_record(drifter: Principal) -> None:
    since = now()
    made = drifter.client("bedrock").create_guardrail(
        name="for-123-45-6789", description="Jane, dob 1980-03-12", blockedInputMessaging="-", blockedOutputsMessaging="-",
        tags=[{"key": "mrn 4711008", "value": "x"}, {"key": "Patient Name", "value": "Jane Doe"}])["guardrailArn"]
    record = await_outcome(CONTROL, made, since, "reported")
    assert findings(record, made) == [
        found("name", SSN), found("description", DOB), found("tag-key", MRN),
        {"place": "tag-value", "sign": {"announced": "patient-name"}}]
    for text in ("6789", "1980", "4711008", "Jane", "Doe"):
        assert text not in json.dumps(record.body), text


def test_what_an_agent_is_renamed_to(mrn: str, drifter: Principal) -> None:
    agents = drifter.client("bedrock-agent")
    made = make("agent", drifter, f"renamed-{secrets.token_hex(3)}")
    wait_quiet()
    since = now()
    agents.update_agent(agentId=made.rsplit("/", 1)[1], agentName=mrn, agentResourceRoleArn="arn:aws:iam::000000000000:role/a",
                        foundationModel="any")
    assert reported(made, since, mrn) == [found("name", MRN)]


def test_a_bucket_s_tags(mrn: str, buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.phi(), now()
    drifter.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [
        {"Key": "DataClass", "Value": "PHI"}, {"Key": "note", "Value": mrn}]})
    assert reported(f"arn:aws:s3:::{bucket}", since, mrn) == [found("tag-value", MRN)]


def test_a_bucket_outside_the_sets_is_nobody_s_concern(mrn: str, buckets: BucketFactory, drifter: Principal) -> None:
    bucket, since = buckets.ordinary(), now()
    drifter.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "note", "Value": mrn}]})
    wait_quiet()
    assert calls_of("free-text", since) == []


def hashed(kind: str, arn: str) -> str:
    return f"{kind}/sha256:{hashlib.sha256(arn.encode()).hexdigest()[:16]}"


def test_what_is_named_by_its_name_is_named_by_a_hash_and_found_again_by_it(mrn: str, drifter: Principal) -> None:
    s3, bucket, since = drifter.client("s3"), f"phi-{mrn}", now()
    s3.create_bucket(Bucket=bucket)
    resource = hashed("bucket", f"arn:aws:s3:::{bucket}")
    assert reported(resource, since, mrn) == [found("name", MRN), found("arn", MRN)]
    [said] = await_outcome(CONTROL, resource, since, "reported").body["person"]
    assert "What is named by a hash" in said
    wait_quiet()
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "ssn", "Value": "see chart"}]})
    wait_quiet()
    since = now()
    answer, failed = invoke("free-text", json.dumps(wake(resource)).encode())
    assert (failed, answer["checked"], [each["outcome"] for each in answer["outcomes"]]) == (None, 1, ["reported"])
    s3.delete_bucket(Bucket=bucket)
    wait_quiet()
    answer, failed = invoke("free-text", json.dumps(wake(resource)).encode())
    assert (failed, answer["outcomes"]) == (None, []), "it is gone"
    assert writes_of("free-text", since) == []


def wake(resource: str) -> "dict[str, Any]":
    event = saved_event("free-text/wake.json")
    return {**event, "detail": {**event["detail"], "resource": resource}}


def test_a_marketplace_endpoint_is_named_by_a_hash_where_its_name_looks_like_phi(mrn: str, drifter: Principal) -> None:
    since = now()
    arn = endpoint(drifter, mrn)
    assert reported(hashed("endpoint", arn), since, mrn) == [found("name", MRN), found("arn", MRN)]
    drifter.client("bedrock").delete_marketplace_model_endpoint(endpointArn=arn)


def test_what_an_event_does_not_name_is_found_among_its_kind(mrn: str, drifter: Principal) -> None:
    with silenced("free-text"):
        made = make("guardrail", drifter, mrn)
    since = now()
    [answer] = [each for each in emit("free-text/answer-hidden.json") if each["function"] == "free-text"]
    assert answer["error"] is None
    record = await_outcome(CONTROL, "list/guardrail", since, "reported")
    assert findings(record, made) == [found("name", MRN)] and mrn not in json.dumps(record.body)


def test_what_no_event_told_is_found_by_the_schedule(mrn: str, drifter: Principal) -> None:
    with silenced("free-text"):
        tagged = make("knowledge-base", drifter, f"kb-{secrets.token_hex(3)}", {"note": mrn})
        imported = imported_model(drifter, mrn)
    since = now()
    make_due(rule_of("free-text", scheduled=True).name)
    assert reported(tagged, since, mrn) == [found("tag-value", MRN)]
    assert reported(imported, since, mrn) == [found("name", MRN)]
    wait_quiet()
    assert [each["error"] for each in invocations(since) if each["error"]] == []


def test_it_is_told_once_a_day_and_anew_when_it_is_something_else(mrn: str, drifter: Principal) -> None:
    since = now()
    made = make("prompt", drifter, f"daily-{secrets.token_hex(3)}", {"note": mrn})
    reported(made, since, mrn)
    tag(drifter, made, {"Owner": "platform"})
    wait_quiet()
    assert len(outcomes(CONTROL, made, since)) == 1
    tag(drifter, made, {"born": "dob 1980-03-12"})
    wait_quiet()
    assert len(outcomes(CONTROL, made, since)) == 2


def test_what_was_put_right_is_compliant(mrn: str, drifter: Principal) -> None:
    since = now()
    made = make("flow", drifter, f"right-{secrets.token_hex(3)}", {"note": mrn})
    reported(made, since, mrn)
    drifter.client("bedrock-agent").untag_resource(resourceArn=made, tagKeys=["note"])
    tag(drifter, made, {"Owner": "platform"})
    wait_quiet()
    assert len(outcomes(CONTROL, made, since)) == 1
    answer, failed = invoke("free-text", json.dumps(wake(made)).encode())
    assert (failed, answer["outcomes"]) == (None, [])


def test_a_refused_read_is_an_error_and_nothing_is_compliant_then(drifter: Principal, faults: Any) -> None:
    made = make("guardrail", drifter, f"unread-{secrets.token_hex(3)}")
    wait_quiet()
    faults.add("bedrock", "ListTagsForResource", "AccessDeniedException", principal="FreeText")
    answer, failed = invoke("free-text", json.dumps(wake(made)).encode())
    assert failed and "AccessDeniedException" in json.dumps(answer), answer


def test_of_a_sweep_only_the_list_that_failed_is_missing(mrn: str, drifter: Principal, faults: Any) -> None:
    with silenced("free-text"):
        made = make("guardrail", drifter, mrn)
    since = now()
    faults.add("bedrock-agent", "ListPrompts", "AccessDeniedException", principal="FreeText")
    _, failed = invoke("free-text", json.dumps(saved_event("free-text/schedule.json")).encode())
    assert failed
    assert reported(made, since, mrn) == [found("name", MRN)]


def test_nothing_foreign_and_nothing_that_failed_is_looked_at() -> None:
    since = now()
    foreign = saved_event("free-text/tag-resource.json")
    parameters = foreign["detail"]["requestParameters"]
    parameters["resourceARN"] = parameters["resourceARN"].replace("000000000000", "111122223333")
    for event in (foreign, call_on_bucket("PutBucketTagging", "elsewhere"), saved_event("free-text/failed-attempt.json")):
        answers = [each for each in emit(event) if each["function"] == "free-text"]
        assert [each["response"]["checked"] for each in answers] == [0]
    assert calls_of("free-text", since) == [] and surroundings()

"""What can't be given a key is reported with what it takes, and left as it is."""

from __future__ import annotations

import json

import pytest
from demo.principals import Principal

from harness import await_outcome, calls_of, emit, now, outcomes, silenced, sweep, wait_quiet, writes_of
from harness.surfaces import DUTY, KINDS, REPAIRED, call_on, control, data_key, knowledge_base, made, shown

_TOLD = {
    "guardrail": "kms:Decrypt", "custom-model": "CreateModelCopyJob", "evaluation-job": "BatchDeleteEvaluationJob",
    "model-invocation-job": "StopModelInvocationJob", "knowledge-base": "knowledge base has no KMS key",
}
_FOREIGN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize("kind", _TOLD)
def test_one_that_is_made_without_a_key_is_told_of_and_not_changed(kind: str, drifter: Principal) -> None:
    since = now()
    resource = made(kind, drifter)
    record = await_outcome(control(kind), resource, since, "reported")
    assert _TOLD[kind] in json.dumps(record.body["person"]) and record.body["plan"] == []
    wait_quiet()
    emit(call_on(resource))
    assert writes_of(DUTY, since) == []
    assert len(outcomes(control(kind), resource, since)) == 1, "once"


def test_a_model_that_was_imported_is_found_by_the_sweep(drifter: Principal) -> None:
    """The call makes a job; the model comes later, and no call tells of it."""
    imported, since = made("imported-model", drifter), now()
    sweep(DUTY)
    record = await_outcome(control("imported-model"), imported, since, "reported")
    assert "importedModelKmsKeyId" in json.dumps(record.body["person"])


@pytest.mark.parametrize("kind", ["custom-model", "knowledge-base"])
def test_a_key_of_another_account_is_told(kind: str, drifter: Principal) -> None:
    since = now()
    resource = made(kind, drifter, _FOREIGN)
    record = await_outcome(control(kind), resource, since, "reported")
    assert "not known to be one of this account" in json.dumps(record.body["person"])


def test_a_store_of_vectors_is_told_as_bedrock_does_not_know_its_key(drifter: Principal) -> None:
    since = now()
    base = f"arn:aws:bedrock:us-east-1:000000000000:knowledge-base/{knowledge_base(drifter)}"
    record = await_outcome(control("knowledge-base"), base, since, "reported")
    assert "(S3_VECTORS)" in json.dumps(record.body["person"])


def test_an_agent_that_lacks_what_an_update_must_have_is_told(drifter: Principal) -> None:
    since = now()
    agent = drifter.client("bedrock-agent").create_agent(agentName=f"bare-{since.timestamp():.0f}")["agent"]["agentArn"]
    record = await_outcome(control("agent"), agent, since, "reported")
    assert "it has no foundationModel yet" in json.dumps(record.body["person"])
    assert "customerEncryptionKeyArn" not in shown(agent)


def test_a_call_that_failed_or_is_about_something_else_starts_nothing() -> None:
    since = now()
    answers = emit(f"{DUTY}/failed-attempt.json")
    assert all(each["response"]["checked"] == 0 for each in answers if each["function"] == DUTY)
    assert calls_of(DUTY, since) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in REPAIRED])
def test_one_with_a_key_is_no_concern(kind: str, drifter: Principal) -> None:
    since = now()
    with silenced(DUTY):
        resource = made(kind, drifter, data_key())
    sweep(DUTY)
    assert outcomes(control(kind), resource, since) == []

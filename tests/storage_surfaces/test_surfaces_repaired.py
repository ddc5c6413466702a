"""What has no key is given the data key, whole and with nothing else changed; what was prepared is prepared again."""

from __future__ import annotations

import json

import pytest
from demo.principals import Principal

from harness import await_outcome, emit, intent_of, make_due, now, outcomes, rule_of, silenced, wait_quiet, writes_of
from harness.surfaces import DUTY, REPAIRED, call_on, control, data_key, key_of, made, own_id, rest, shown

_UPDATES = {"agent": "UpdateAgent", "data-source": "UpdateDataSource", "flow": "UpdateFlow", "prompt": "UpdatePrompt"}


@pytest.mark.parametrize("kind", REPAIRED)
def test_one_that_is_made_without_a_key_is_given_it_and_all_else_stays_byte_for_byte(kind: str, drifter: Principal) -> None:
    with silenced(DUTY):
        resource = made(kind, drifter)
        before = rest(resource)
    assert key_of(resource) is None
    since = now()
    emit(call_on(resource))
    record = await_outcome(control(kind), resource, since)
    assert (key_of(resource), rest(resource)) == (data_key(), before)
    seen = [record.body[when] for when in ("before", "after")]
    assert seen[0]["rest"] == seen[1]["rest"] and "sha256" in seen[0]["rest"]
    assert [step["step"] for step in record.body["plan"]] == ["give-key"]
    assert intent_of(record)


@pytest.mark.parametrize("kind", REPAIRED)
def test_the_call_itself_is_enough(kind: str, drifter: Principal) -> None:
    since = now()
    resource = made(kind, drifter)
    await_outcome(control(kind), resource, since)
    wait_quiet()
    assert key_of(resource) == data_key()
    assert [operation for operation, _ in writes_of(DUTY, since)] == [_UPDATES[kind]]
    assert len(outcomes(control(kind), resource, since)) == 1, "the repair's own event is no drift"


def test_a_key_that_is_taken_away_is_given_again(drifter: Principal) -> None:
    prompt = made("prompt", drifter, data_key())
    wait_quiet()
    since = now()
    drifter.client("bedrock-agent").update_prompt(promptIdentifier=own_id(prompt), name=shown(prompt)["name"])
    await_outcome(control("prompt"), prompt, since)
    assert key_of(prompt) == data_key()


@pytest.mark.parametrize("kind", ["agent", "flow"])
def test_what_was_prepared_is_prepared_again_and_what_was_not_is_left_so(kind: str, drifter: Principal) -> None:
    agents, since = drifter.client("bedrock-agent"), now()
    with silenced(DUTY):
        prepared, draft = made(kind, drifter), made(kind, drifter)
        if kind == "agent":
            agents.prepare_agent(agentId=own_id(prepared))
        else:
            agents.prepare_flow(flowIdentifier=own_id(prepared))
    states = {}
    for resource in (prepared, draft):
        emit(call_on(resource))
        await_outcome(control(kind), resource, since)
        seen = shown(resource)
        states[resource] = str(seen.get("agentStatus") or seen.get("status"))
    assert [states[each].upper().replace("_", "") for each in (prepared, draft)] == ["PREPARED", "NOTPREPARED"]


@pytest.mark.parametrize("kind", ["flow", "prompt"])
def test_versions_that_keep_their_key_are_told_and_it_is_not_called_fixed(kind: str, drifter: Principal) -> None:
    agents, since = drifter.client("bedrock-agent"), now()
    with silenced(DUTY):
        resource = made(kind, drifter)
        for _ in range(2):
            if kind == "flow":
                agents.create_flow_version(flowIdentifier=own_id(resource))
            else:
                agents.create_prompt_version(promptIdentifier=own_id(resource))
    emit(call_on(resource))
    record = await_outcome(control(kind), resource, since, "reported")
    assert "2 versions that were published before" in json.dumps(record.body["person"])
    assert key_of(resource) == data_key()


def test_what_no_event_told_is_found_when_the_schedule_is_due(drifter: Principal) -> None:
    with silenced(DUTY):
        resources = {kind: made(kind, drifter) for kind in REPAIRED}
    since = now()
    make_due(rule_of(DUTY, scheduled=True).name)
    for kind, resource in resources.items():
        record = await_outcome(control(kind), resource, since)
        assert record.body["event"]["name"] == "Sweep"
        assert key_of(resource) == data_key()


def test_another_key_of_the_account_stays(drifter: Principal, admin: Principal) -> None:
    own = admin.client("kms").create_key()["KeyMetadata"]["Arn"]
    since = now()
    resources = [made(kind, drifter, own) for kind in REPAIRED]
    wait_quiet()
    assert [key_of(each) for each in resources] == [own] * len(REPAIRED)
    assert writes_of(DUTY, since) == []
    assert [outcomes(control(kind), each, since) for kind, each in zip(REPAIRED, resources)] == [[]] * len(REPAIRED)


def test_a_key_that_does_not_work_is_not_given(drifter: Principal, admin: Principal) -> None:
    """Bedrock's users would be shut out; a key policy is never changed."""
    kms = admin.client("kms")
    policy = kms.get_key_policy(KeyId=data_key(), PolicyName="default")["Policy"]
    closed = json.loads(policy)
    closed["Statement"] = [each for each in closed["Statement"] if each.get("Sid") != "Agents"]
    since = now()
    kms.put_key_policy(KeyId=data_key(), PolicyName="default", Policy=json.dumps(closed))
    try:
        agent = made("agent", drifter)
        record = await_outcome(control("agent"), agent, since, "reported")
    finally:
        kms.put_key_policy(KeyId=data_key(), PolicyName="default", Policy=policy)
    assert "does not surely let bedrock.amazonaws.com use the key" in json.dumps(record.body["person"])
    assert key_of(agent) is None

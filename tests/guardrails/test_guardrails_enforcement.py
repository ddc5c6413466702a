"""An enforcement is made where the deployment says so and nobody would be stopped, and never turned to another guardrail."""

from __future__ import annotations

import json
from typing import Any, Iterator

import pytest
from demo.principals import Principal

from harness import Faults, await_outcome, calls_of, now, silenced, wait_quiet
from harness import guardrails as rails
from harness.guardrails import DUTY, FREE, publish, resource

CONTROL = "guardrails.enforcement"
_TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def _may(*actions: str, **more: Any) -> "dict[str, Any]":
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


@pytest.fixture
def clinic(admin: Principal) -> "Iterator[Any]":
    """A role that uses models: `clinic(statements)` gives it a policy."""
    iam, name = admin.client("iam"), "clinic-of-guardrails"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))

    def allow(*statements: "dict[str, Any]") -> str:
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        return f"role/{name}"

    yield allow
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.delete_role(RoleName=name)


def _taken_away(who: Principal) -> None:
    who.client("bedrock").delete_enforced_guardrail_configuration(configId=rails.enforced()["configId"])


def test_an_enforcement_that_was_taken_away_is_made_again(enforced: str, clinic: Any, drifter: Principal) -> None:
    clinic(_may("bedrock:InvokeModel", "bedrock:ApplyGuardrail"))
    with silenced(DUTY):
        # A version stays what it is, so one that this process has proven is not proven again.
        rails.enforce(publish(enforced))
    version, since = rails.enforced()["guardrailVersion"], now()
    _taken_away(drifter)
    record = await_outcome(CONTROL, resource(enforced), since)
    wait_quiet()
    assert [each["step"] for each in record.body["plan"]] == ["prove", "enforce"]
    after = rails.enforced()
    assert (after["guardrailId"], after["guardrailVersion"]) == (enforced, version)
    assert after["modelEnforcement"] == {"includedModels": ["ALL"], "excludedModels": []}
    assert after["selectiveContentGuarding"] == {"system": "COMPREHENSIVE", "messages": "COMPREHENSIVE"}
    wrote = [call["operation"] for call in calls_of(DUTY, since) if call["operation"].startswith(("Apply", "Put", "Create"))]
    assert wrote.index("PutEnforcedGuardrailConfiguration") > wrote.index("ApplyGuardrail")


@pytest.mark.parametrize("apply", [
    None, _may("bedrock:ApplyGuardrail", Condition={"Bool": {"aws:SecureTransport": "true"}})])
def test_where_somebody_would_be_stopped_it_is_for_a_person(
        apply: "dict[str, Any] | None", enforced: str, clinic: Any, drifter: Principal) -> None:
    who = clinic(*[each for each in (_may("bedrock:InvokeModel"), apply) if each])
    since = now()
    _taken_away(drifter)
    record = await_outcome(CONTROL, resource(enforced), since, "reported")
    wait_quiet()
    assert who in record.body["person"][0] and rails.enforced() is None
    assert "bedrock:ApplyGuardrail" in record.body["person"][0] and record.body["plan"] == []


def test_another_guardrail_that_is_enforced_stays_and_is_told_of(enforced: str, drifter: Principal) -> None:
    _taken_away(drifter)
    wait_quiet()
    version, since = publish(FREE), now()
    found = rails.enforced()
    given = {"guardrailInferenceConfig": {"guardrailIdentifier": FREE, "guardrailVersion": version}}
    drifter.client("bedrock").put_enforced_guardrail_configuration(**given, **({"configId": found["configId"]} if found else {}))
    record = await_outcome(CONTROL, resource(enforced), since, "reported")
    wait_quiet()
    assert "another guardrail" in record.body["person"][0] and rails.enforced()["guardrailId"] == FREE


def test_a_version_that_does_not_catch_the_examples_is_not_enforced(
        enforced: str, drifter: Principal, faults: Faults) -> None:
    faults.add("bedrock-runtime", "ApplyGuardrail", "AccessDeniedException", principal="Guardrails", status=403)
    version = rails.enforced()["guardrailVersion"]
    since = now()
    _taken_away(drifter)
    record = await_outcome(CONTROL, resource(enforced), since, "failed")
    assert record.body["error"]["code"] == "AccessDeniedException" and rails.enforced() is None
    faults.clear()
    wait_quiet()
    assert (rails.enforced() or {}).get("guardrailVersion") in (None, version)

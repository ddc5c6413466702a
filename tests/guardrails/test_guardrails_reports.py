"""What Phiward leaves to a person: no room, a deleted guardrail, a version that would do less of something else."""

from __future__ import annotations

from typing import Any

from demo.principals import Principal

from harness import await_outcome, now, silenced, wait_quiet, writes_of
from harness import guardrails as rails
from harness.guardrails import (
    DUTY, GONE, as_update, compliant, enforce, is_strong, made, publish, read, resource, update, versions, weaken,
)

DRAFT, FILTER, PRESENT = "guardrails.draft", "guardrails.sensitive-information", "guardrails.present"


def test_over_ten_regexes_nothing_is_written(free: str, drifter: Principal) -> None:
    def change(given: "dict[str, Any]") -> None:
        given["sensitiveInformationPolicyConfig"]["regexesConfig"] = [
            {"name": f"n{number}", "pattern": f"n{number}", "action": "BLOCK"} for number in range(10)]

    since = now()
    update(free, drifter.client("bedrock"), change)
    before = read(free)
    record = await_outcome(DRAFT, resource(free), since, "reported")
    wait_quiet()
    assert "no room" in record.body["person"][0] and read(free) == before and writes_of(DUTY, since) == []


def test_a_version_that_would_do_less_of_something_else_is_not_made(enforced: str, drifter: Principal) -> None:
    with silenced(DUTY):
        update(enforced)
        weak = publish(enforced)

        def change(given: "dict[str, Any]") -> None:
            given["contentPolicyConfig"]["filtersConfig"] = [{"type": "HATE", "inputStrength": "LOW", "outputStrength": "LOW"}]

        update(enforced, change=change)
        # What is newest does less, too.
        numbers = [*versions(enforced), publish(enforced)]
    since = now()
    enforce(weak, who=drifter.client("bedrock"))
    record = await_outcome(FILTER, resource(enforced), since, "reported")
    wait_quiet()
    assert "does not do all else" in record.body["person"][0]
    assert rails.enforced()["guardrailVersion"] == weak and versions(enforced) == numbers and is_strong(enforced)


def test_only_a_version_of_ours_makes_room(free: str, drifter: Principal) -> None:
    with silenced(DUTY):
        while len(versions(free)) < 20:
            publish(free)
        client = rails.client()
        theirs = versions(free)
        for number in (theirs[0], theirs[1]):
            client.delete_guardrail(guardrailIdentifier=free, guardrailVersion=number)
        ours = client.create_guardrail_version(guardrailIdentifier=free, description="Phiward baseline 0")["version"]
        update(free)
    since = now()
    publish(free, drifter.client("bedrock"))
    record = await_outcome(FILTER, resource(free), since)
    wait_quiet()
    assert {"step": "delete-version", "number": int(ours)} in record.body["plan"]
    assert ours not in versions(free) and set(theirs[2:]) <= set(versions(free)) and len(versions(free)) == 20


def test_a_deleted_guardrail_is_made_again_under_another_id_and_told_of(drifter: Principal) -> None:
    compliant(GONE)
    given, since = as_update(GONE), now()
    drifter.client("bedrock").delete_guardrail(guardrailIdentifier=GONE)
    record = await_outcome(PRESENT, resource(GONE), since, "reported")
    wait_quiet()
    [found] = [each for each in rails.client().list_guardrails()["guardrails"] if each["name"] == f"phiward-{GONE}"]
    assert [each["step"] for each in record.body["plan"]] == ["create"] and is_strong(found["id"])
    assert any(found["id"] in each for each in record.body["person"]), record.body["person"]
    assert any("is lost" in each for each in record.body["person"])
    with silenced(DUTY):
        rails.client().delete_guardrail(guardrailIdentifier=found["id"])
        made(GONE, given)
    compliant(GONE)


def test_a_type_that_bedrock_refuses_is_for_a_person(free: str, drifter: Principal, faults: Any) -> None:
    faults.add("bedrock", "UpdateGuardrail", "ValidationException", principal="Guardrails", status=400)
    since = now()
    update(free, drifter.client("bedrock"), weaken)
    record = await_outcome(DRAFT, resource(free), since, "reported")
    assert "does not take the baseline's filter" in record.body["person"][0] and not is_strong(free)

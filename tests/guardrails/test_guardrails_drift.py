"""A guardrail that was made weaker is made as strong as the baseline again, and proven."""

from __future__ import annotations

from typing import Any

from demo.principals import Principal

from harness import await_outcome, calls_of, intent_of, now, outcomes, silenced, sweep, wait_quiet
from harness.guardrails import (
    DUTY, as_update, enforce, is_strong, publish, read, resource, update, versions, weaken,
)
from harness import guardrails as rails

DRAFT, FILTER = "guardrails.draft", "guardrails.sensitive-information"


def _steps(record: Any) -> "list[str]":
    return [each["step"] for each in record.body["plan"]]


def _writes(since: Any) -> "list[str]":
    """In order, the proof as one."""
    found: "list[str]" = []
    for call in calls_of(DUTY, since):
        written = call["service"] in ("bedrock", "bedrock-runtime") and not call["operation"].startswith(("Get", "List"))
        if written and found[-1:] != [call["operation"]]:
            found.append(call["operation"])
    return found


def test_a_weaker_draft_is_mended_and_no_version_is_made(enforced: str, drifter: Principal) -> None:
    before, numbers, since = read(enforced), versions(enforced), now()
    update(enforced, drifter.client("bedrock"))
    record = await_outcome(DRAFT, resource(enforced), since)
    wait_quiet()
    assert is_strong(enforced) and versions(enforced) == numbers
    assert _steps(record) == ["update-draft", "prove"] and record.body["control"]["severity"] == "medium"
    assert record.body["event"]["actor"] == drifter.arn and intent_of(record).body["before"] == record.body["before"]
    assert outcomes(FILTER, resource(enforced), since) == []
    after = read(enforced)
    same = [name for name in before if name != "sensitiveInformationPolicy"]
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    # The repair's own events cost reads only.
    assert _writes(since) == ["UpdateGuardrail", "ApplyGuardrail"] and len(outcomes(DRAFT, resource(enforced), since)) == 1


def test_a_weaker_version_that_is_enforced_is_replaced_last_of_all(enforced: str, drifter: Principal) -> None:
    configured = rails.enforced()
    with silenced(DUTY):
        update(enforced)
        weak = publish(enforced)
    since = now()
    enforce(weak, who=drifter.client("bedrock"))
    record = await_outcome(FILTER, resource(enforced), since)
    wait_quiet()
    assert _steps(record) == ["update-draft", "prove", "publish", "prove", "enforce"]
    assert await_outcome(DRAFT, resource(enforced), since).outcome == "remediated"
    after = rails.enforced()
    assert int(after["guardrailVersion"]) == int(weak) + 1 and is_strong(enforced, after["guardrailVersion"])
    changing = ("guardrailVersion", "updatedAt", "createdAt")
    assert {name: after[name] for name in after if name not in changing} == {
        name: configured[name] for name in configured if name not in changing}
    assert _writes(since) == ["UpdateGuardrail", "ApplyGuardrail", "CreateGuardrailVersion", "ApplyGuardrail",
                              "PutEnforcedGuardrailConfiguration"]
    [listed] = [each for each in rails.client().list_guardrails(guardrailIdentifier=enforced)["guardrails"]
                if each["version"] == after["guardrailVersion"]]
    assert listed["description"].startswith("Phiward baseline ")


def test_an_older_version_that_is_enforced_gives_way_to_the_newest(enforced: str, drifter: Principal) -> None:
    given = as_update(enforced)
    with silenced(DUTY):
        update(enforced)
        weak = publish(enforced)
        rails.client().update_guardrail(**given)
        strong = publish(enforced)
    since = now()
    enforce(weak, who=drifter.client("bedrock"))
    record = await_outcome(FILTER, resource(enforced), since)
    wait_quiet()
    assert _steps(record) == ["prove", "enforce"] and record.body["plan"][1]["version"] == strong
    assert rails.enforced()["guardrailVersion"] == strong and versions(enforced)[-1] == strong
    assert _writes(since) == ["ApplyGuardrail", "PutEnforcedGuardrailConfiguration"]


def test_where_none_is_enforced_the_newest_version_counts(free: str, drifter: Principal) -> None:
    with silenced(DUTY):
        update(free)
    since = now()
    weak = publish(free, drifter.client("bedrock"))
    record = await_outcome(FILTER, resource(free), since)
    wait_quiet()
    assert _steps(record) == ["update-draft", "prove", "publish"] and record.body["event"]["name"] == "CreateGuardrailVersion"
    assert int(versions(free)[-1]) == int(weak) + 1 and is_strong(free, versions(free)[-1]) and is_strong(free)


def test_what_was_changed_unheard_is_found_by_the_sweep(free: str) -> None:
    with silenced(DUTY):
        update(free)
    since = now()
    sweep(DUTY)
    assert await_outcome(DRAFT, resource(free), since).body["event"]["name"] == "Sweep" and is_strong(free)


def test_each_example_of_the_baseline_is_tried_in_both_directions(free: str, drifter: Principal) -> None:
    since = now()
    update(free, drifter.client("bedrock"))
    await_outcome(DRAFT, resource(free), since)
    wait_quiet()
    asked = [call["parameters"] for call in calls_of(DUTY, since) if call["operation"] == "ApplyGuardrail"]
    texts = {source: {each["content"][0]["text"]["text"] for each in asked if each["source"] == source}
             for source in ("INPUT", "OUTPUT")}
    assert texts["INPUT"] == texts["OUTPUT"] and len(asked) == 2 * len(texts["INPUT"]) > 20
    assert {"DOB: 01/02/1980", "NPI 1234567893", "Write to jane.roe@example.com."} <= texts["INPUT"]
    assert {each["guardrailVersion"] for each in asked} == {"DRAFT"}


def test_stricter_and_foreign_parts_stay_byte_for_byte(free: str, drifter: Principal) -> None:
    theirs = {"name": "Ward", "description": "theirs", "pattern": "ward-[0-9]+", "action": "BLOCK", "outputEnabled": False}
    word = {"text": "ä\u00df\u2028 <&>", "inputAction": "BLOCK", "inputEnabled": True}

    def change(given: "dict[str, Any]") -> None:
        weaken(given)
        filter_ = given["sensitiveInformationPolicyConfig"]
        filter_["regexesConfig"].append(theirs)
        [name] = [each for each in filter_["piiEntitiesConfig"] if each["type"] == "NAME"]
        name.update(inputAction="BLOCK", outputAction="NONE")
        given["wordPolicyConfig"]["wordsConfig"].append(word)

    since = now()
    update(free, drifter.client("bedrock"), change)
    await_outcome(DRAFT, resource(free), since)
    wait_quiet()
    after = read(free)
    filter_ = after["sensitiveInformationPolicy"]
    assert theirs in filter_["regexes"] and {"type": "PIN", "action": "BLOCK"} in filter_["piiEntities"]
    [name] = [each for each in filter_["piiEntities"] if each["type"] == "NAME"]
    assert (name["inputAction"], name["outputAction"]) == ("BLOCK", "ANONYMIZE")
    assert after["wordPolicy"]["words"][-1] == word
    assert after["contextualGroundingPolicy"] == {"filters": [{"type": "GROUNDING", "threshold": 0.75}]}

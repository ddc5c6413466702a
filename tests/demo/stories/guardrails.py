"""Somebody takes dates of birth and e-mail addresses out of what the clinic's guardrail looks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..account import GUARDRAIL
from ..story import Story, now
from ..surroundings import Surroundings

_TAKEN = ("EMAIL", "DateOfBirth")


def _look(around: Surroundings) -> "dict[str, Any]":
    found = around.admin.client("bedrock").get_guardrail(guardrailIdentifier=GUARDRAIL)
    filter_ = found["sensitiveInformationPolicy"]
    return {"types": len(filter_["piiEntities"]), "regexes": ", ".join(sorted(each["name"] for each in filter_["regexes"])),
            "topics": len(found["topicPolicy"]["topics"]), "words": len(found["wordPolicy"]["words"])}


def weakened(around: Surroundings) -> Story:
    """The draft: the next version would let them through."""
    who, before = around.people["contractor"], _look(around)

    def act() -> datetime:
        client = who.client("bedrock")
        found = client.get_guardrail(guardrailIdentifier=GUARDRAIL)
        filter_ = found["sensitiveInformationPolicy"]
        called = now()
        client.update_guardrail(
            guardrailIdentifier=GUARDRAIL,
            **{name: found[name] for name in ("name", "description", "blockedInputMessaging", "blockedOutputsMessaging")},
            topicPolicyConfig={"topicsConfig": found["topicPolicy"]["topics"]},
            contentPolicyConfig={"filtersConfig": found["contentPolicy"]["filters"]},
            wordPolicyConfig={"wordsConfig": found["wordPolicy"]["words"],
                              "managedWordListsConfig": found["wordPolicy"]["managedWordLists"]},
            contextualGroundingPolicyConfig={"filtersConfig": found["contextualGroundingPolicy"]["filters"]},
            sensitiveInformationPolicyConfig={
                "piiEntitiesConfig": [each for each in filter_["piiEntities"] if each["type"] not in _TAKEN],
                "regexesConfig": [each for each in filter_["regexes"] if each["name"] not in _TAKEN]})
        return called

    return Story(
        title="The guardrail blind to dates of birth",
        who=who,
        did=f"bedrock:UpdateGuardrail on {GUARDRAIL}, without a regex and a type of personal data",
        controls=("guardrails.draft",),
        resource=lambda: f"guardrail:{GUARDRAIL}",
        look=lambda: _look(around),
        act=act,
        is_right=lambda seen: seen == before,
    )

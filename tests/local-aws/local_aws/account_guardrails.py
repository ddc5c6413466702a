"""The guardrails that an account has before Phiward is deployed: as strong as the baseline, with policies of the customer's own.

The deployment names them by their ids, so these are known; the first one is enforced.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

ENFORCED = "phiwarddemo1"
IDS = (ENFORCED, "oftestsdrift", "oftestsgone1")
_BASELINE = Path(__file__).resolve().parents[3] / "baseline.toml"
_MESSAGE = "This was stopped."


def furnish(bedrock: Any) -> None:
    """Make them, a version of each, and the enforcement."""
    from .services.guardrails import NEXT_IDS

    for identifier in IDS:
        NEXT_IDS.append(identifier)
        bedrock.create_guardrail(**settings(identifier))
        bedrock.create_guardrail_version(guardrailIdentifier=identifier, description="the clinic's")
    bedrock.put_enforced_guardrail_configuration(guardrailInferenceConfig={
        "guardrailIdentifier": ENFORCED, "guardrailVersion": "1",
        "selectiveContentGuarding": {"system": "SELECTIVE", "messages": "COMPREHENSIVE"},
        "modelEnforcement": {"includedModels": ["ALL"], "excludedModels": []}})


def settings(name: str) -> "dict[str, Any]":
    """What CreateGuardrail and UpdateGuardrail take."""
    return {
        "name": name, "description": "the clinic's", "blockedInputMessaging": _MESSAGE, "blockedOutputsMessaging": _MESSAGE,
        "topicPolicyConfig": {"topicsConfig": [
            {"name": "Tax", "definition": "Advice on taxes.", "examples": ["May I deduct it?"], "type": "DENY"}]},
        "contentPolicyConfig": {"filtersConfig": [
            {"type": "HATE", "inputStrength": "HIGH", "outputStrength": "MEDIUM"},
            {"type": "PROMPT_ATTACK", "inputStrength": "HIGH", "outputStrength": "NONE"}]},
        "wordPolicyConfig": {"wordsConfig": [{"text": "Größe <b>"}], "managedWordListsConfig": [{"type": "PROFANITY"}]},
        "contextualGroundingPolicyConfig": {"filtersConfig": [{"type": "GROUNDING", "threshold": 0.75}]},
        "sensitiveInformationPolicyConfig": filter_of_baseline(),
    }


def filter_of_baseline() -> "dict[str, Any]":
    """The baseline's filter; where Python can't read it yet, a weaker one, which the first sweep puts right."""
    own = [{"type": "AGE", "action": "NONE"}, {"type": "PIN", "action": "BLOCK"}]
    try:
        import tomllib
    except ImportError:
        return {"piiEntitiesConfig": own}
    baseline = tomllib.loads(_BASELINE.read_text())["guardrails"]

    def actions(each: dict) -> "dict[str, Any]":
        return {"action": each["input"], "inputAction": each["input"], "outputAction": each["output"],
                "inputEnabled": True, "outputEnabled": True}

    types = [{"type": each["type"], **actions(each)} for each in baseline["pii"]]
    regexes = [{"name": each["name"], "pattern": each["pattern"], **actions(each)} for each in baseline["regexes"]]
    return {"piiEntitiesConfig": own + types, "regexesConfig": regexes}

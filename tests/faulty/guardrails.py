"""Guardrails made weaker, to be mended while AWS fails."""

from __future__ import annotations

import json
from typing import Callable

from harness import silenced, surroundings
from harness import guardrails as rails
from permissions.runs import api_call

from .drift import Drift


def _started() -> None:
    """A process that has just started asks the ledger once more; the path is that of one that has been running."""
    elsewhere = json.dumps(api_call("bedrock", "UpdateGuardrail", guardrailIdentifier="notnamed0001"))
    alias = surroundings().outputs["GuardrailsAliasArn"]
    surroundings().admin.client("lambda").invoke(FunctionName=alias, Payload=elsewhere)


def weakened() -> Drift:
    """A draft and the version that is enforced."""
    _started()
    guardrail, bedrock = rails.ENFORCED, rails.client()
    with silenced(rails.DUTY):
        for version in rails.versions(guardrail):
            if version != (rails.enforced() or {}).get("guardrailVersion"):
                bedrock.delete_guardrail(guardrailIdentifier=guardrail, guardrailVersion=version)
        rails.update(guardrail)
        rails.enforce(rails.publish(guardrail))
    right: "dict[str, Callable[[], bool]]" = {
        "guardrails.sensitive-information": lambda: rails.is_strong(guardrail, (rails.enforced() or {})["guardrailVersion"]),
        "guardrails.draft": lambda: rails.is_strong(guardrail),
    }
    goal = {(control, rails.resource(guardrail)): "remediated" for control in right}
    event = api_call("bedrock", "CreateGuardrailVersion", guardrailIdentifier=guardrail)
    return Drift(event, goal, lambda control: right[control]())

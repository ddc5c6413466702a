"""The account's enforced guardrail of a Region, which ministack lacks.

API references of Put-, List- and DeleteEnforcedGuardrailConfiguration: there is one at most, it names a numbered version that
is there, and what it names can't be deleted.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, Optional

from .model_conformance import request_problems

PATH = "/enforcedGuardrailsConfiguration"


def _store() -> Any:
    from ministack.core.responses import AccountRegionScopedDict

    global _STORE
    if _STORE is None:
        _STORE = AccountRegionScopedDict()
    return _STORE


_STORE: Any = None


def uses(gid: str, version: Optional[str]) -> bool:
    """Whether the configuration names the guardrail, or this version of it."""
    configured = _store().get("account")
    return bool(configured) and configured["guardrailId"] == gid and version in (None, configured["guardrailVersion"])


def enforced(model: str) -> "list[tuple[str, str]]":
    """The guardrail that every invocation of a model has to pass, and its version; there is one at most."""
    from ministack.services import bedrock

    configured = _store().get("account")
    found = bedrock._find_model(model)
    names = {model, model.rsplit("/", 1)[-1], *([found[0]] if found else [])}
    scope = (configured or {}).get("modelEnforcement") or {"includedModels": ["ALL"], "excludedModels": []}
    if not configured or names & set(scope.get("excludedModels", [])):
        return []
    included = scope.get("includedModels", [])
    return [(configured["guardrailId"], configured["guardrailVersion"])] if "ALL" in included or names & set(included) else []


def guards_everything(part: str) -> bool:
    """Whether the enforced guardrail looks at all of the `system` prompts or of the `messages`, whatever the caller tags."""
    configured = _store().get("account") or {}
    return (configured.get("selectiveContentGuarding") or {}).get(part, "COMPREHENSIVE") == "COMPREHENSIVE"


def answer(bedrock: Any, method: str, path: str, body: bytes) -> tuple:
    """List, put or delete."""
    from .guardrails import answer as answered, error

    store, configured = _store(), _store().get("account")
    if method == "GET":
        return answered({"guardrailsConfig": [configured] if configured else []}, 200)
    if method == "DELETE":
        if not configured or path.rsplit("/", 1)[-1] != configured["configId"]:
            return error("ResourceNotFoundException", 404, "The configuration was not found.")
        del store["account"]
        return answered({}, 200)
    given = json.loads(body or b"{}")
    problems = request_problems("bedrock", "PutEnforcedGuardrailConfiguration", given)
    if problems:
        return error("ValidationException", 400, "; ".join(problems))
    if configured and given.get("configId") != configured["configId"]:
        return error("ConflictException", 409, "There is an enforced configuration already.")
    if given.get("configId") and not configured:
        return error("ResourceNotFoundException", 404, "The configuration was not found.")
    wanted = given["guardrailInferenceConfig"]
    gid, version = wanted["guardrailIdentifier"].rsplit("/", 1)[-1], wanted["guardrailVersion"]
    record = bedrock._guardrail_versions.get(f"{gid}/{version}")
    if record is None:
        return error("ResourceNotFoundException", 404, "The guardrail's version was not found.")
    kept = {name: wanted[name] for name in ("selectiveContentGuarding", "modelEnforcement") if name in wanted}
    now = record["UpdatedAt"]
    store["account"] = {
        "configId": configured["configId"] if configured else secrets.token_hex(6), "guardrailArn": record["GuardrailArn"],
        "guardrailId": gid, "guardrailVersion": version, "owner": "ACCOUNT", "createdAt": now, "updatedAt": now, **kept}
    return answered({"configId": store["account"]["configId"], "updatedAt": now}, 200)

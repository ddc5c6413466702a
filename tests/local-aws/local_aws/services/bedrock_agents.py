"""Agents, flows, prompts and data sources as Bedrock keeps them: an update replaces the whole, and undoes a preparation.

API references of UpdateAgent, UpdateFlow, UpdatePrompt, UpdateDataSource: what a request doesn't name is not there any more, where
ministack leaves it as it was. User guide, "Modify an agent": a changed draft is not prepared. Answers have no members
without a value. A prompt of an agent that is Bedrock's own is shown with its text, and may not be written with one.
"""

from __future__ import annotations

import json
from typing import Any, Optional
from urllib.parse import unquote

from . import bedrock_agent_rights
from .model_conformance import request_problems, service_model

SERVICE = "bedrock-agent"
#: What ministack keeps of a kind, and how an answer wraps it.
KEPT = {"Agent": ("_agents", "agent"), "Flow": ("_flows", None), "Prompt": ("_prompts", None),
        "DataSource": ("_data_sources", "dataSource")}
_UNPREPARED = {"Agent": ("AgentStatus", "NOT_PREPARED"), "Flow": ("Status", "NotPrepared")}
_FORGOTTEN = {"Agent": ("orchestrationType", "customOrchestration")}
_DEFAULTS = {"Agent": {"idleSessionTTLInSeconds": 600}}
_OWN = {"basePromptTemplate": "You are a helpful agent.", "parserMode": "DEFAULT",
        "inferenceConfiguration": {"temperature": 0.0, "topP": 1.0, "topK": 250, "maximumLength": 2048}}
_PROMPTS = ("PRE_PROCESSING", "ORCHESTRATION", "KNOWLEDGE_BASE_RESPONSE_GENERATION", "POST_PROCESSING")


def install() -> None:
    """Correct creating, reading, updating and preparing."""
    from ministack.services import bedrock_agent

    bedrock_agent.handle_request = _whole(bedrock_agent, bedrock_agent.handle_request)


def _whole(module: Any, handler: Any) -> Any:
    async def handle_request(method, path, headers, body, query_params):
        operation, labels = operation_of(method, path, query_params, headers, body)
        verb, kind = _parts(operation)
        if operation == "ListPrompts" and "promptIdentifier" in (query_params or {}):
            return _versions(module, query_params["promptIdentifier"][0].rsplit("/", 1)[-1])
        if kind is None:
            return await handler(method, path, headers, body, query_params)
        store = getattr(module, KEPT[kind][0])
        record = store.get("/".join(unquote(label).rsplit("/", 1)[-1] for label in labels.values()))
        given = json.loads(body or b"{}") if verb in ("Create", "Update") else {}
        refused = _problem(module, operation, verb, {**labels, **given}) or bedrock_agent_rights.refusal(verb, kind, record, given)
        if refused:
            return refused
        if verb == "Update" and record is not None:
            _forget(kind, operation, record, given)
        status, answered, answer = await handler(method, path, headers, body, query_params)
        if status >= 300:
            return status, answered, answer
        shown = json.loads(answer)
        if verb in ("Create", "Update"):
            resource = shown[KEPT[kind][1]] if KEPT[kind][1] else shown
            kept = record if verb == "Update" else store.get(_key(kind, resource))
            for name in _FORGOTTEN.get(kind, ()):
                kept[name[0].upper() + name[1:]] = resource[name] = given.get(name)
            if verb == "Update" and kind in _UNPREPARED:
                name, value = _UNPREPARED[kind]
                kept[name] = resource[name[0].lower() + name[1:]] = value
        if verb == "Prepare" and kind == "Agent":
            record["PreparedAt"] = record["UpdatedAt"]
        return status, answered, answer if verb == "Prepare" else json.dumps(_shown(shown, KEPT[kind][1])).encode()

    return handle_request


def operation_of(method: str, path: str, query: Any, headers: Any, body: bytes) -> "tuple[Optional[str], dict[str, str]]":
    """The operation, and what its path names."""
    from ..requests import Request
    from ..routes import match

    for each in (path, f"{path}/"):
        operation, labels = match(
            service_model(SERVICE), Request(method, each, each, dict(query or {}), dict(headers), body or b""))
        if operation:
            return operation, labels
    return None, {}


def _parts(operation: Optional[str]) -> "tuple[str, Optional[str]]":
    for verb in ("Create", "Get", "Update", "Prepare"):
        if operation and operation.startswith(verb) and operation[len(verb):] in KEPT:
            return verb, operation[len(verb):]
    return "", None


def _versions(module: Any, prompt: str) -> tuple:
    """API reference of ListPrompts: of one prompt its versions, the draft among them."""
    if prompt not in module._prompts:
        return module._not_found("The specified resource does not exist.")
    kept = [module._prompts[prompt], *(each for key, each in module._prompt_versions.items() if key.startswith(f"{prompt}/"))]
    return module._json({"PromptSummaries": kept})


def _key(kind: str, resource: "dict[str, Any]") -> str:
    if kind == "DataSource":
        return f"{resource['knowledgeBaseId']}/{resource['dataSourceId']}"
    return resource["agentId" if kind == "Agent" else "id"]


def _problem(module: Any, operation: str, verb: str, request: "dict[str, Any]") -> Optional[tuple]:
    if verb in ("Create", "Update"):
        wrong = request_problems(SERVICE, operation, request)
        if wrong:
            return module._validation(f"1 validation error detected: {wrong[0]}")
    for prompt in (request.get("promptOverrideConfiguration") or {}).get("promptConfigurations", []):
        if prompt.get("promptCreationMode") == "DEFAULT" and {"basePromptTemplate", "inferenceConfiguration"} & set(prompt):
            return module._validation("A prompt with the creation mode DEFAULT can't have a template or an inference configuration.")
    return None


def _forget(kind: str, operation: str, record: "dict[str, Any]", given: "dict[str, Any]") -> None:
    shape = service_model(SERVICE).operation_model(operation).input_shape
    for name, member in shape.members.items():
        if member.serialization.get("location") != "uri" and name not in given:
            record[name[0].upper() + name[1:]] = _DEFAULTS.get(kind, {}).get(name)


def _shown(answer: "dict[str, Any]", under: Optional[str]) -> "dict[str, Any]":
    resource = answer[under] if under else answer
    shown = {name: value for name, value in resource.items() if value not in (None, "", [])}
    if "promptOverrideConfiguration" in shown:
        shown["promptOverrideConfiguration"] = _prompts(shown["promptOverrideConfiguration"])
    return {under: shown} if under else shown


def _prompts(overrides: "dict[str, Any]") -> "dict[str, Any]":
    given = {each.get("promptType"): each for each in overrides.get("promptConfigurations", [])}
    every = []
    for kind in dict.fromkeys([*given, *_PROMPTS]):
        prompt = given.get(kind, {"promptType": kind, "promptCreationMode": "DEFAULT"})
        own = {**_OWN, "promptState": "DISABLED" if kind == "POST_PROCESSING" else "ENABLED"}
        every.append(prompt if prompt.get("promptCreationMode") == "OVERRIDDEN" else {**own, **prompt})
    return {**overrides, "promptConfigurations": every}

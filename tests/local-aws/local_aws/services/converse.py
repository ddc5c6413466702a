"""Converse: what the guardrails let through, and what a model that only repeats makes of it.

API reference, Converse; user guide, "Use a guardrail with the Converse API" (where something is tagged as `guardContent`, the request's
guardrail looks at nothing else; the system prompt only where it is tagged) and "Enforce guardrails": an enforced guardrail looks beside
the request's own one. What is blocked never reaches the model and costs no token; what is masked reaches it masked. Both stop with
`guardrail_intervened`: for masks that is not documented, but is what traces of callers show.
ministack looks at the last message alone, takes no tag, knows no enforcement, and hands the model what was masked. Its other ways of
inference are left as they are: there an enforced guardrail takes the right to apply it, and looks at nothing.
"""

from __future__ import annotations

import copy
import json
import time
from typing import Any, Iterator, Optional

from . import guardrail_enforcement
from .model_conformance import request_problems

_INTERVENED = "guardrail_intervened"
_CHARACTERS_OF_TOKEN = 4
_NO_GUARDRAIL = "The guardrail identifier or version provided in the request does not exist."


def install() -> None:
    """Take the operation over."""
    from ministack.services import bedrock_runtime

    bedrock_runtime._converse = _converse


def _converse(model: str, headers: Any, body: bytes) -> tuple:
    from ministack.services import bedrock_runtime as runtime

    began = int(time.time() * 1000)
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return runtime._error("ValidationException", "The request body is not JSON.", 400)
    problems = request_problems("bedrock-runtime", "Converse", {"modelId": model, **asked})
    problems = problems or _conversation_problems(asked.get("messages") or [])
    if problems:
        return runtime._error("ValidationException", "; ".join(problems), 400)
    guardrails = _guardrails(runtime, model, asked.get("guardrailConfig") or {})
    if guardrails is None:
        return runtime._error("ValidationException", _NO_GUARDRAIL, 400)
    said = {name: copy.deepcopy(asked.get(name) or []) for name in ("system", "messages")}
    inputs, blocked = _look(runtime, guardrails, said)
    trace: "dict[str, Any]" = {"inputAssessment": inputs}
    if blocked is not None:
        return _answer(runtime, asked, trace, began, (0, 0), blocked, _INTERVENED)
    masked = any(said[name] != (asked.get(name) or []) for name in said)
    text, stop = _reply(said["messages"], asked.get("inferenceConfig") or {})
    tokens = (runtime._estimate_tokens(runtime._system_text(said["system"]) + runtime._messages_text(said["messages"])),
              runtime._estimate_tokens(text))
    trace["outputAssessments"] = {}
    for record, _ in guardrails:
        found = runtime._evaluate_guardrail(record, "OUTPUT", text)
        trace["outputAssessments"][record["GuardrailId"]] = [found["assessment"]]
        if found["blocked"]:
            return _answer(runtime, asked, trace, began, tokens, record["BlockedOutputsMessaging"], _INTERVENED)
        text, masked = found["masked_text"], masked or found["anonymized"]
    return _answer(runtime, asked, trace, began, tokens, text, _INTERVENED if masked else stop)


def _conversation_problems(messages: "list[dict]") -> "list[str]":
    if not messages or messages[0]["role"] != "user":
        return ["A conversation must start with a user message. Try again with a conversation that starts with a user message."]
    if any(not each["content"] for each in messages):
        return ["The content field in the Message object is empty. Add a ContentBlock object and try again."]
    return []


def _guardrails(runtime: Any, model: str, config: dict) -> "Optional[list[tuple[dict, bool]]]":
    """Those that look, each with whether it is the enforced one; none at all if the request names one that is not there."""
    named = [(identifier, version, True) for identifier, version in guardrail_enforcement.enforced(model)]
    if config.get("guardrailIdentifier"):
        named.append((config["guardrailIdentifier"], config.get("guardrailVersion") or "DRAFT", False))
    found = [(runtime._resolve_guardrail(identifier, version), is_enforced) for identifier, version, is_enforced in named]
    return None if any(record is None for record, _ in found) else found


def _look(runtime: Any, guardrails: "list[tuple[dict, bool]]", said: dict) -> "tuple[dict, Optional[str]]":
    """What each finds, masked on the spot; and the message of the one that blocks, if one does."""
    found: "dict[str, Any]" = {}
    for record, is_enforced in guardrails:
        for holder in _guarded(said, is_enforced):
            seen = runtime._evaluate_guardrail(record, "INPUT", holder["text"])
            for policy, findings in seen["assessment"].items():
                for kind, entries in findings.items():
                    found.setdefault(record["GuardrailId"], {}).setdefault(policy, {}).setdefault(kind, []).extend(entries)
            if seen["blocked"]:
                return found, record["BlockedInputMessaging"]
            holder["text"] = seen["masked_text"]
    return found, None


def _guarded(said: dict, is_enforced: bool) -> "Iterator[dict]":
    """The texts that a guardrail looks at, each as the object whose `text` it is."""
    blocks = {"system": said["system"], "messages": [each for message in said["messages"] for each in message["content"]]}
    tagged = any("guardContent" in each for part in blocks.values() for each in part)
    for part, inside in blocks.items():
        everything = is_enforced and guardrail_enforcement.guards_everything(part) or part == "messages" and not tagged
        for block in inside:
            guard = (block.get("guardContent") or {}).get("text")
            if guard:
                yield guard
            elif "text" in block and everything:
                yield block


def _reply(messages: "list[dict]", config: dict) -> "tuple[str, str]":
    """The last user's words, as many as the request has room for."""
    [last] = [each for each in messages if each["role"] == "user"][-1:]
    words = [(block.get("guardContent") or {}).get("text", {}).get("text") or block.get("text", "") for block in last["content"]]
    text = "You said: " + "\n".join(words)
    room = int(config.get("maxTokens", len(text))) * _CHARACTERS_OF_TOKEN
    return (text, "end_turn") if len(text) <= room else (text[:room], "max_tokens")


def _answer(runtime: Any, asked: dict, trace: dict, began: int, tokens: "tuple[int, int]", text: str, stop: str) -> tuple:
    response = runtime._build_converse_response(
        "", [], [], began, text, input_tokens=tokens[0], output_tokens=tokens[1], stop_reason=stop)
    config = asked.get("guardrailConfig") or {}
    if config.get("trace") in ("enabled", "enabled_full"):
        response["trace"] = {"guardrail": trace}
    return 200, {"Content-Type": "application/json"}, json.dumps(response).encode()

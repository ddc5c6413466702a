"""What an inference takes: the model, each model behind a profile, and every guardrail that looks at it.

API references of Converse and ConverseStream: they are the actions `bedrock:InvokeModel` and `bedrock:InvokeModelWithResponseStream`.
User guide, "Prerequisites for inference profiles": the profile and the models behind it, those in other Regions too
(`bedrock:InferenceProfileArn`; of a Global one a model has no Region, and `aws:RequestedRegion` is `unspecified`); "Using
resource-based policies for guardrails": whoever lacks `bedrock:ApplyGuardrail` on an enforced guardrail is refused. ministack asks for
actions that there are not, and for the model that the path names alone.
"""

from __future__ import annotations

import json
import re
from typing import Any, Optional
from urllib.parse import unquote

from . import guardrail_enforcement, guardrail_rights, inference_profiles
from .kms_use import caller_key

_MODEL = re.compile(r"^/model/(.+)/(converse|converse-stream|invoke|invoke-with-response-stream)$")
_ACTIONS = {"converse": "InvokeModel", "converse-stream": "InvokeModelWithResponseStream",
            "invoke": "InvokeModel", "invoke-with-response-stream": "InvokeModelWithResponseStream"}
_GUARDRAIL, _PROFILE = "bedrock:GuardrailIdentifier", "bedrock:InferenceProfileArn"


def install() -> None:
    """Name action, resource and guardrail to IAM; the rest is asked by `refusal`."""
    from ministack.core import iam_actions

    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn
    context_of = iam_actions.request_tag_context

    def extract_iam_action(service: str, method: str, path: str, *more: Any) -> Any:
        found = _MODEL.match(unquote(path)) if service == "bedrock-runtime" and method == "POST" else None
        return f"bedrock:{_ACTIONS[found.group(2)]}" if found else action_of(service, method, path, *more)

    def extract_resource_arn(service: str, method: str, path: str, *more: Any) -> Any:
        found = _MODEL.match(unquote(path)) if service == "bedrock-runtime" else None
        return _resources(found.group(1))[0] if found else resource_of(service, method, path, *more)

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        context = context_of(service, iam_action, body, params)
        return {**context, **_context(body)} if service == "bedrock-runtime" else context

    iam_actions.extract_iam_action, iam_actions.extract_resource_arn = extract_iam_action, extract_resource_arn
    iam_actions.request_tag_context = request_tag_context


def refusal(model: str, action: str, body: bytes) -> Optional[tuple]:
    """The answer to who may not do all of it; the model or profile itself IAM has been asked about already."""
    from ministack.services import bedrock

    profile, *models = _resources(model)
    for arn in models:
        if not _may(action, arn, arn.split(":")[3] or "unspecified", {**_context(body), _PROFILE: profile}):
            return _denied(action, arn)
    for identifier, _ in (*guardrail_enforcement.enforced(model), *_asked_for(body)):
        record = bedrock._guardrails.get(identifier.rsplit("/", 1)[-1])
        if record is None:
            continue
        if not _may("ApplyGuardrail", record["GuardrailArn"], record["GuardrailArn"].split(":")[3], {}):
            return _denied("ApplyGuardrail", record["GuardrailArn"])
        refused = (guardrail_rights.across_regions("ApplyGuardrail", record["Given"])
                   or guardrail_rights.refusal(record.get("KmsKeyArn"), write=False))
        if refused:
            return refused
    return None


def _resources(model: str) -> "list[str]":
    """The ARN of what is named, and of each model behind it."""
    from ministack.services import bedrock

    profile = inference_profiles.find(model)
    if profile:
        return [profile["InferenceProfileArn"], *(each["ModelArn"] for each in profile["Models"])]
    return [model if model.startswith("arn:") else bedrock._model_arn(model)]


def _asked_for(body: bytes) -> "list[tuple[str, str]]":
    """The guardrail that the request names, and its version."""
    try:
        config = json.loads(body or b"{}").get("guardrailConfig")
    except (ValueError, AttributeError):
        return []
    if not isinstance(config, dict) or not config.get("guardrailIdentifier"):
        return []
    return [(str(config["guardrailIdentifier"]), str(config.get("guardrailVersion", "DRAFT")))]


def _context(body: bytes) -> "dict[str, str]":
    for identifier, version in _asked_for(body):
        arn = guardrail_rights.guardrail_arn(identifier.rsplit("/", 1)[-1])
        return {_GUARDRAIL: arn if version == "DRAFT" else f"{arn}:{version}"}
    return {}


def _may(action: str, arn: str, region: str, context: "dict[str, str]") -> bool:
    from ministack.app import AUTH
    from ministack.core.iam_evaluator import enforce

    return not AUTH or enforce(caller_key(), f"bedrock:{action}", "bedrock", region, arn, context) is None


def _denied(action: str, arn: str) -> tuple:
    from .guardrails import error

    return error("AccessDeniedException", 403, f"The caller is not authorized to perform: bedrock:{action} on resource: {arn}")

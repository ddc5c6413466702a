"""Inference: only with what there is and may be used, and counted in CloudWatch.

User guide, "Amazon Bedrock runtime metrics": `AWS/Bedrock Invocations`, `InputTokenCount` and `OutputTokenCount` by `ModelId`, which is
what the request named. ministack answers for any model, and counts nothing.
"""

from __future__ import annotations

import json
import time
from typing import Any

from . import bedrock_model_access, inference_profiles, inference_rights

_ACTIONS = {"_converse": "InvokeModel", "_converse_stream": "InvokeModelWithResponseStream", "_invoke_model": "InvokeModel",
            "_invoke_model_with_response_stream": "InvokeModelWithResponseStream"}
_PROFILES = (":inference-profile/", ":application-inference-profile/")


def install() -> None:
    """Stand before the four operations."""
    from ministack.services import bedrock_runtime

    for name, action in _ACTIONS.items():
        setattr(bedrock_runtime, name, _counted(bedrock_runtime, getattr(bedrock_runtime, name), action))


def _counted(runtime: Any, answer: Any, action: str) -> Any:
    def handle(model: str, headers: Any, body: bytes) -> tuple:
        if not _is_there(model):
            return runtime._error("ValidationException", "The provided model identifier is invalid.", 400)
        denied = inference_rights.refusal(model, action, body)
        if denied:
            return denied
        refused = bedrock_model_access.refusal(model)
        if refused:
            return runtime._error(*refused)
        answered = answer(model, headers, body)
        if answered[0] < 300:
            named = model.rsplit("/", 1)[-1] if _is_profile(model) else model
            _count(named, "Invocations", 1)
            for metric, tokens in _usage(answered[2]).items():
                _count(named, metric, tokens)
        return answered

    return handle


def _is_profile(model: str) -> bool:
    return any(part in model for part in _PROFILES)


def _is_there(model: str) -> bool:
    from ministack.services import bedrock

    if inference_profiles.find(model) or bedrock._find_model(model):
        return True
    # What was made of models of one's own is not kept by its ARN alone.
    return model.startswith("arn:") and "foundation-model/" not in model and not _is_profile(model)


def _usage(body: bytes) -> "dict[str, int]":
    """The tokens of an answer of Converse; the other operations' bodies are the models' own."""
    try:
        usage = json.loads(body).get("usage") or {}
    except (ValueError, AttributeError):
        return {}
    names = {"InputTokenCount": "inputTokens", "OutputTokenCount": "outputTokens"}
    return {metric: usage[member] for metric, member in names.items() if usage.get(member)}


def _count(model: str, metric: str, value: float) -> None:
    from ministack.services import cloudwatch

    dimensions = {"ModelId": model}
    points = cloudwatch._metric_bucket(("AWS/Bedrock", metric, cloudwatch._dims_key(dimensions)))
    points.append({"Timestamp": time.time(), "Unit": "Count", "Dimensions": dimensions, "Value": float(value)})

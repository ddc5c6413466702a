"""Inference: only with what there is, and counted in CloudWatch.

User guide, "Amazon Bedrock runtime metrics": `AWS/Bedrock Invocations` by `ModelId`, which is what the request named. ministack
answers for any model, and counts nothing.
"""

from __future__ import annotations

import time
from typing import Any

from . import inference_profiles

_OPERATIONS = ("_converse", "_converse_stream", "_invoke_model", "_invoke_model_with_response_stream")
_PROFILES = (":inference-profile/", ":application-inference-profile/")


def install() -> None:
    """Stand before the four operations."""
    from ministack.services import bedrock_runtime

    for name in _OPERATIONS:
        setattr(bedrock_runtime, name, _counted(bedrock_runtime, getattr(bedrock_runtime, name)))


def _counted(runtime: Any, answer: Any) -> Any:
    def handle(model: str, headers: Any, body: bytes) -> tuple:
        if not _is_there(model):
            return runtime._error("ValidationException", "The provided model identifier is invalid.", 400)
        answered = answer(model, headers, body)
        if answered[0] < 300:
            _count(model.rsplit("/", 1)[-1] if _is_profile(model) else model)
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


def _count(model: str) -> None:
    from ministack.services import cloudwatch

    dimensions = {"ModelId": model}
    points = cloudwatch._metric_bucket(("AWS/Bedrock", "Invocations", cloudwatch._dims_key(dimensions)))
    points.append({"Timestamp": time.time(), "Unit": "Count", "Dimensions": dimensions, "Value": 1.0})

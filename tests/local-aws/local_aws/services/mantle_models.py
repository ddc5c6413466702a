"""The models of the mantle plane and which retention modes each allows (user guide, "Data retention").

`allowed_modes` is left out for one model: in the field it is not always there.
"""

from __future__ import annotations

from typing import Optional

_ALL_MODES = ("none", "default", "aws_review", "provider_data_share")

ALLOWED_MODES: "dict[str, Optional[tuple[str, ...]]]" = {
    "anthropic.claude-opus-4-8": _ALL_MODES,
    "anthropic.claude-fable-5": ("aws_review", "provider_data_share"),
    "openai.gpt-oss-120b": _ALL_MODES,
    "amazon.nova-pro": _ALL_MODES,
    "qwen.qwen3-coder-480b": None,
}


def describe(model_id: str, mode: str, source: str) -> dict:
    """One model under the mode in force; a mode that the model does not allow makes it unavailable."""
    allowed = ALLOWED_MODES[model_id]
    retention: dict = {"mode": mode, "source": source}
    if allowed is not None:
        retention["allowed_modes"] = list(allowed)
    usable = mode == "inherit" or allowed is None or mode in allowed
    model = {"id": model_id, "object": "model", "owned_by": model_id.split(".")[0], "data_retention": retention}
    if usable:
        return {**model, "status": "available"}
    return {**model, "status": "unavailable", "status_reason": f"The model does not allow data retention mode {mode}."}


def install() -> None:
    """A test control: `POST /_local/mantle/models` says what a model allows from now on, as its provider may."""
    from .local_controls import control

    @control("POST", "/_local/mantle/models")
    def _allow(query: dict, body: dict) -> "tuple[int, dict]":
        modes = body["allowed_modes"]
        ALLOWED_MODES[body["id"]] = None if modes is None else tuple(modes)
        return 200, {}

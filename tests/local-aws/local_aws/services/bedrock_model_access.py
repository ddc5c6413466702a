"""Access to models: what may be invoked, and the form that Anthropic's models ask for first.

API references of GetFoundationModelAvailability and GetUseCaseForModelAccess; user guide, "Access Amazon Bedrock foundation models"
(the form is for the account, and by then for all Regions). ministack knows models by profiles and ARNs too, keeps the form by Region,
answers an empty one where none was submitted, and lets anybody invoke anything.
Test controls: `PUT /_local/bedrock/availability` (`modelId` to those of `agreement`, `authorization`, `entitlement`, `region` that
are other than usual) and `DELETE /_local/bedrock/use-case`, as no API takes the form back; `GET` of the former.
"""

from __future__ import annotations

import json
import re
from typing import Any, Optional

from .local_controls import control
from .model_conformance import object_problems, service_model

_FORM = ("Model use case details have not been submitted for this account. Fill out the Anthropic use case details form before "
         "using the model.")
_DENIED = "You don't have access to the model with the specified model ID."
_STORE: Any = None


def install() -> None:
    """Take the operations over, and add the controls."""
    from ministack.core.responses import AccountScopedDict
    from ministack.services import bedrock

    global _STORE
    _STORE = AccountScopedDict()
    bedrock._USE_CASE = AccountScopedDict()
    read, put = bedrock._get_use_case_for_model_access, bedrock._put_use_case_for_model_access

    def get_use_case() -> tuple:
        if "usecase" not in bedrock._USE_CASE:
            return bedrock._not_found("Could not find use case details for this account.")
        return read()

    def put_use_case(body: bytes) -> tuple:
        form = json.loads(body or b"{}").get("formData")
        # Ten bytes at least, in base64.
        if not isinstance(form, str) or not 16 <= len(form) <= 21848:
            return bedrock._validation("formData must have between 10 and 16384 bytes.")
        return put(body)

    bedrock._get_foundation_model_availability = _availability
    bedrock._get_use_case_for_model_access, bedrock._put_use_case_for_model_access = get_use_case, put_use_case

    @control("GET", "/_local/bedrock/availability")
    def show(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, {"models": dict(_STORE.items())}

    @control("PUT", "/_local/bedrock/availability")
    def set_(query: dict, body: Any) -> "tuple[int, Any]":
        problems = [each for model, other in body["models"].items()
                    for each in object_problems("bedrock", "GetFoundationModelAvailabilityResponse", _answer(model, True, other))]
        if problems:
            raise ValueError("; ".join(problems))
        _STORE.clear()
        _STORE.update(body["models"])
        return 200, {}

    @control("DELETE", "/_local/bedrock/use-case")
    def forget(query: dict, body: Any) -> "tuple[int, Any]":
        bedrock._USE_CASE.clear()
        return 200, {}


def refusal(model: str) -> "Optional[tuple[str, str, int]]":
    """Why nobody of the account may invoke a foundation model: code, message and status."""
    from ministack.services import bedrock

    found = bedrock._find_model(model)
    if found is None:
        return None
    if found[2] == "Anthropic" and "usecase" not in bedrock._USE_CASE:
        return "ResourceNotFoundException", _FORM, 404
    other = _STORE.get(found[0]) or {}
    if other.get("region") == "NOT_AVAILABLE":
        return "ValidationException", "The provided model identifier is invalid.", 400
    if "NOT_AUTHORIZED" in other.values() or "NOT_AVAILABLE" in (other.get("agreement"), other.get("entitlement")):
        return "AccessDeniedException", _DENIED, 403
    return None


def _availability(model: str) -> tuple:
    from ministack.services import bedrock

    shape = service_model("bedrock").operation_model("GetFoundationModelAvailability").input_shape.members["modelId"]
    if not re.fullmatch(shape.metadata["pattern"], model):
        return bedrock._validation("The provided model identifier is invalid.")
    found = next((each for each in bedrock._CATALOG if each[0] == model), None)
    if found is None:
        return bedrock._not_found("The requested model is not found.")
    agreed = found[2] == "Amazon" or model in bedrock._model_agreements
    return 200, {"Content-Type": "application/json"}, json.dumps(_answer(model, agreed, _STORE.get(model) or {})).encode()


def _answer(model: str, agreed: bool, other: "dict[str, Any]") -> "dict[str, Any]":
    agreement = other.get("agreement", "AVAILABLE" if agreed else "NOT_AVAILABLE")
    return {
        "modelId": model, "agreementAvailability": {"status": agreement},
        "authorizationStatus": other.get("authorization", "AUTHORIZED"),
        "entitlementAvailability": other.get("entitlement", "AVAILABLE"),
        "regionAvailability": other.get("region", "AVAILABLE")}

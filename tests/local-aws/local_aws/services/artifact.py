"""AWS Artifact: the agreements between AWS and the account, which the emulator lacks.

API reference, ListCustomerAgreements (agreements that are accepted, or were); user guide, "AWS Artifact events in EventBridge": the
detail of `AWS Artifact Agreement Status Changed` is not documented, so it is empty here. Agreements are accepted and terminated in
the console only. botocore's endpoint rules: Artifact answers in us-east-1 (and in GovCloud), a signature for another Region is refused.
Test controls: `GET /_local/artifact/agreements` shows them, `PUT` says which there are (each with as few members as it takes).
"""

from __future__ import annotations

import base64
import json
import secrets
import string
import uuid
from datetime import datetime, timezone
from typing import Any

from .local_controls import control
from .ministack_registration import Response, add_service
from .model_conformance import object_problems

_REGION = "us-east-1"
#: So many where `maxResults` asks for none; AWS does not say how many it shows.
_USUAL_RESULTS, _MOST_RESULTS = 25, 300
_LETTERS = string.ascii_letters + string.digits
_CHANGED = "AWS Artifact Agreement Status Changed"
_STORE: Any = None


def install() -> None:
    """Register the service and its controls."""
    from ministack.core.responses import AccountScopedDict

    global _STORE
    _STORE = AccountScopedDict()
    add_service("artifact", _handle_request, botocore_model="artifact")

    @control("GET", "/_local/artifact/agreements")
    def show(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, {"agreements": list(_STORE.values())}

    @control("PUT", "/_local/artifact/agreements")
    def put(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, {"agreements": _put(body["agreements"])}


async def _handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Response:
    """ministack's handler of the service."""
    from ministack.core.responses import get_region

    if get_region() != _REGION:
        return _error("InvalidSignatureException", f"Credential should be scoped to a valid region, not '{get_region()}'.", 403)
    if (method, path.rstrip("/")) != ("GET", "/v1/customer-agreement/list"):
        return _error("InternalServerException", "This local Artifact lists the customer's agreements only.", 501)
    asked = {name: value[0] if isinstance(value, list) else value for name, value in query_params.items()}
    try:
        most = int(asked.get("maxResults", _USUAL_RESULTS))
        start = int(base64.b64decode(asked["nextToken"], validate=True)) if "nextToken" in asked else 0
    except ValueError:
        return _error("ValidationException", "The token or the number of results is not valid.", 400)
    if not 1 <= most <= _MOST_RESULTS:
        return _error("ValidationException", f"maxResults must be between 1 and {_MOST_RESULTS}.", 400)
    agreements = list(_STORE.values())
    more = {"nextToken": base64.b64encode(str(start + most).encode()).decode()} if start + most < len(agreements) else {}
    return _json(200, {"customerAgreements": agreements[start:start + most], **more})


def _put(given: "list[dict[str, Any]]") -> "list[dict[str, Any]]":
    """Replace all agreements, and tell of each whose state is another one now."""
    made = [_agreement(each) for each in given]
    problems = [each for agreement in made for each in object_problems("artifact", "CustomerAgreementSummary", agreement)]
    if problems:
        raise ValueError("; ".join(problems))
    before = {each["id"]: each["state"] for each in _STORE.values()}
    after = {each["id"]: each["state"] for each in made}
    _STORE.clear()
    _STORE.update({each["id"]: each for each in made})
    for identifier in {**before, **after}:
        if before.get(identifier) != after.get(identifier):
            _tell()
    return made


def _agreement(given: "dict[str, Any]") -> "dict[str, Any]":
    """With all that an agreement which the account has accepted by itself has."""
    from ministack.core.responses import get_account_id

    account = get_account_id()
    identifier = given.get("id") or "customer-agreement-" + "".join(secrets.choice(_LETTERS) for _ in range(16))
    made = {
        "name": "AWS Business Associate Addendum", "id": identifier, "awsAccountId": account, "state": "ACTIVE",
        "arn": f"arn:aws:artifact::{account}:customer-agreement/{identifier}",
        "agreementArn": "arn:aws:artifact::aws:agreement/agreement-BusinessAssociate", "effectiveStart": "2025-01-15T09:30:00Z",
        "description": "The terms on which AWS handles protected health information.",
        "acceptanceTerms": ["I am authorized to accept this agreement."], "terminateTerms": ["No account handles PHI."],
        "type": "DEFAULT", **given}
    return {name: value for name, value in made.items() if value is not None}


def _tell() -> None:
    from .. import eventbridge
    from ministack.core.responses import get_account_id

    eventbridge.deliver({
        "version": "0", "id": str(uuid.uuid4()), "detail-type": _CHANGED, "source": "aws.artifact",
        "account": get_account_id(), "time": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "region": _REGION,
        "resources": [], "detail": {}})


def _json(status: int, value: dict) -> Response:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def _error(code: str, message: str, status: int) -> Response:
    return status, {"Content-Type": "application/json", "x-amzn-errortype": code}, json.dumps({"message": message}).encode()

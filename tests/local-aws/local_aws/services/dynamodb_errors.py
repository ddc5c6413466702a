"""Errors as DynamoDB writes them: developer guide, "Error handling with DynamoDB", and the low-level API.

Whatever is the caller's fault has the status 400, throttling and a missing permission too.
"""

from __future__ import annotations

import json
import zlib
from typing import Any, Mapping

SERVICE = "dynamodb"

_OF_ANY_SERVICE = frozenset({
    "AccessDeniedException", "ThrottlingException", "ValidationException", "SerializationException",
    "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException", "ServiceUnavailableException",
    "InternalFailure",
})


def install() -> None:
    """A refusal by IAM has DynamoDB's form, and names the resource; a cancelled transaction has its `Message`."""
    from ministack.core import iam_actions
    from ministack.services import dynamodb

    denied = iam_actions.access_denied_response

    def access_denied_response(service: str, action: str, principal_arn: str, request_id: str, **named: Any) -> Any:
        if service != SERVICE or named.get("error_code") or named.get("message"):
            return denied(service, action, principal_arn, request_id, **named)
        message = iam_actions.identity_denial_message(
            action, principal_arn, str(named.get("resource_arn", "*")), bool(named.get("explicit_deny")))
        return 400, *error_response("AccessDeniedException", message, request_id, {})

    iam_actions.access_denied_response = access_denied_response
    for name in ("_transact_cancel_response", "_transact_validation_cancel_response"):
        setattr(dynamodb, name, _with_capital_message(getattr(dynamodb, name)))


def _with_capital_message(cancelled: Any) -> Any:
    """The API's model spells the member so for this error alone, and SDKs read it by that name."""

    def answer(*args: Any) -> Any:
        status, headers, body = cancelled(*args)
        members = json.loads(body)
        members["Message"] = members.pop("message", "")
        return status, headers, json.dumps(members).encode()

    return answer


def status_of(status: int) -> int:
    """DynamoDB's status for an error for which other services would have this one."""
    return status if status >= 500 else 400


def error_response(code: str, message: str, request_id: str,
                   parameters: "Mapping[str, Any]") -> "tuple[dict[str, str], bytes]":
    """Headers and body; a cancelled transaction says why for each item: here a conflict with the first."""
    space = "com.amazon.coral.service" if code in _OF_ANY_SERVICE else "com.amazonaws.dynamodb.v20120810"
    cancelled = code == "TransactionCanceledException"
    members: "dict[str, Any]" = {"__type": f"{space}#{code}", "Message" if cancelled else "message": message}
    if cancelled:
        conflict = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
        items = parameters.get("TransactItems") or []
        members["CancellationReasons"] = [{"Code": "None"} if position else conflict
                                          for position in range(max(len(items), 1))]
    body = json.dumps(members).encode()
    return {"x-amzn-requestid": request_id, "Content-Type": "application/x-amz-json-1.0",
            "x-amz-crc32": str(zlib.crc32(body))}, body

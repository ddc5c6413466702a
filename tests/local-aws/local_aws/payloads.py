"""How large what goes into a function and comes out of it may be, and by which ARN IAM judges who invokes it.

Developer guide, "Lambda quotas": 6 MB each for request and response of a synchronous invocation, 1 MB for an asynchronous one. A larger
request is RequestTooLargeException; a larger response is a failure of the function, `Function.ResponseSizeTooLarge`. Service
authorization reference: an alias or version that is named beside the function belongs to the ARN.
"""

from __future__ import annotations

import json
from typing import Any, Mapping

MOST_BYTES, MOST_BYTES_OF_EVENTS = 6 * 1024 * 1024, 1024 * 1024
#: What Lambda names in its message: the limit with its own overhead.
_MOST_OF_RESPONSE = 6_291_556


def install() -> None:
    """Refuse what is too large, and complete the ARN."""
    from ministack.core import iam_actions
    from ministack.core.responses import error_response_json
    from ministack.services import lambda_svc

    invoke, resource_of = lambda_svc._invoke, iam_actions.extract_resource_arn

    async def checked_invoke(name: str, event: Any, headers: dict, *more: Any, **named: Any) -> Any:
        is_event = headers.get("x-amz-invocation-type") == "Event"
        most, size = MOST_BYTES_OF_EVENTS if is_event else MOST_BYTES, _size(event)
        if size > most:
            return error_response_json(
                "RequestTooLargeException", f"{size} byte payload is too large for the invocation (limit {most} bytes)", 413)
        return await invoke(name, event, headers, *more, **named)

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict,
                             region: str, account_id: str) -> str:
        arn = resource_of(service, method, path, headers, body, query_params, region, account_id)
        given = query_params.get("Qualifier") if service == "lambda" and path.endswith("/invocations") else None
        qualifier = given[0] if isinstance(given, list) else given
        return f"{arn}:{qualifier}" if qualifier and arn.count(":") == 6 else arn

    lambda_svc._invoke = checked_invoke
    iam_actions.extract_resource_arn = extract_resource_arn


def limited(result: "Mapping[str, Any]") -> "dict[str, Any]":
    """What an execution came to; a failure if it answered too much."""
    if result.get("error") or result.get("body") is None or _size(result["body"]) <= _MOST_OF_RESPONSE:
        return dict(result)
    message = f"Response payload size exceeded maximum allowed payload size ({_MOST_OF_RESPONSE} bytes)."
    return {**result, "error": True, "function_error": "Unhandled",
            "body": {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}}


def _size(payload: Any) -> int:
    """Bytes on the wire; JSON as it is usually written."""
    if isinstance(payload, bytes):
        return len(payload)
    text = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode())

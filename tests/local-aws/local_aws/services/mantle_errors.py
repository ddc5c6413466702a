"""The error form of the bedrock-mantle REST plane: OpenAI-like JSON, told apart by the HTTP status."""

from __future__ import annotations

import json

_FORMS = {
    400: ("validation_error", "invalid_request_error"),
    401: ("unauthorized", "authentication_error"),
    403: ("access_denied", "permission_error"),
    404: ("not_found", "not_found_error"),
    405: ("method_not_allowed", "invalid_request_error"),
    429: ("rate_limit_exceeded", "rate_limit_error"),
    500: ("internal_error", "api_error"),
    503: ("service_unavailable", "api_error"),
}


class MantleError(Exception):
    """An operation's refusal, answered with its status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def error_response(status: int, message: str) -> "tuple[int, dict, bytes]":
    """The response for any error of the plane; injected faults use it too."""
    code, kind = _FORMS.get(status, _FORMS[500])
    body = {"error": {"code": code, "message": message, "type": kind}}
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()

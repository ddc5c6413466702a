"""Macie's refusals, as its API reference lists them."""

from __future__ import annotations

import json


class MacieError(Exception):
    """An operation's refusal: HTTP status, error code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> "tuple[int, dict, bytes]":
        """The error in restJson form."""
        headers = {"Content-Type": "application/json", "x-amzn-errortype": self.code}
        return self.status, headers, json.dumps({"message": self.message}).encode()


def invalid(message: str) -> MacieError:
    """The request breaks a rule of the API."""
    return MacieError(400, "ValidationException", message)


def not_found() -> MacieError:
    """The resource is not there."""
    return MacieError(404, "ResourceNotFoundException", "The request failed because the resource doesn't exist.")

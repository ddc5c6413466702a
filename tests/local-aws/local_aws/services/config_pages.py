"""What AWS Config's lists have in common: requests measured by botocore's model, pages, and refusals."""

from __future__ import annotations

import base64
from typing import Any

from .model_conformance import request_problems


class Refused(ValueError):
    """A request that Config refuses."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def response(self) -> Any:
        """As Config answers it."""
        from ministack.core.responses import error_response_json

        return error_response_json(self.code, str(self), 400)


def check(operation: str, asked: dict) -> None:
    """Refuse what the model of the operation does not admit."""
    problems = request_problems("config", operation, asked)
    if problems:
        raise Refused("ValidationException", "; ".join(problems))


def page(asked: dict, items: "list[dict]", member: str, most: int) -> dict:
    """The items that were asked for, and the token of the rest; a limit of zero is the usual one, which is the highest."""
    limit = asked.get("Limit") or most
    if not 0 < limit <= most:
        raise Refused("InvalidLimitException", f"Limit must be between 0 and {most}.")
    try:
        start = int(base64.b64decode(asked["NextToken"], validate=True)) if asked.get("NextToken") else 0
    except ValueError:
        raise Refused("InvalidNextTokenException", "The next token is not valid.") from None
    shown = {member: items[start:start + limit]}
    if start + limit < len(items):
        shown["NextToken"] = base64.b64encode(str(start + limit).encode()).decode()
    return shown

"""The two kinds of dead letters. What a person sees of one is never the event's content: that may be PHI."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

_FUNCTION = re.compile(r"arn:[\w-]+:lambda:(?P<region>[\w-]+):(?P<account>\d{12}):function:(?P<name>[\w-]+)(:[\w$-]+)?")
_WORD = re.compile(r"[\w.:$-]{1,120}")
_WORDS = re.compile(r"[\w .:/()-]{1,120}", re.ASCII)


@dataclass(frozen=True)
class Letter:
    """One message."""

    id: str
    when: str
    target: "Optional[str]"
    error: str
    detail_type: str
    event_id: str
    payload: bytes = field(repr=False)

    def line(self) -> str:
        """What `list` shows."""
        return f"{self.when}  {short(self.target)}  {self.error}  {self.detail_type}  {self.event_id}"


@dataclass(frozen=True)
class Home:
    """The functions that a letter may be replayed to: whoever can put a letter into the queue chooses no other."""

    region: str
    account: str
    functions: "frozenset[str]"

    def has(self, target: "Optional[str]") -> bool:
        """Whether it is one of them."""
        parts = _FUNCTION.fullmatch(target or "")
        return bool(parts) and (parts["region"], parts["account"]) == (self.region, self.account) \
            and parts["name"] in self.functions


def short(target: "Optional[str]") -> str:
    """A function's name and qualifier."""
    parts = _FUNCTION.fullmatch(target or "")
    return target.split(":function:")[1] if parts and target else "(no function)"


def read(message: "Mapping[str, Any]") -> Letter:
    """A message of SQS as a letter."""
    body = str(message.get("Body", ""))
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    content = content if isinstance(content, dict) else {}
    said = {name: str(each.get("StringValue", "")) for name, each in (message.get("MessageAttributes") or {}).items()}
    if "TARGET_ARN" in said:
        return _letter(message, said["TARGET_ARN"], said.get("ERROR_CODE"), content, body.encode())
    context, event = content.get("requestContext"), content.get("requestPayload")
    if not isinstance(context, dict) or "requestPayload" not in content:
        return _letter(message, None, None, {}, b"")
    response = content.get("responsePayload")
    error = _clean(_WORD, response.get("errorType") if isinstance(response, dict) else None, "")
    return _letter(message, context.get("functionArn"), error or context.get("condition"), event, json.dumps(event).encode())


def _letter(message: "Mapping[str, Any]", target: "Optional[str]", error: Any, event: Any, payload: bytes) -> Letter:
    event = event if isinstance(event, dict) else {}
    sent = int((message.get("Attributes") or {}).get("SentTimestamp", 0)) / 1000
    when = datetime.fromtimestamp(sent, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Letter(str(message["MessageId"]), when, target, _clean(_WORD, error, "(no error type)"),
                  _clean(_WORDS, event.get("detail-type"), "(no detail-type)"),
                  _clean(_WORD, event.get("id"), "(no event id)"), payload)


def _clean(form: "re.Pattern[str]", text: Any, instead: str) -> str:
    return text if isinstance(text, str) and form.fullmatch(text) else instead

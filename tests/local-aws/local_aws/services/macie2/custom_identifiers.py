"""Custom data identifiers: a regex, and words that must or must not be near."""

from __future__ import annotations

import re
import uuid
from typing import Any

from .clock import now
from .detectors import Detector
from .errors import invalid, not_found

_PAGE = 25
_SCORES = {"LOW": 1, "MEDIUM": 2, "HIGH": 3}


class CustomIdentifiers:
    """CreateCustomDataIdentifier, GetCustomDataIdentifier, ListCustomDataIdentifiers and DeleteCustomDataIdentifier."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def create(self, request: dict) -> dict:
        """Refuses an empty or broken regex and a distance outside 1 to 300; a client token names one identifier."""
        from ministack.core.responses import get_account_id, get_region

        try:
            re.compile(request["regex"])
        except re.error:
            raise invalid("The regex is not valid.") from None
        if not request["regex"] or not request["name"] or not 1 <= request.get("maximumMatchDistance", 50) <= 300:
            raise invalid("regex and name must not be empty, maximumMatchDistance must be from 1 to 300.")
        for made in self._store.values():
            if request.get("clientToken") and made["clientToken"] == request["clientToken"]:
                return {"customDataIdentifierId": made["id"]}
        identifier = str(uuid.uuid4())
        named = ("name", "description", "regex", "keywords", "ignoreWords", "severityLevels", "tags")
        self._store[identifier] = {
            **{key: request[key] for key in named if key in request},
            "id": identifier,
            "arn": f"arn:aws:macie2:{get_region()}:{get_account_id()}:custom-data-identifier/{identifier}",
            "createdAt": now(),
            "deleted": False,
            "clientToken": request.get("clientToken"),
            "maximumMatchDistance": request.get("maximumMatchDistance", 50),
        }
        return {"customDataIdentifierId": identifier}

    def get(self, identifier: str) -> dict:
        """One identifier."""
        return {name: value for name, value in self._known(identifier).items() if name != "clientToken"}

    def list(self, request: dict) -> dict:
        """The identifiers that are not deleted, as summaries, a page at a time."""
        named = ("arn", "createdAt", "description", "id", "name")
        kept = [each for each in self._store.values() if not each["deleted"]]
        first, most = int(request.get("nextToken") or 0), request.get("maxResults") or _PAGE
        items = [{key: each[key] for key in named if key in each} for each in kept[first:first + most]]
        rest = {"nextToken": str(first + most)} if len(kept) > first + most else {}
        return {"items": items, **rest}

    def delete(self, identifier: str) -> dict:
        """It can still be read, for the findings that name it."""
        self._known(identifier)["deleted"] = True
        return {}

    def _known(self, identifier: str) -> dict:
        if identifier not in self._store:
            raise not_found()
        return self._store[identifier]

    def forget(self) -> None:
        """Macie was disabled."""
        for key in list(self._store):
            del self._store[key]

    def detector(self, identifier: str) -> "tuple[dict, Detector]":
        """An identifier with the detector that finds it; without severity levels its findings are Medium."""
        found = self.get(identifier)
        ignored = [word.lower() for word in found.get("ignoreWords", [])]
        levels = found.get("severityLevels") or [{"severity": "MEDIUM"}]
        return found, Detector(
            found["name"], "CUSTOM_IDENTIFIER", re.compile(found["regex"]),
            tuple(word.lower() for word in found.get("keywords", [])),
            max(_SCORES[level["severity"]] for level in levels), False,
            lambda value: not any(word in value.lower() for word in ignored), found["maximumMatchDistance"])

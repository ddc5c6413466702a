"""Whether Macie is on, per account and Region. The account's Macie is on before anything is deployed."""

from __future__ import annotations

from typing import Any

from .clock import now
from .errors import MacieError

_ROLE = "arn:aws:iam::{account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"


class Session:
    """EnableMacie, GetMacieSession, UpdateMacieSession and DisableMacie."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._start = now()

    def get(self) -> dict:
        """GetMacieSession; refused while Macie is not on, as every other operation is."""
        from ministack.core.responses import get_account_id

        state = self._store.get("session", {"status": "ENABLED"})
        if state is None:
            raise MacieError(403, "AccessDeniedException", "Macie is not enabled.")
        defaults = {
            "createdAt": self._start,
            "updatedAt": self._start,
            "findingPublishingFrequency": "FIFTEEN_MINUTES",
            "serviceRole": _ROLE.format(account=get_account_id()),
        }
        return {**defaults, **state}

    def require_running(self) -> None:
        """"After you suspend Macie, you can enable it again later. You then regain access" (user guide)."""
        if self.get()["status"] != "ENABLED":
            raise MacieError(403, "AccessDeniedException", "Macie is suspended.")

    def enable(self, request: dict) -> dict:
        """EnableMacie."""
        if self._store.get("session", {}) is not None:
            raise MacieError(409, "ConflictException", "Macie has already been enabled.")
        self._store["session"] = {"createdAt": now(), "updatedAt": now(), **_settings(request, "ENABLED")}
        return {}

    def update(self, request: dict) -> dict:
        """UpdateMacieSession."""
        current = self.get()
        self._store["session"] = {**current, "updatedAt": now(), **_settings(request, current["status"])}
        return {}

    def disable(self) -> dict:
        """DisableMacie."""
        self.get()
        self._store["session"] = None
        return {}


def _settings(request: dict, status: str) -> dict:
    named = {key: request[key] for key in ("status", "findingPublishingFrequency") if request.get(key)}
    return {"status": status, **named}

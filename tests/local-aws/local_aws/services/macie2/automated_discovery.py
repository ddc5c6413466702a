"""Automated sensitive data discovery, and the template that says what it looks for.

API reference: the template is made when discovery is first enabled, is reached only while it is, and is replaced whole;
its `includes` must name an identifier.
"""

from __future__ import annotations

import uuid
from typing import Any

from .clock import now
from .errors import MacieError, invalid, not_found

_NAME = "automated-sensitive-data-discovery"


class AutomatedDiscovery:
    """The configuration, and its template. The account's is on before anything is deployed."""

    def __init__(self, store: Any, custom: Any) -> None:
        self._store = store
        self._custom = custom
        self._start = now()

    def forget(self) -> None:
        """Macie was disabled: everything is off, and the template is gone."""
        for key in list(self._store):
            del self._store[key]
        self._store["configuration"] = {"status": "DISABLED", "firstEnabledAt": None}

    def get(self) -> dict:
        """GetAutomatedDiscoveryConfiguration."""
        if "configuration" not in self._store:
            self._store["configuration"] = {"status": "ENABLED", "firstEnabledAt": self._start}
            self._make_template()
        stored = {**self._store["configuration"], "autoEnableOrganizationMembers": "NONE"}
        if "template" in self._store:
            stored["sensitivityInspectionTemplateId"] = self._store["template"]["sensitivityInspectionTemplateId"]
        return {name: value for name, value in stored.items() if value is not None}

    def update(self, request: dict) -> dict:
        """UpdateAutomatedDiscoveryConfiguration."""
        before = self.get()
        changed = {"status": request["status"], "lastUpdatedAt": now()}
        if request["status"] == "ENABLED":
            self._make_template()
            self._store["configuration"] = {"firstEnabledAt": before.get("firstEnabledAt") or now(), **changed}
        else:
            self._store["configuration"] = {**self._store["configuration"], **changed, "disabledAt": now()}
        return {}

    def get_template(self, identifier: str) -> dict:
        """GetSensitivityInspectionTemplate."""
        if self.get()["status"] != "ENABLED":
            raise MacieError(403, "AccessDeniedException", "Automated sensitive data discovery is not on for the account.")
        template = self._store.get("template", {})
        if template.get("sensitivityInspectionTemplateId") != identifier:
            raise not_found()
        return template

    def update_template(self, identifier: str, request: dict) -> dict:
        """UpdateSensitivityInspectionTemplate, which keeps nothing that the request leaves out."""
        self.get_template(identifier)
        includes = request.get("includes") or {}
        if not includes.get("customDataIdentifierIds") and not includes.get("managedDataIdentifierIds"):
            raise invalid("The includes must specify at least one custom or managed data identifier.")
        for each in includes.get("customDataIdentifierIds", []):
            self._custom.get(each)
        parts = {name: request[name] for name in ("description", "excludes", "includes") if name in request}
        self._store["template"] = {"name": _NAME, "sensitivityInspectionTemplateId": identifier, **parts}
        return {}

    def _make_template(self) -> None:
        if "template" not in self._store:
            self._store["template"] = {"name": _NAME, "sensitivityInspectionTemplateId": uuid.uuid4().hex}

"""Whether a trail's event selectors let a management event pass.

CloudTrail user guide, "Logging management events": basic selectors exclude sources or take reads or writes alone;
an advanced one takes what all its fields match, and management events only if it names their category.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from .cloudtrail_catalog import Entry

_OPERATORS: "dict[str, Callable[[str, list[str]], bool]]" = {
    "Equals": lambda value, given: value in given,
    "NotEquals": lambda value, given: value not in given,
    "StartsWith": lambda value, given: value.startswith(tuple(given)),
    "NotStartsWith": lambda value, given: not value.startswith(tuple(given)),
    "EndsWith": lambda value, given: value.endswith(tuple(given)),
    "NotEndsWith": lambda value, given: not value.endswith(tuple(given)),
}


def selects(selector: "Mapping[str, Any]", entry: Entry) -> bool:
    """Whether the selector takes the event."""
    if "FieldSelectors" in selector:
        return all(_matches(field, entry) for field in selector["FieldSelectors"])
    if not selector.get("IncludeManagementEvents", True):
        return False
    if entry.source in (selector.get("ExcludeManagementEventSources") or []):
        return False
    return selector.get("ReadWriteType", "All") in ("All", "ReadOnly" if entry.read_only else "WriteOnly")


def _matches(field: "Mapping[str, Any]", entry: Entry) -> bool:
    values = {"eventCategory": "Management", "readOnly": str(entry.read_only).lower(), "eventSource": entry.source,
              "eventName": entry.name, "eventType": "AwsApiCall"}
    value = values.get(field.get("Field", ""))
    if value is None:
        return False
    return all(matches(value, field[name]) for name, matches in _OPERATORS.items() if field.get(name))

"""Condition keys of EventBridge's PutEvents that ministack leaves empty, so that a policy on them never allows.

Service authorization reference, "Condition keys for Amazon EventBridge": `events:source` and `events:detail-type` are
those of the entries.
"""

from __future__ import annotations

import json

_OF_ENTRIES = {"events:source": "Source", "events:detail-type": "DetailType"}


def install() -> None:
    """Complete the context that ministack's IAM evaluates PutEvents in."""
    from ministack.core import iam_actions

    context_of = iam_actions.request_tag_context

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        context = context_of(service, iam_action, body, params)
        return {**context, **_of_entries(body)} if iam_action == "events:PutEvents" else context

    iam_actions.request_tag_context = request_tag_context


def _of_entries(body: bytes) -> dict:
    try:
        entries = json.loads(body).get("Entries") or []
        values = {key: [str(entry[name]) for entry in entries if name in entry] for key, name in _OF_ENTRIES.items()}
    except (ValueError, AttributeError, TypeError):
        return {}
    return {key: found[0] if len(found) == 1 else found for key, found in values.items() if found}

"""Which state of a key allows which operation, as AWS has it.

Developer guide, "Key states of AWS KMS keys" (the table and its notes) and "Deleting multi-Region keys"; API reference,
`ScheduleKeyDeletion`. ministack enables a key that is pending deletion, and cancels a deletion that nobody has ordered.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Optional

_PENDING_DELETION = ("PendingDeletion", "PendingReplicaDeletion")


def install() -> None:
    """Judge the state before ministack changes it."""
    from ministack.services import kms

    for name in ("_enable_key", "_disable_key"):
        setattr(kms, name, judged(getattr(kms, name), _not_usable))
    kms._cancel_key_deletion = judged(kms._cancel_key_deletion, _not_pending)
    kms._schedule_key_deletion = _with_window(judged(kms._schedule_key_deletion, _pending))


def judged(operation: "Callable[[dict], Any]", refusal: "Callable[[dict, dict], Optional[tuple[str, str]]]") -> Any:
    """The operation, unless there is a refusal (code and message) for the key and the request."""
    from ministack.services import kms

    def operate(data: dict) -> Any:
        record = kms._resolve_key(data.get("KeyId", ""))
        refused = refusal(record, data) if record else None
        return kms.error_response_json(*refused, 400) if refused else operation(data)

    return operate


def is_pending_deletion(record: dict) -> bool:
    """Whether its deletion is ordered; a primary key waits for its replicas first."""
    return record["KeyState"] in _PENDING_DELETION


def _pending(record: dict, _: dict) -> "Optional[tuple[str, str]]":
    if is_pending_deletion(record):
        return "KMSInvalidStateException", f"{record['Arn']} is pending deletion."
    return None


def _not_pending(record: dict, _: dict) -> "Optional[tuple[str, str]]":
    if not is_pending_deletion(record):
        return "KMSInvalidStateException", f"{record['Arn']} is not pending deletion."
    return None


def _not_usable(record: dict, data: dict) -> "Optional[tuple[str, str]]":
    if record["KeyState"] == "PendingImport":
        return "KMSInvalidStateException", f"{record['Arn']} is pending import."
    return _pending(record, data)


def _with_window(schedule: "Callable[[dict], Any]") -> "Callable[[dict], Any]":
    """The answer names the waiting period."""
    from ministack.services import kms

    def schedule_key_deletion(data: dict) -> Any:
        status, headers, body = schedule(data)
        if status != 200:
            return status, headers, body
        return kms.json_response({**json.loads(body), "PendingWindowInDays": data.get("PendingWindowInDays", 30)})

    return schedule_key_deletion

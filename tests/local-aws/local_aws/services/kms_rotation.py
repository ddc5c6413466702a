"""Automatic rotation as AWS has it: which keys, in which states, how often, and what is told of it.

Developer guide, "Rotate AWS KMS keys" and "Key states of AWS KMS keys" (notes 1, 3 and 7); API reference,
`EnableKeyRotation` (90 to 2560 days; of a multi-Region key only the primary one) and `GetKeyRotationStatus` (off while the
deletion is pending, and as before when that is cancelled). ministack rotates whatever it is asked to.
"""

from __future__ import annotations

import time
from typing import Any, Optional

from .kms_key_states import is_pending_deletion, judged

_DAY = 24 * 60 * 60
_DAYS = (90, 2560)


def install() -> None:
    """Judge what sets the rotation, and tell of it."""
    from ministack.services import kms

    for name in ("_enable_key_rotation", "_disable_key_rotation"):
        setattr(kms, name, judged(getattr(kms, name), _refusal))
    kms._get_key_rotation_status = judged(_status, _unsupported)


def _unsupported(record: dict, _: dict) -> "Optional[tuple[str, str]]":
    code = "UnsupportedOperationException"
    if record["Origin"] != "AWS_KMS":
        return code, f"{record['Arn']} origin is {record['Origin']} which is not valid for this operation."
    if record["KeySpec"] != "SYMMETRIC_DEFAULT":
        return code, f"{record['Arn']} key spec is {record['KeySpec']} which is not valid for this operation."
    return None


def _refusal(record: dict, data: dict) -> "Optional[tuple[str, str]]":
    days = data.get("RotationPeriodInDays")
    if days is not None and not _DAYS[0] <= days <= _DAYS[1]:
        return "ValidationException", f"Value '{days}' at 'rotationPeriodInDays' must be {_DAYS[0]} to {_DAYS[1]}"
    refused = _unsupported(record, data)
    if refused:
        return refused
    if record.get("_mrk_type") == "REPLICA":
        return "UnsupportedOperationException", f"{record['Arn']} is a multi-Region replica key."
    if is_pending_deletion(record):
        return "KMSInvalidStateException", f"{record['Arn']} is pending deletion."
    return ("DisabledException", f"{record['Arn']} is disabled.") if record["KeyState"] == "Disabled" else None


def _status(data: dict) -> Any:
    from ministack.services import kms

    record = kms._resolve_key(data.get("KeyId", ""))
    if record is None:
        return kms.error_response_json("NotFoundException", f"Key '{data.get('KeyId', '')}' does not exist", 400)
    shared = _primary(record)
    if is_pending_deletion(record) or not shared.get("KeyRotationEnabled"):
        return kms.json_response({"KeyId": record["Arn"], "KeyRotationEnabled": False})
    days = shared.get("RotationPeriodInDays", 365)
    return kms.json_response({
        "KeyId": record["Arn"], "KeyRotationEnabled": True, "RotationPeriodInDays": days,
        "NextRotationDate": int(time.time()) + days * _DAY})


def _primary(record: dict) -> dict:
    """A replica has the rotation of its primary key."""
    from ministack.services import kms

    if record.get("_mrk_type") != "REPLICA":
        return record
    found = [member for region, member in kms._mrk_members(record) if region == record["_mrk_primary_region"]]
    return found[0] if found else record

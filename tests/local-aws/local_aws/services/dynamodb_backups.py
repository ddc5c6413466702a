"""Point-in-time recovery with its period, which the emulator doesn't keep.

API reference, PointInTimeRecoverySpecification: from 1 to 35 days, 35 unless said otherwise.
"""

from __future__ import annotations

import json
import time
from typing import Any

_MOST_DAYS = 35


def install() -> None:
    """Keep the period, and let both operations answer it."""
    from ministack.services import dynamodb

    update, describe = dynamodb._update_continuous_backups, dynamodb._describe_continuous_backups

    def described(data: dict) -> Any:
        answer = describe(data)
        name = dynamodb._normalize_table_name(data.get("TableName"))
        kept = dynamodb._pitr_settings.get(name)
        if answer[0] != 200 or not kept:
            return answer
        body = json.loads(answer[2])
        body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"].update(
            RecoveryPeriodInDays=kept["days"], EarliestRestorableDateTime=kept["since"])
        return 200, answer[1], json.dumps(body).encode()

    def updated(data: dict) -> Any:
        asked = data.get("PointInTimeRecoverySpecification") or {}
        name = dynamodb._normalize_table_name(data.get("TableName"))
        before = dynamodb._pitr_settings.get(name) or {}
        days = int(asked.get("RecoveryPeriodInDays") or before.get("days", _MOST_DAYS))
        if not 1 <= days <= _MOST_DAYS:
            said = f"Invalid Request: RecoveryPeriodInDays must be between 1 and {_MOST_DAYS}"
            return dynamodb.error_response_json("ValidationException", said, 400)
        answer = update(data)
        if answer[0] != 200:
            return answer
        # Anything true is "enabled" for the emulator.
        kept = {"days": days, "since": before.get("since", int(time.time()))}
        dynamodb._pitr_settings[name] = kept if asked.get("PointInTimeRecoveryEnabled") else None
        return described(data)

    dynamodb._update_continuous_backups, dynamodb._describe_continuous_backups = updated, described

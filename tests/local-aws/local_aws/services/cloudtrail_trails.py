"""Calls on CloudTrail's trails as AWS answers them, where the emulator does otherwise.

API reference, "Common errors" and the operations' own: an unknown trail is a 400; a trail that logs says when it last
delivered. Service authorization reference: tags are judged by the trail that they are on.
"""

from __future__ import annotations

import json
import time
from typing import Any


def install() -> None:
    """Correct statuses, delivery times and the ARN that IAM judges tags by."""
    from ministack.core import iam_actions
    from ministack.services import cloudtrail

    error, status_of, arn_of = cloudtrail._err, cloudtrail._get_trail_status, iam_actions.extract_resource_arn

    def get_trail_status(body: dict) -> Any:
        status, headers, answer = status_of(body)
        members = json.loads(answer)
        if status == 200 and members.get("IsLogging"):
            now = int(time.time())
            members.update(LatestDeliveryTime=now, LatestDeliveryAttemptTime=_utc(now),
                           LatestDeliveryAttemptSucceeded=_utc(now))
        return status, headers, json.dumps(members).encode()

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict,
                             region: str, account_id: str) -> str:
        tagged = iam_actions._safe_json_field(body, "ResourceId") if service == "cloudtrail" else ""
        return tagged or arn_of(service, method, path, headers, body, query_params, region, account_id)

    cloudtrail._err = lambda code, message, status=400: error(code, message, 400)
    cloudtrail._DISPATCH["GetTrailStatus"] = get_trail_status
    iam_actions.extract_resource_arn = extract_resource_arn


def _utc(moment: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))

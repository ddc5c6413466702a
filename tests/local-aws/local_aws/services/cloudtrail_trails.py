"""Calls on CloudTrail's trails as AWS answers them, where the emulator does otherwise.

API reference, "Common errors" and the operations' own: an unknown trail is a 400; a trail that logs says when it last
delivered; a name means a trail of the Region that is asked, and what is elsewhere has to be named by its ARN; a trail of
all Regions records global services. Service authorization reference: tags are judged by the trail that they are on.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any, Optional

#: CreateTrail: letters, digits and single `.`, `_` or `-` between them, but no IP address.
_NAME = re.compile(r"(?!\d+\.\d+\.\d+\.\d+$)[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")


def install() -> None:
    """Correct statuses, delivery times, what a name means, and the ARN that IAM judges tags by."""
    from ministack.core import iam_actions
    from ministack.services import cloudtrail

    error, status_of, arn_of = cloudtrail._err, cloudtrail._DISPATCH["GetTrailStatus"], iam_actions.extract_resource_arn
    find, create, update = cloudtrail._find_visible_trail, cloudtrail._DISPATCH["CreateTrail"], cloudtrail._DISPATCH["UpdateTrail"]

    def get_trail_status(body: dict) -> Any:
        status, headers, answer = status_of(body)
        members = json.loads(answer)
        if status == 200 and members.get("IsLogging"):
            now = int(time.time())
            members.update(LatestDeliveryTime=now, LatestDeliveryAttemptTime=_utc(now),
                           LatestDeliveryAttemptSucceeded=_utc(now))
        return status, headers, json.dumps(members).encode()

    def find_visible_trail(raw: str) -> Any:
        name, region, trail = find(raw)
        if trail is not None and not raw.startswith("arn:") and region != cloudtrail.get_region():
            return name, None, None
        return name, region, trail

    def create_trail(body: dict) -> Any:
        name = str(body.get("Name", ""))
        if not (3 <= len(name) <= 128 and _NAME.fullmatch(name)):
            return cloudtrail._err("InvalidTrailNameException", "Trail name is invalid.")
        return _combination(body, {}) or create(body)

    def update_trail(body: dict) -> Any:
        _, _, trail, refused = cloudtrail._find_mutable_trail(str(body.get("Name", "")))
        return refused or _combination(body, trail) or update(body)

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict,
                             region: str, account_id: str) -> str:
        tagged = iam_actions._safe_json_field(body, "ResourceId") if service == "cloudtrail" else ""
        return tagged or arn_of(service, method, path, headers, body, query_params, region, account_id)

    cloudtrail._err = lambda code, message, status=400: error(code, message, 400)
    cloudtrail._find_visible_trail = find_visible_trail
    cloudtrail._DISPATCH.update(GetTrailStatus=get_trail_status, CreateTrail=create_trail, UpdateTrail=update_trail)
    iam_actions.extract_resource_arn = extract_resource_arn


def _combination(asked: dict, trail: dict) -> Optional[Any]:
    """The refusal of a trail of all Regions that leaves global services out; None when it is none."""
    from ministack.services import cloudtrail

    everywhere = asked.get("IsMultiRegionTrail", trail.get("IsMultiRegionTrail", False))
    if everywhere and not asked.get("IncludeGlobalServiceEvents", trail.get("IncludeGlobalServiceEvents", True)):
        return cloudtrail._err("InvalidParameterCombinationException", "Multi-Region trail must include global service events.")
    return None


def _utc(moment: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))

"""CloudTrail: the record of an API call, and the event that EventBridge gets of it.

Only management events are delivered, and only while a trail of the account logs them (the user guides of CloudTrail
and EventBridge); shapes follow real records.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Mapping, Optional

from . import clock, cloudtrail_catalog, cloudtrail_parameters, cloudtrail_selectors, environment
from .operations import Operation
from .principals import Caller
from .requests import Request

DETAIL_TYPE = "AWS API Call via CloudTrail"

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "access_denied", "AuthorizationError")


@dataclass(frozen=True)
class Outcome:
    """How a call ended."""

    code: Optional[str]
    message: str
    status: int
    headers: "Mapping[str, str]"
    body: bytes


def record(request: Request, operation: Operation, caller: Caller, outcome: Outcome) -> "Optional[dict[str, Any]]":
    """The management event of a call; None when CloudTrail has none or only a data event."""
    entry = cloudtrail_catalog.entry_of(operation)
    if entry is None:
        return None
    made: "dict[str, Any]" = {
        "eventVersion": "1.11",
        "userIdentity": caller.user_identity(),
        "eventTime": clock.rfc3339(clock.now())[:19] + "Z",
        "eventSource": entry.source,
        "eventName": entry.name,
        "awsRegion": request.region,
        "sourceIPAddress": "127.0.0.1",
        "userAgent": request.headers.get("user-agent", ""),
    }
    if outcome.code is not None:
        made["errorCode"] = _recorded_code(outcome.code)
        made["errorMessage"] = outcome.message
    denied = outcome.code in _DENIED
    succeeded = outcome.code is None
    return {
        **made,
        "requestParameters": None if denied else cloudtrail_parameters.of_request(request, operation) or None,
        "responseElements": cloudtrail_parameters.of_response(operation, outcome.status, outcome.headers, outcome.body)
        if succeeded and not entry.read_only else None,
        "requestID": outcome.headers.get("x-amzn-requestid") or outcome.headers.get("x-amz-request-id")
        or str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": entry.read_only,
        "resources": cloudtrail_parameters.resources(operation),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": environment.ACCOUNT,
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
                       "clientProvidedHostHeader": _aws_host(entry, request.region)},
    }


def _recorded_code(code: str) -> str:
    """CloudTrail writes `AccessDenied` whatever the API's own name for it is."""
    return "AccessDenied" if code in _DENIED else code


def _aws_host(entry: cloudtrail_catalog.Entry, region: str) -> str:
    return entry.source.replace(".amazonaws.com", f".{region}.amazonaws.com")


def envelope(found: "Mapping[str, Any]") -> "dict[str, Any]":
    """The EventBridge event that carries a record."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": DETAIL_TYPE,
        "source": "aws." + str(found["eventSource"]).split(".")[0],
        "account": environment.ACCOUNT,
        "time": found["eventTime"],
        "region": found["awsRegion"],
        "resources": [],
        "detail": dict(found),
    }


def is_heard(operation: Operation, region: str) -> bool:
    """Whether any trail that sees this Region is logging, and its event selectors let the call's event pass; without
    selectors every management event does.

    The call itself may change that. It was logged before or it is after: so CloudTrail records who stops a trail.
    """
    from ministack.services import cloudtrail

    entry = cloudtrail_catalog.entry_of(operation)
    if entry is None:
        return False
    for name, trail in _logging_trails(region):
        selectors = cloudtrail._event_selectors.get_scoped(environment.ACCOUNT, trail.get("HomeRegion"), name)
        if not selectors or any(cloudtrail_selectors.selects(selector, entry) for selector in selectors):
            return True
    return False


def _logging_trails(region: str) -> "list[tuple[str, dict]]":
    from ministack.services import cloudtrail

    return [(name, trail) for (account, _, name), trail in cloudtrail._trails.all_items()
            if account == environment.ACCOUNT and trail.get("IsLogging")
            and (trail.get("IsMultiRegionTrail") or trail.get("HomeRegion") == region)]

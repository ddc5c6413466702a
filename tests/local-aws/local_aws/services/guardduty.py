"""Amazon GuardDuty: the one detector of an account and Region, and its protection plans.

API reference: CreateDetector enables every plan that the request does not name but Runtime Monitoring (and what excludes
it); UpdateDetector changes only the plans that it names. Refusals are BadRequestException.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from . import service_linked_roles
from .ministack_registration import Response, add_service
from .model_conformance import request_problems

_FOUNDATIONAL = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")
_ON_BY_DEFAULT = ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS",
                  "AI_PROTECTION")
_OFF_BY_DEFAULT = ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING", "AI_ANALYST")
_NOT_OWNED = "The request is rejected because the input detectorId is not owned by the current account."
_EXISTS = "The request is rejected because a detector already exists for the current account."


class _Refused(Exception):
    def __init__(self, message: str, status: int = 400, code: str = "BadRequestException") -> None:
        super().__init__(message)
        self.status, self.code = status, code


def install() -> None:
    """Register the service, and name the detector to IAM."""
    from ministack.core import iam_actions
    from ministack.core.responses import AccountRegionScopedDict

    guardduty, arn_of = GuardDuty(AccountRegionScopedDict()), iam_actions.extract_resource_arn
    add_service("guardduty", guardduty.handle_request, botocore_model="guardduty")

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict,
                             region: str, account_id: str) -> str:
        detector = _detector_id(path) if service == "guardduty" else ""
        return f"arn:aws:guardduty:{region}:{account_id}:detector/{detector}" if detector else arn_of(
            service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extract_resource_arn


class GuardDuty:
    """The operations on detectors, by API name."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def handle_request(self, method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Response:
        """ministack's handler of the service."""
        from ministack.core.iam_actions import _match_rest_action

        operation = _match_rest_action("guardduty", method, path, query_params) or ""
        try:
            answer = self._answer(operation, path, json.loads(body or b"{}"), headers, query_params)
        except _Refused as error:
            answered = {"Content-Type": "application/json", "x-amzn-errortype": error.code}
            return error.status, answered, json.dumps({"message": str(error), "__type": "InvalidInputException"}).encode()
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def _answer(self, operation: str, path: str, request: dict, headers: dict, query_params: dict) -> dict:
        detector = _detector_id(path)
        operations = {
            "ListDetectors": lambda: {"detectorIds": list(self._store)},
            "CreateDetector": lambda: self._create(request, headers, query_params),
            "GetDetector": lambda: self._owned(detector),
            "UpdateDetector": lambda: self._update(detector, request),
            "DeleteDetector": lambda: self._delete(detector),
        }
        if operation not in operations:
            raise _Refused(f"This local GuardDuty does not know {operation or 'this'}.", 501, "InternalServerErrorException")
        named = {"DetectorId": detector} if detector else {}
        problems = request_problems("guardduty", operation, {**request, **named})
        if problems:
            raise _Refused("; ".join(problems))
        return operations[operation]()

    def _create(self, request: dict, headers: dict, query_params: dict) -> dict:
        from ministack.core.responses import get_account_id

        service, role = "guardduty.amazonaws.com", "AWSServiceRoleForAmazonGuardDuty"
        refusal = service_linked_roles.refusal(service, role, headers, query_params)
        if refusal:
            raise _Refused(refusal, 403, "AccessDeniedException")
        if self._store:
            raise _Refused(_EXISTS)
        identifier, account = uuid.uuid4().hex, get_account_id()
        features = {name: "ENABLED" for name in _FOUNDATIONAL + _ON_BY_DEFAULT}
        features.update({name: "DISABLED" for name in _OFF_BY_DEFAULT})
        self._store[identifier] = {
            "createdAt": _now(), "updatedAt": _now(), "findingPublishingFrequency": "SIX_HOURS", "tags": {},
            "serviceRole": f"arn:aws:iam::{account}:role/aws-service-role/{service}/{role}", "status": "ENABLED",
            "features": [{"name": name, "status": status} for name, status in features.items()],
        }
        self._update(identifier, request)
        return {"detectorId": identifier}

    def _update(self, identifier: str, request: dict) -> dict:
        detector = self._owned(identifier)
        wanted = {each["name"]: each for each in request.get("features", [])}
        if {"EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"} <= {*wanted}:
            raise _Refused("EKS_RUNTIME_MONITORING and RUNTIME_MONITORING can't be configured together.")
        if "enable" in request:
            detector["status"] = "ENABLED" if request["enable"] else "DISABLED"
        if request.get("findingPublishingFrequency"):
            detector["findingPublishingFrequency"] = request["findingPublishingFrequency"]
        detector["features"] = [{**each, **wanted.get(each["name"], {})} for each in detector["features"]]
        detector["updatedAt"] = _now()
        return {}

    def _delete(self, identifier: str) -> dict:
        self._owned(identifier)
        del self._store[identifier]
        return {}

    def _owned(self, identifier: str) -> dict:
        if identifier not in self._store:
            raise _Refused(_NOT_OWNED)
        return self._store[identifier]


def _detector_id(path: str) -> str:
    parts = path.strip("/").split("/")
    return unquote(parts[1]) if parts[0] == "detector" and len(parts) > 1 else ""


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

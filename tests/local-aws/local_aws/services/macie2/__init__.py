"""Amazon Macie (macie2): the session, automated discovery's settings, findings, custom identifiers and one-time
discovery jobs that really scan.

Shapes are botocore's. Test controls: `POST /_local/macie/findings` keeps a finding (API JSON) as if Macie had made it
and announces it (`?deliver=false`: keeps it only); `DELETE /_local/macie/findings` forgets all.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from .. import service_linked_roles
from ..local_controls import control
from ..ministack_registration import Response, add_service
from ..model_conformance import request_problems
from .automated_discovery import AutomatedDiscovery
from .classification_job import ClassificationJobs
from .custom_identifiers import CustomIdentifiers
from .errors import MacieError, invalid
from .findings import Findings
from .session import Session


def install() -> None:
    """Register the service and its test controls, and name custom identifiers to IAM."""
    from ministack.core import iam_actions
    from ministack.core.responses import AccountRegionScopedDict

    macie, arn_of = Macie(AccountRegionScopedDict), iam_actions.extract_resource_arn
    add_service("macie2", macie.handle_request, botocore_model="macie2")

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict,
                             region: str, account_id: str) -> str:
        parts = path.strip("/").split("/")
        if service != "macie2" or parts[0] != "custom-data-identifiers" or parts[1:] in (["list"], ["get"], ["test"]):
            return arn_of(service, method, path, headers, body, query_params, region, account_id)
        return f"arn:aws:macie2:{region}:{account_id}:custom-data-identifier/{unquote((parts[1:] or ['*'])[0])}"

    iam_actions.extract_resource_arn = extract_resource_arn

    @control("POST", "/_local/macie/findings")
    def add_finding(query: dict, body: Any) -> "tuple[int, Any]":
        deliver = query.get("deliver", "true") != "false"
        return 200, {"id": macie.findings.add_given(body, deliver), "delivered": deliver}

    @control("DELETE", "/_local/macie/findings")
    def clear_findings(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, {"forgotten": macie.findings.clear()}


class Macie:
    """The operations, by API name."""

    def __init__(self, new_store: Any) -> None:
        self.session = Session(new_store())
        self.findings = Findings(new_store())
        self.custom = CustomIdentifiers(new_store())
        self.discovery = AutomatedDiscovery(new_store(), self.custom)
        self.jobs = ClassificationJobs(new_store(), self.findings, self.custom, self.session)

    async def handle_request(self, method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Response:
        """ministack's handler of the service."""
        from ministack.core.iam_actions import _match_rest_action

        operation = _match_rest_action("macie2", method, path, query_params)
        try:
            if operation == "EnableMacie":
                _check_role(headers, query_params)
            answer = self._answer(operation or "", _request(body), unquote(path.rstrip("/").rsplit("/", 1)[-1]))
        except MacieError as error:
            return error.response()
        return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()

    def _answer(self, operation: str, request: dict, last_segment: str) -> dict:
        from ministack.core.responses import get_account_id, get_region

        region, account = get_region(), get_account_id()
        operations = {
            "GetMacieSession": lambda: self.session.get(),
            "EnableMacie": lambda: self.session.enable(request),
            "UpdateMacieSession": lambda: self.session.update(request),
            "DisableMacie": lambda: self._disable(),
            "GetAutomatedDiscoveryConfiguration": lambda: self.discovery.get(),
            "UpdateAutomatedDiscoveryConfiguration": lambda: self.discovery.update(request),
            "GetSensitivityInspectionTemplate": lambda: self.discovery.get_template(last_segment),
            "UpdateSensitivityInspectionTemplate": lambda: self.discovery.update_template(last_segment, request),
            "ListFindings": lambda: self.findings.list(request),
            "GetFindings": lambda: self.findings.get(request),
            "CreateSampleFindings": lambda: self.findings.create_samples(request, region, account),
            "CreateCustomDataIdentifier": lambda: self.custom.create(request),
            "GetCustomDataIdentifier": lambda: self.custom.get(last_segment),
            "ListCustomDataIdentifiers": lambda: self.custom.list(request),
            "DeleteCustomDataIdentifier": lambda: self.custom.delete(last_segment),
            "CreateClassificationJob": lambda: self.jobs.create(request, region, account),
            "DescribeClassificationJob": lambda: self.jobs.describe(last_segment),
            "ListClassificationJobs": lambda: self.jobs.list(),
        }
        if operation not in operations:
            raise MacieError(501, "InternalServerException", f"This local Macie does not know {operation or 'this'}.")
        problems = request_problems("macie2", operation, {**request, "id": last_segment, "jobId": last_segment})
        if problems:
            raise invalid("; ".join(problems))
        if operation not in ("EnableMacie", "GetMacieSession", "UpdateMacieSession", "DisableMacie"):
            self.session.require_running()
        return operations[operation]()

    def _disable(self) -> dict:
        """Which deletes all that Macie has (user guide, "Disabling Macie")."""
        answer = self.session.disable()
        for each in (self.custom, self.discovery):
            each.forget()
        self.findings.clear()
        return answer


def _check_role(headers: dict, query_params: dict) -> None:
    refusal = service_linked_roles.refusal(
        "macie.amazonaws.com", "AWSServiceRoleForAmazonMacie", headers, query_params)
    if refusal:
        raise MacieError(403, "AccessDeniedException", refusal)


def _request(body: bytes) -> dict:
    try:
        request = json.loads(body) if body else {}
    except ValueError:
        raise invalid("The request body is not valid JSON.") from None
    if not isinstance(request, dict):
        raise invalid("The request body must be a JSON object.")
    return request

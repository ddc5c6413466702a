"""Service Quotas: the value of a quota, as an account has it.

API reference, GetServiceQuota: the applied value; NoSuchResourceException for a service or quota that there is not. The quotas are
those that something here asks for, at AWS's defaults, until a test says otherwise: `POST /_local/service-quotas`.
"""

from __future__ import annotations

import json

from .local_controls import control
from .ministack_registration import Response, add_service
from .model_conformance import request_problems

_NAMES = {
    ("lambda", "L-B99A9384"): ("AWS Lambda", "Concurrent executions", 1000.0),
    ("events", "L-244521F2"): ("Amazon EventBridge (CloudWatch Events)", "Number of rules", 300.0),
}
_TARGET = "ServiceQuotasV20190624."


def install() -> None:
    """Register the service, and the control that changes a value."""
    values = {quota: value for quota, (_, _, value) in _NAMES.items()}

    async def handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Response:
        operation = headers.get("x-amz-target", "").removeprefix(_TARGET)
        request = json.loads(body or b"{}")
        if operation != "GetServiceQuota":
            return _error(501, "ServiceException", f"This local Service Quotas does not know {operation or 'this'}.")
        problems = request_problems("service-quotas", operation, request)
        if problems:
            return _error(400, "IllegalArgumentException", "; ".join(problems))
        quota = (request["ServiceCode"], request["QuotaCode"])
        if quota not in values:
            return _error(400, "NoSuchResourceException", "The request failed because the specified quota does not exist.")
        return _answer(200, {"Quota": _described(quota, values[quota])})

    add_service("servicequotas", handle_request, botocore_model="service-quotas")

    @control("POST", "/_local/service-quotas")
    def _set(query: dict, body: dict) -> "tuple[int, dict]":
        values[(body["service"], body["quota"])] = float(body["value"])
        return 200, {}


def _described(quota: "tuple[str, str]", value: float) -> dict:
    from ministack.core.responses import get_account_id, get_region

    service, code = quota
    service_name, name, _ = _NAMES[quota]
    return {
        "ServiceCode": service, "ServiceName": service_name, "QuotaCode": code, "QuotaName": name, "Value": value,
        "QuotaArn": f"arn:aws:servicequotas:{get_region()}:{get_account_id()}:{service}/{code}",
        "Unit": "None", "Adjustable": True, "GlobalQuota": False,
    }


def _answer(status: int, body: dict) -> Response:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()


def _error(status: int, code: str, message: str) -> Response:
    return _answer(status, {"__type": code, "Message": message})

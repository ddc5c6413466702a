"""Which API operation a request is, found as an SDK would read it: by the service models of botocore."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import Any, Optional

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from . import routes
from .parameters import read_parameters
from .requests import Request
from .services import mantle_operations
from .services.function_url_addresses import FUNCTION_URLS

#: Where ministack's name of a service is not botocore's.
_BOTOCORE_NAMES = {
    "monitoring": "cloudwatch", "states": "stepfunctions", "elasticloadbalancing": "elbv2", "kafka": "kafka",
    "tagging": "resourcegroupstaggingapi", "elasticfilesystem": "efs", "elasticmapreduce": "emr",
    "cognito-idp": "cognito-idp", "airflow": "mwaa", "cloudcontrol": "cloudcontrol", "iot-jobs-data": "iot-jobs-data",
}


@dataclass(frozen=True)
class Operation:
    """An operation of an AWS API, with the request's parameters as botocore names them."""

    service: str
    name: str
    parameters: "dict[str, Any]" = field(default_factory=dict)
    model: Optional[OperationModel] = None

    @property
    def protocol(self) -> str:
        """The wire protocol, which decides the form of errors."""
        if self.model is None:
            return self.service
        return str(self.model.service_model.metadata.get("protocol", ""))


@functools.lru_cache(maxsize=None)
def service_model(service: str) -> Optional[ServiceModel]:
    """botocore's model of a service; None when there is none."""
    loader = Loader()
    if service not in loader.list_available_services("service-2"):
        return None
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


def identify(request: Request) -> Optional[Operation]:
    """The operation of a request to AWS; None for what is no API call (health checks...)."""
    if request.path.startswith(FUNCTION_URLS):
        # No operation of the API, but called by principals, and to fail for them when a test orders it.
        return Operation("lambda", "InvokeFunctionUrl")
    if request.path.startswith("/_") or not (request.headers.get("authorization") or request.query):
        return None
    service = _service(request)
    if service == mantle_operations.SERVICE:
        found = mantle_operations.find(request.method, request.path)
        name = found[0].operation if found else request.method
        given = mantle_operations.parameters(request.method, request.path, request.body)
        return Operation(service, name, given)
    model = service_model(service)
    if model is None:
        return None
    name, labels = _operation_name(model, request)
    if name is None:
        return Operation(service, request.method)
    operation = model.operation_model(name)
    return Operation(service, name, read_parameters(operation, request, labels), operation)


def _service(request: Request) -> str:
    from ministack import app

    if request.path.startswith("/v20180820/"):
        return "s3control"
    routing = app._routing_params(request.method, request.path, request.headers, request.body, request.query)
    name = app.detect_service(request.method, request.path, request.headers, routing)
    return _BOTOCORE_NAMES.get(name, name)


def _operation_name(model: ServiceModel, request: Request) -> "tuple[Optional[str], dict[str, str]]":
    target = request.headers.get("x-amz-target", "")
    if target:
        return _known(model, target.rsplit(".", 1)[-1]), {}
    if "/operation/" in request.path and request.headers.get("smithy-protocol"):
        return _known(model, request.path.rsplit("/", 1)[-1]), {}
    action = _query_action(request)
    if action:
        return _known(model, action), {}
    return routes.match(model, request)


def _known(model: ServiceModel, name: str) -> Optional[str]:
    return name if name in model.operation_names else None


def _query_action(request: Request) -> str:
    if request.query.get("Action"):
        return request.query["Action"][0]
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return ""
    from urllib.parse import parse_qs

    return (parse_qs(request.body.decode("utf-8", "replace")).get("Action") or [""])[0]


def json_members(body: bytes) -> "dict[str, Any]":
    """The members of a JSON body; none when it is not an object."""
    try:
        members = json.loads(body) if body else {}
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}

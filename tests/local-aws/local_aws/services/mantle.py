"""The bedrock-mantle REST plane: account retention, projects and models, behind SigV4 and IAM.

Its account setting is a copy of its own beside the control plane's (field-tested, not documented), so the two can
differ. It is told apart from S3 paths by the path and by what it is signed for; nothing else can be signed for
`bedrock` with a path under `/v1/`, and no bucket can be named `v1`.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from . import mantle_models, mantle_operations, mantle_projects
from .mantle_errors import MantleError, error_response
from .ministack_registration import Response, add_service

_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")


def install() -> None:
    """Route the plane, and make ministack's IAM check its actions and answer in its error form."""
    from ministack import app
    from ministack.core import router
    from ministack.core.responses import AccountRegionScopedDict

    plane = MantlePlane(AccountRegionScopedDict(), AccountRegionScopedDict())
    add_service(mantle_operations.SERVICE, plane.handle_request)
    detect_service = app.detect_service

    def detect(method, path, headers, query_params):
        return mantle_operations.SERVICE if _is_ours(path, headers) else detect_service(
            method, path, headers, query_params)

    app.detect_service = router.detect_service = detect
    _install_iam()


def _is_ours(path: str, headers: dict) -> bool:
    scope = _SCOPE.search(headers.get("authorization", ""))
    if scope is None:
        return mantle_operations.is_mantle_path(path)
    if scope.group(1) == mantle_operations.SERVICE:
        return True
    return scope.group(1) in mantle_operations.SIGNING_NAMES and mantle_operations.is_mantle_path(path)


def _install_iam() -> None:
    from ministack.core import iam_actions

    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn
    context_of, denial_of = iam_actions.request_tag_context, iam_actions.access_denied_response

    def extract_iam_action(service, method, path, headers, body, query_params):
        if service != mantle_operations.SERVICE:
            return action_of(service, method, path, headers, body, query_params)
        found = mantle_operations.find(method, path)
        return found[0].action if found else None

    def extract_resource_arn(service, method, path, headers, body, query_params, region, account_id):
        found = mantle_operations.find(method, path) if service == mantle_operations.SERVICE else None
        if found is None:
            return resource_of(service, method, path, headers, body, query_params, region, account_id)
        return mantle_operations.resource_arn(*found, headers, region, account_id)

    def request_tag_context(service, iam_action, body, params):
        if service != mantle_operations.SERVICE:
            return context_of(service, iam_action, body, params)
        named = [operation for operation in mantle_operations.OPERATIONS if operation.action == iam_action]
        mode = mantle_operations.requested_mode(named[0], body) if named else None
        return {} if mode is None else {"bedrock-mantle:DataRetentionMode": mode}

    def access_denied_response(service, action, principal_arn, *args, error_code="", message="", **rest):
        if service != mantle_operations.SERVICE:
            return denial_of(service, action, principal_arn, *args, error_code=error_code, message=message, **rest)
        if error_code:
            return error_response(401, message or "The request is not authenticated.")
        return error_response(403, f"User: {principal_arn} is not authorized to perform: {action}")

    iam_actions.extract_iam_action = extract_iam_action
    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions.request_tag_context = request_tag_context
    iam_actions.access_denied_response = access_denied_response


class MantlePlane:
    """The plane's state, per account and Region, and its operations."""

    def __init__(self, accounts: Any, projects: Any) -> None:
        self._accounts = accounts
        self._projects = projects

    async def handle_request(self, method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Response:
        """ministack's handler of the service."""
        found = mantle_operations.find(method, path)
        if found is None:
            known = any(operation.path.match(path) for operation in mantle_operations.OPERATIONS)
            return error_response(405 if known else 404, f"{method} {path} is not an operation of this API")
        operation, names = found
        query = {key: value[0] if isinstance(value, list) else value for key, value in query_params.items()}
        try:
            result = self._answer(operation.operation, names, query, headers, _members(body))
        except MantleError as error:
            return error_response(error.status, error.message)
        return 200, {"Content-Type": "application/json"}, json.dumps(result).encode()

    def _answer(self, operation: str, names: dict, query: dict, headers: dict, request: dict) -> dict:
        from ministack.core.responses import get_account_id, get_region

        account, region = get_account_id(), get_region()
        if "default" not in self._projects:
            self._projects["default"] = mantle_projects.new_project("default", "default", region, account)
        if operation == "GetAccountDataRetention":
            return self._account()
        if operation == "PutAccountDataRetention":
            mode = mantle_projects.checked_mode(request.get("mode"))
            self._accounts["retention"] = {"mode": mode, "updated_at": int(time.time())}
            return self._account()
        if operation == "ListProjects":
            return mantle_projects.page(self._projects.values(), query)
        if operation == "CreateProject":
            return mantle_projects.create(self._projects, request, region, account)
        if operation in ("ListModels", "GetModel"):
            return self._models(names.get("model_id"), headers.get("openai-project"))
        project = self._project(names["project_id"])
        if operation == "UpdateProject":
            return mantle_projects.change(project, request)
        return mantle_projects.archive(project) if operation == "ArchiveProject" else project

    def _account(self) -> dict:
        return self._accounts.get("retention") or {"mode": "inherit", "updated_at": None}

    def _project(self, project_id: str) -> dict:
        project = self._projects.get(project_id)
        if project is None:
            raise MantleError(404, "the project does not exist")
        return project

    def _models(self, model_id: "str | None", project_id: "str | None") -> dict:
        mode, source = self._account()["mode"], "account"
        own = self._project(project_id or "default")["data_retention"]["mode"]
        if own != "inherit":
            mode, source = own, "project"
        if model_id is None:
            models = [mantle_models.describe(each, mode, source) for each in mantle_models.ALLOWED_MODES]
            return {"object": "list", "data": models}
        if model_id not in mantle_models.ALLOWED_MODES:
            raise MantleError(404, "the model does not exist")
        return mantle_models.describe(model_id, mode, source)


def _members(body: bytes) -> dict:
    try:
        members = json.loads(body) if body else {}
    except ValueError:
        raise MantleError(400, "the request body is not valid JSON") from None
    if not isinstance(members, dict):
        raise MantleError(400, "the request body must be a JSON object")
    return members

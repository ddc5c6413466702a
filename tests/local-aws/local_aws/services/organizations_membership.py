"""AWS Organizations as an account sees it that is in none, a member, a delegated administrator, or the management account.

API reference: without an organization every call is an `AWSOrganizationsNotInUseException`; "this operation can be called only from the
organization's management account or by a member account that is a delegated administrator", but for DescribeOrganization, which any
member may call. In ministack every account is the management account of an organization of its own, and lists come in one piece.
Test controls: `POST /_local/organizations` puts the account into one (`role` is member, delegated or management; `policies` are service
control policies, each `name`, `content` and `target`: root, unit or account), `DELETE` takes it out, `GET` shows what was put.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Optional

from .local_controls import control
from .model_conformance import request_problems, service_model

_ROLES = ("member", "delegated", "management")
_FOR_ANY_MEMBER = frozenset({"DescribeOrganization"})
_OF_MANAGEMENT = "111122223333"
_MOST_RESULTS = 20
_STORE: Any = None


def install() -> None:
    """Stand before ministack's answers."""
    from ministack.core.responses import AccountScopedDict, error_response_json
    from ministack.services import organizations

    global _STORE
    _STORE = AccountScopedDict()
    handle = organizations.handle_request

    async def handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Any:
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        asked = json.loads(body or b"{}")
        refused = _refusal(operation, asked)
        if refused:
            return error_response_json(refused[0], refused[1], 400)
        status, answered, answer = await handle(method, path, headers, body, query_params)
        return (status, answered, answer) if status >= 300 else _page(operation, asked, status, answered, json.loads(answer))

    organizations.handle_request = handle_request

    @control("GET", "/_local/organizations")
    def show(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, {"organization": _STORE.get("self")}

    @control("POST", "/_local/organizations")
    def join(query: dict, body: Any) -> "tuple[int, Any]":
        return 200, _join(organizations, body)

    @control("DELETE", "/_local/organizations")
    def leave(query: dict, body: Any) -> "tuple[int, Any]":
        _leave(organizations)
        return 200, {}


def _refusal(operation: str, asked: dict) -> "Optional[tuple[str, str]]":
    put = _STORE.get("self")
    if put is None:
        return "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
    reads = operation.startswith(("Describe", "List"))
    if put["role"] != "management" and operation not in _FOR_ANY_MEMBER and (put["role"] == "member" or not reads):
        return "AccessDeniedException", "You don't have permissions to access this resource."
    known = operation in service_model("organizations").operation_names
    problems = request_problems("organizations", operation, asked) if known else []
    most = asked.get("MaxResults", _MOST_RESULTS)
    if not problems and not (isinstance(most, int) and 1 <= most <= _MOST_RESULTS):
        problems = [f"MaxResults must be between 1 and {_MOST_RESULTS}"]
    return ("InvalidInputException", "; ".join(problems)) if problems else None


def _page(operation: str, asked: dict, status: int, headers: dict, answer: dict) -> tuple:
    shape = service_model("organizations").operation_model(operation).output_shape
    if "NextToken" in (shape.members if shape else {}):
        [member] = [name for name in answer if isinstance(answer[name], list)]
        start = int(base64.b64decode(asked["NextToken"])) if asked.get("NextToken") else 0
        end, items = start + asked.get("MaxResults", _MOST_RESULTS), answer[member]
        answer[member] = items[start:end]
        if end < len(items):
            answer["NextToken"] = base64.b64encode(str(end).encode()).decode()
    return status, headers, json.dumps(answer).encode()


def _leave(organizations: Any) -> None:
    for store in (organizations._orgs, organizations._roots, organizations._ous, organizations._accounts,
                  organizations._policies, organizations._attachments):
        store.clear()
    _STORE.clear()


def _join(organizations: Any, given: dict) -> dict:
    from ministack.core.responses import get_account_id

    if given["role"] not in _ROLES:
        raise ValueError(f"role must be one of {', '.join(_ROLES)}")
    _leave(organizations)
    _STORE["self"] = given
    organizations._ensure_org()
    account, [root] = get_account_id(), list(organizations._roots.keys())
    made = organizations._create_organizational_unit({"ParentId": root, "Name": "Clinic"})
    unit = json.loads(made[2])["OrganizationalUnit"]["Id"]
    manager = account if given["role"] == "management" else _OF_MANAGEMENT
    if manager != account:
        _owned_by(organizations, account, manager)
        organizations._accounts[account]["_ParentId"] = unit
    organizations._attachments[organizations.FULL_ACCESS_POLICY_ID] = [root, unit, account]
    targets = {"root": root, "unit": unit, "account": account}
    for each in given.get("policies", []):
        content = each["content"] if isinstance(each["content"], str) else json.dumps(each["content"])
        status, _, answer = organizations._create_policy({
            "Name": each["name"], "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": content})
        if status >= 300:
            raise ValueError(answer.decode())
        policy = json.loads(answer)["Policy"]["PolicySummary"]
        organizations._policies[policy["Id"]]["Arn"] = policy["Arn"].replace(f"::{account}:", f"::{manager}:")
        organizations._attach_policy({"PolicyId": policy["Id"], "TargetId": targets[each.get("target", "account")]})
    return {"organization": organizations._orgs["self"]["Id"], **targets}


def _owned_by(organizations: Any, account: str, manager: str) -> None:
    """Name the management account in all ARNs."""
    organization = organizations._orgs["self"]
    organizations._orgs["self"] = {
        **{name: value.replace(f"::{account}:", f"::{manager}:") if name.endswith("Arn") else value
           for name, value in organization.items()},
        "MasterAccountArn": f"arn:aws:organizations::{manager}:account/{organization['Id']}/{manager}",
        "MasterAccountId": manager, "MasterAccountEmail": f"management+{manager}@example.com"}
    for store in (organizations._roots, organizations._ous, organizations._accounts):
        for record in store.values():
            record["Arn"] = record["Arn"].replace(f"::{account}:", f"::{manager}:")

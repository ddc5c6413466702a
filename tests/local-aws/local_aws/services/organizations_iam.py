"""Which resource a call of Organizations' is about, and the type of policy that it asks for.

Service authorization reference, "Actions defined by AWS Organizations": ListParents and ListPoliciesForTarget name the child or target,
DescribePolicy the policy, both of the latter know `organizations:PolicyType`; DescribeOrganization and ListRoots have no resource.
ministack asks for an ARN of an organization for each of them, which none of these actions takes.
"""

from __future__ import annotations

import json
from typing import Any, Optional

_NAMING = {"ListParents": "ChildId", "ListPoliciesForTarget": "TargetId", "DescribePolicy": "PolicyId",
           "DescribeAccount": "AccountId", "DescribeOrganizationalUnit": "OrganizationalUnitId"}
_TYPE = "organizations:PolicyType"


def install() -> None:
    """Name resource and condition key."""
    from ministack.core import iam_actions

    resource_of, context_of = iam_actions.extract_resource_arn, iam_actions.request_tag_context

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, *more: Any) -> Any:
        if service != "organizations":
            return resource_of(service, method, path, headers, body, *more)
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        return _resource(_members(body).get(_NAMING.get(operation, ""))) or "*"

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        context = context_of(service, iam_action, body, params)
        kind = _type_of(iam_action, _members(body)) if service == "organizations" else None
        return {**context, _TYPE: kind} if kind else context

    iam_actions.extract_resource_arn, iam_actions.request_tag_context = extract_resource_arn, request_tag_context


def _resource(identifier: Any) -> Optional[str]:
    """The ARN of what is there by this id; of what is not, one that only a wildcard covers."""
    from ministack.services import organizations

    if not isinstance(identifier, str):
        return None
    for store in (organizations._accounts, organizations._ous, organizations._roots, organizations._policies):
        if store.get(identifier):
            return str(store[identifier]["Arn"])
    return f"arn:aws:organizations::unknown:unknown/{identifier}"


def _type_of(iam_action: str, members: dict) -> Optional[str]:
    from ministack.services import organizations

    if iam_action == "organizations:ListPoliciesForTarget":
        return members.get("Filter")
    if iam_action == "organizations:DescribePolicy":
        return (organizations._policies.get(members.get("PolicyId")) or {}).get("Type")
    return None


def _members(body: bytes) -> dict:
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}

"""CloudWatch Logs' operations that ministack lacks: keys of groups, and data-protection policies.

API reference: AssociateKmsKey, DisassociateKmsKey, Put-, Get- and DeleteDataProtectionPolicy, `LogGroup`.
"""

from __future__ import annotations

import json
from typing import Any, Callable

from . import kms_logs, logs_data_protection
from .logs_iam import group_name
from .model_conformance import request_problems

_POLICY, _STATUS = "dataProtectionPolicy", "dataProtectionStatus"


def install() -> None:
    """Answer them in front of ministack's, and show the policy's status among a group's members."""
    from ministack.services import cloudwatch_logs

    handle, describe = cloudwatch_logs.handle_request, cloudwatch_logs._describe_log_groups
    retain = cloudwatch_logs._put_retention_policy

    async def handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Any:
        action = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        operation = _OPERATIONS.get(action)
        if operation is None:
            return await handle(method, path, headers, body, query_params)
        given = json.loads(body or b"{}")
        problems = request_problems("logs", action, given)
        return _error("ValidationException", "; ".join(problems)) if problems else operation(given)

    def describe_log_groups(data: dict) -> Any:
        status, headers, body = describe(data)
        answer = json.loads(body)
        for each in answer.get("logGroups", []):
            group = cloudwatch_logs._log_groups[each["logGroupName"]]
            if group.get("logGroupClass") == "DELIVERY":
                each["retentionInDays"] = 1
            if group.get(_STATUS):
                each[_STATUS] = group[_STATUS]
        return status, headers, json.dumps(answer).encode()

    def put_retention_policy(data: dict) -> Any:
        # User guide, "Log classes": the class DELIVERY keeps events for one day, and that can't be changed.
        group = cloudwatch_logs._log_groups.get(data.get("logGroupName")) or {}
        if group.get("logGroupClass") == "DELIVERY":
            return _error("InvalidParameterException", "Retention can't be set for log groups of the class DELIVERY.")
        return retain(data)

    cloudwatch_logs.handle_request = handle_request
    cloudwatch_logs._describe_log_groups = describe_log_groups
    cloudwatch_logs._put_retention_policy = put_retention_policy


def _group(given: "dict[str, Any]") -> "dict[str, Any] | None":
    from ministack.services import cloudwatch_logs

    return cloudwatch_logs._log_groups.get(_name(given))


def _name(given: "dict[str, Any]") -> str:
    names = (given.get(member) for member in ("logGroupName", "logGroupIdentifier", "resourceIdentifier"))
    return group_name(next(filter(None, names), ""))


def _of_group(act: "Callable[[dict[str, Any], dict[str, Any]], Any]") -> "Callable[[dict[str, Any]], Any]":
    def operation(given: "dict[str, Any]") -> Any:
        group = _group(given)
        if group is None:
            return _error("ResourceNotFoundException", f"The specified log group does not exist: {_name(given)}")
        return act(group, given)

    return operation


def _associate(group: "dict[str, Any]", given: "dict[str, Any]") -> Any:
    wrong = kms_logs.problem(_name(given), given["kmsKeyId"])
    if wrong:
        return _error("InvalidParameterException", wrong)
    group["kmsKeyId"] = given["kmsKeyId"]
    return _json({})


def _disassociate(group: "dict[str, Any]", given: "dict[str, Any]") -> Any:
    group["kmsKeyId"] = None
    return _json({})


def _put_policy(group: "dict[str, Any]", given: "dict[str, Any]") -> Any:
    wrong = logs_data_protection.problem(given["policyDocument"], group.get("logGroupClass") or "STANDARD")
    if wrong:
        return _error(*wrong)
    if logs_data_protection.sends_findings(given["policyDocument"]) and not logs_data_protection.may_deliver():
        return _error("AccessDeniedException", "The caller may not logs:CreateLogDelivery.")
    group[_POLICY], group[_STATUS] = given["policyDocument"], "ACTIVATED"
    return _json({"logGroupIdentifier": given["logGroupIdentifier"], "policyDocument": given["policyDocument"]})


def _get_policy(group: "dict[str, Any]", given: "dict[str, Any]") -> Any:
    found = group.get(_POLICY)
    return _json({"logGroupIdentifier": given["logGroupIdentifier"], **({"policyDocument": found} if found else {})})


def _delete_policy(group: "dict[str, Any]", given: "dict[str, Any]") -> Any:
    if group.pop(_POLICY, None):
        group[_STATUS] = "DELETED"
    return _json({})


_OPERATIONS = {
    "AssociateKmsKey": _of_group(_associate), "DisassociateKmsKey": _of_group(_disassociate),
    "PutDataProtectionPolicy": _of_group(_put_policy), "GetDataProtectionPolicy": _of_group(_get_policy),
    "DeleteDataProtectionPolicy": _of_group(_delete_policy),
}


def _json(answer: "dict[str, Any]") -> Any:
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def _error(code: str, message: str) -> Any:
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps({"__type": code, "message": message}).encode()

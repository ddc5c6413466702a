"""Bedrock's model-invocation logging: one configuration for each account and Region, whose destinations Bedrock tries.

API reference, `PutModelInvocationLoggingConfiguration` (required members, lengths) and `Get…`, whose answer has no
`loggingConfig` where logging is off. User guide, "Monitor model invocation using CloudWatch Logs and Amazon S3": the
destinations are of the same account and Region; a bucket has ACLs disabled, and its policy and its key admit Bedrock; the
role trusts Bedrock and may write to the group's stream `aws/bedrock/modelinvocations`. Bedrock refuses others with a
ValidationException ("Failed to validate permissions…"). The object that it tries a bucket with is not made here.
"""

from __future__ import annotations

import json
from typing import Any, Optional

from . import iam_pass_role
from .bedrock_log_destinations import SERVICE, bucket_problem, group_problem
from .model_conformance import request_problems

PATH = "/logging/modelinvocations"
_OPERATION = "PutModelInvocationLoggingConfiguration"


def install() -> None:
    """Answer the three operations in front of ministack's bedrock, which takes anything and answers in other words."""
    from ministack.core.responses import AccountRegionScopedDict
    from ministack.services import bedrock

    settings = AccountRegionScopedDict()
    bedrock_handler = bedrock.handle_request

    async def handle_request(method, path, headers, body, query_params):
        if path.rstrip("/") != PATH:
            return await bedrock_handler(method, path, headers, body, query_params)
        if method == "GET":
            found = settings.get("config")
            return _json(200, {} if found is None else {"loggingConfig": found})
        if method == "DELETE":
            settings.pop("config", None)
            return _json(200, {})
        if method != "PUT":
            return _error(405, "ValidationException", f"{method} is not supported on {PATH}.")
        try:
            wanted = json.loads(body or b"{}")
        except ValueError:
            return _error(400, "ValidationException", "The request body is not valid JSON.")
        refused = _refusal(wanted)
        if refused is None:
            settings["config"] = wanted["loggingConfig"]
        return refused or _json(200, {})

    bedrock.handle_request = handle_request


def _refusal(wanted: Any) -> "Optional[tuple[int, dict, bytes]]":
    problems = request_problems("bedrock", _OPERATION, wanted)
    if problems:
        return _error(400, "ValidationException", "; ".join(problems))
    config = wanted["loggingConfig"]
    group = config.get("cloudWatchConfig")
    if group:
        passed = iam_pass_role.refusal(group["roleArn"], SERVICE)
        if passed:
            return _error(403, "AccessDeniedException", passed)
    places = [config.get("s3Config"), (group or {}).get("largeDataDeliveryS3Config")]
    for place in filter(None, places):
        problem = bucket_problem(place["bucketName"], place.get("keyPrefix") or "")
        if problem:
            return _error(400, "ValidationException",
                          f"Failed to validate permissions for S3 bucket: {place['bucketName']}. {problem}")
    if group:
        problem = group_problem(group["logGroupName"], group["roleArn"])
        if problem:
            return _error(400, "ValidationException",
                          f"Failed to validate permissions for log group: {group['logGroupName']}, with role: "
                          f"{group['roleArn']}. {problem}")
    return None


def _json(status: int, payload: dict) -> "tuple[int, dict, bytes]":
    return status, {"Content-Type": "application/json"}, json.dumps(payload).encode()


def _error(status: int, code: str, message: str) -> "tuple[int, dict, bytes]":
    _, headers, body = _json(status, {"message": message})
    return status, {**headers, "x-amzn-errortype": code}, body

"""Requests to function URLs: who may send them, the event that the function gets, and the answer.

Lambda developer guide, "Control access to Lambda function URLs": a caller needs `lambda:InvokeFunctionUrl` (with
`lambda:FunctionUrlAuthType`) and `lambda:InvokeFunction` (with `lambda:InvokedViaFunctionUrl`), on the alias that the
URL belongs to. "Invoking Lambda function URLs": the payload formats; a function that fails answers 502, without the
error's text. ministack asks for the first permission alone, and hands the error's text out.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Optional

from .. import invocations
from ..principals import caller_of
from ..requests import Request

_FORBIDDEN = b'{"Message":"Forbidden"}'
_FAILED = b"Internal Server Error"
_THROTTLED = b'{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}'


def install() -> None:
    """Take over the URLs that ask for a signature; ministack serves the public ones."""
    from ministack import app
    from ministack.services import lambda_svc

    handle = app._handle_lambda_url_request

    async def handle_lambda_url_request(host: str, path: str, method: str, headers: dict, body: bytes,
                                        query_params: dict, source_ip: Optional[str] = None) -> Any:
        found = app._parse_lambda_url(host, path)
        if found is None:
            return None
        url_id, function_path = found
        resolved = lambda_svc.resolve_function_url(url_id)
        if resolved is not None and resolved[4].get("AuthType") == "NONE":
            return await handle(host, path, method, headers, body, query_params, source_ip)
        request = Request(method, function_path, function_path, query_params, headers, body)
        if resolved is None or not _may(request, resolved):
            return _answer(403, _FORBIDDEN, error="AccessDeniedException")
        return await _serve(url_id, request, resolved)

    app._handle_lambda_url_request = handle_lambda_url_request


def _may(request: Request, resolved: tuple) -> bool:
    """Whether the request is signed for Lambda, by somebody who has both permissions."""
    from ministack.core.iam_evaluator import enforce, pin_request_caller

    if request.signed_service != "lambda" or not request.access_key:
        return False
    said = request.headers.get("x-amz-content-sha256", "")
    if said and said not in ("UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()):
        return False
    pin_request_caller(request.headers, request.query)
    # The signature is checked along with the first permission.
    return not any(
        enforce(request.access_key, action, "lambda", request.region, resource_arn=_arn(resolved), service_context=keys)
        for action, keys in (("lambda:InvokeFunctionUrl", {"lambda:FunctionUrlAuthType": "AWS_IAM"}),
                             ("lambda:InvokeFunction", {"lambda:InvokedViaFunctionUrl": "true"})))


def _arn(resolved: tuple) -> str:
    account, region, name, qualifier, _ = resolved
    return f"arn:aws:lambda:{region}:{account}:function:{name}" + (f":{qualifier}" if qualifier else "")


async def _serve(url_id: str, request: Request, resolved: tuple) -> Any:
    from ministack.core.concurrency import run_reentrant
    from ministack.services import lambda_svc

    account, region, name, qualifier, _ = resolved
    reference = f"{name}:{qualifier}" if qualifier else name
    func, config, _ = lambda_svc._get_func_record_for_ref_in_scope(reference, account_id=account, region=region)
    if func is None or config is None:
        return _answer(403, _FORBIDDEN, error="AccessDeniedException")
    request_id = str(uuid.uuid4())
    event = lambda_svc._build_function_url_event(
        url_id, account, region, request.method, request.path, request.headers, request.body, request.query)
    event["requestContext"].update({"requestId": request_id, "authorizer": {"iam": _identity(request, account)}})
    record = lambda_svc._execution_record_for_config(func, {**config, "FunctionArn": _arn(resolved)})
    invocations.name_request(config, request_id)
    result = await run_reentrant(lambda_svc._execute_function_with_config_scope, record, event)
    if result.get("throttle"):
        return _answer(429, _THROTTLED, request_id, "TooManyRequestsException")
    if result.get("error"):
        return _answer(502, _FAILED, request_id)
    response, _ = lambda_svc.lambda_execute_result_to_api_proxy_response(result)
    try:
        status, headers, body = lambda_svc._function_url_proxy_response(response, {})
    except (TypeError, ValueError, AttributeError):
        return _answer(502, _FAILED, request_id)
    return status, {**headers, "x-amzn-RequestId": request_id}, body


def _identity(request: Request, account: str) -> "dict[str, Any]":
    """The caller; of a role, its session."""
    caller = caller_of(request.access_key)
    return {"accessKey": request.access_key, "accountId": caller.account or account, "callerId": caller.principal_id,
            "cognitoIdentity": None, "principalOrgId": None, "userArn": caller.session_arn or caller.arn,
            "userId": caller.principal_id}


def _answer(status: int, body: bytes, request_id: str = "", error: str = "") -> Any:
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id or str(uuid.uuid4())}
    return status, {**headers, **({"x-amzn-ErrorType": error} if error else {})}, body

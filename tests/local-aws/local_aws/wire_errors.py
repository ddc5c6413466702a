"""Errors as each AWS protocol writes them, and read back from a response."""

from __future__ import annotations

import json
import re
import uuid
from typing import Mapping, Optional, Tuple
from xml.sax.saxutils import escape

from botocore.parsers import ResponseParserError

from .operations import Operation
from .services import dynamodb_errors, mantle_errors, mantle_operations, rpc_v2_cbor

Response = Tuple[int, "dict[str, str]", bytes]

_XML_CODE = re.compile(rb"<Code>\s*([^<\s]+)\s*</Code>")
_XML_MESSAGE = re.compile(rb"<Message>([^<]*)</Message>")

_STATUSES = (
    (re.compile(r"SlowDown|ServiceUnavailable"), 503),
    (re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughput"), 429),
    (re.compile(r"Internal|ServiceFailure"), 500),
    (re.compile(r"AccessDenied|NotAuthorized|Forbidden|UnrecognizedClient|ExpiredToken|AllAccessDisabled"), 403),
    (re.compile(r"NoSuch|NotFound"), 404),
    (re.compile(r"PreconditionFailed"), 412),
    (re.compile(r"OperationAborted|Conflict"), 409),
)


def status_of(code: str, service: str = "") -> int:
    """The HTTP status that fits an error code."""
    status = next((status for pattern, status in _STATUSES if pattern.search(code)), 400)
    return dynamodb_errors.status_of(status) if service == dynamodb_errors.SERVICE else status


def _modelled(operation: Operation, code: str) -> Optional[int]:
    """The status that the service's model gives an error of the operation; only REST services mean it."""
    if operation.model is None or operation.protocol != "rest-json":
        return None
    statuses = {shape.name: (shape.metadata.get("error") or {}).get("httpStatusCode") for shape in operation.model.error_shapes}
    return statuses.get(code)


def error_response(
    operation: Operation, method: str, code: str, message: str, status: Optional[int] = None, cbor: bool = False
) -> Response:
    """An error in the operation's own format, so that every SDK reads its code."""
    status = status or _modelled(operation, code) or status_of(code, operation.service)
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-requestid": request_id, "x-amz-request-id": request_id}
    if operation.service == mantle_operations.SERVICE:
        made, mantle_headers, body = mantle_errors.error_response(status, message)
        return made, {**headers, **mantle_headers}, body
    if operation.service == dynamodb_errors.SERVICE:
        return status, *dynamodb_errors.error_response(code, message, request_id, operation.parameters)
    if cbor:
        body = rpc_v2_cbor.dumps({"__type": code, "message": message})
        return status, {**headers, "Content-Type": "application/cbor", "smithy-protocol": rpc_v2_cbor.PROTOCOL}, body
    protocol = operation.protocol
    if protocol in ("rest-xml", "query", "ec2"):
        body = _xml(operation, code, message, request_id, status) if method != "HEAD" else b""
        return status, {**headers, "Content-Type": "application/xml"}, body
    body = json.dumps({"__type": code, "message": message}).encode()
    kind = "application/json" if protocol == "rest-json" else "application/x-amz-json-1.1"
    json_headers = {**headers, "Content-Type": kind, "x-amzn-errortype": code}
    if operation.service == "sqs":
        json_headers["x-amzn-query-error"] = f"{code};{'Receiver' if status >= 500 else 'Sender'}"
    return status, json_headers, body


def _xml(operation: Operation, code: str, message: str, request_id: str, status: int) -> bytes:
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if operation.service == "s3":
        text = f"<Error>{error}<RequestId>{request_id}</RequestId><HostId>local</HostId></Error>"
    elif operation.protocol == "ec2":
        text = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
    else:
        side = "Receiver" if status >= 500 else "Sender"
        text = (f"<ErrorResponse><Error><Type>{side}</Type>{error}</Error>"
                f"<RequestId>{request_id}</RequestId></ErrorResponse>")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode()


def read_error(status: int, headers: "Mapping[str, str]", body: bytes) -> "tuple[Optional[str], str]":
    """The code and message of a response; no code when it is a success.

    A success may hold an error in its body: CopyObject, UploadPartCopy and CompleteMultipartUpload say so on AWS.
    """
    if status < 300:
        failed = body.lstrip()[:200].find(b"<Error>") >= 0 and b"<Errors>" not in body[:200]
        found = _XML_CODE.search(body) if failed else None
        return (found.group(1).decode(), "") if found else (None, "")
    if status == 304:
        return "NotModified", ""
    named = headers.get("x-amzn-errortype") or headers.get("x-amzn-query-error", "").split(";")[0]
    members = _members(headers, body)
    code = named or str(members.get("__type") or members.get("code") or "")
    inner = members.get("error")
    if not code and isinstance(inner, dict):
        code, members = str(inner.get("code") or ""), inner
    message = str(members.get("message") or members.get("Message") or "")
    if not code:
        found = _XML_CODE.search(body)
        code = found.group(1).decode() if found else str(status)
        text = _XML_MESSAGE.search(body)
        message = text.group(1).decode("utf-8", "replace") if text else ""
    return code.split("#")[-1].split(":")[0], message


def _members(headers: "Mapping[str, str]", body: bytes) -> dict:
    try:
        members = rpc_v2_cbor.loads(body) if headers.get("smithy-protocol") == rpc_v2_cbor.PROTOCOL else json.loads(body)
    except (ValueError, ResponseParserError):
        return {}
    return members if isinstance(members, dict) else {}

"""requestParameters, responseElements and resources as CloudTrail writes them."""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, Shape, StructureShape
from botocore.parsers import ResponseParserError, create_parser

from . import cloudtrail_kms
from .operations import Operation
from .requests import Request
from .services import mantle_operations

_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
_S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"

#: What the user guide lists for the mantle plane: a project's retention mode is not among it.
_MANTLE_MEMBERS = frozenset({"project_id", "model_id", "name", "tags", "add_tags", "remove_tag_keys"})


def of_request(request: Request, operation: Operation) -> "dict[str, Any]":
    """The request's parameters."""
    if operation.service == mantle_operations.SERVICE:
        return {name: value for name, value in operation.parameters.items() if name in _MANTLE_MEMBERS}
    if operation.service == "s3":
        return _of_s3(request, operation)
    if operation.service == "bedrock-runtime":
        # Of an inference the record says with which model, and nothing of what was said.
        return {"modelId": operation.parameters["modelId"]} if "modelId" in operation.parameters else {}
    shape = operation.model.input_shape if operation.model else None
    return _camel(operation.parameters, shape)


def of_response(
    operation: Operation, status: int, headers: "Mapping[str, str]", body: bytes
) -> "Optional[dict[str, Any]]":
    """The response of a call that writes; S3's are empty."""
    if operation.service in ("s3", mantle_operations.SERVICE) or operation.model is None:
        return None
    shape = operation.model.output_shape
    if shape is None and operation.service == "kms":
        return cloudtrail_kms.answer(operation)
    if shape is None or operation.model.has_streaming_output:
        return None
    parser = create_parser(operation.protocol)
    try:
        parsed = parser.parse({"status_code": status, "headers": dict(headers), "body": body}, shape)
    except (ResponseParserError, ValueError, TypeError, KeyError):
        return None
    parsed.pop("ResponseMetadata", None)
    return json.loads(json.dumps(_camel(parsed, shape), default=str)) or None


def resources(operation: Operation) -> "list[dict[str, str]]":
    """The resources that a record names, for the services whose records do."""
    from . import environment

    key = cloudtrail_kms.key_arn(operation)
    if key:
        return [{"accountId": environment.ACCOUNT, "type": "AWS::KMS::Key", "ARN": key}]
    bucket = operation.parameters.get("Bucket") if operation.service == "s3" else None
    if not bucket:
        return []
    return [{"accountId": environment.ACCOUNT, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{bucket}"}]


def _camel(value: Any, shape: Optional[Shape]) -> Any:
    """Members with a small first letter, sensitive ones hidden; keys of maps as they are."""
    if shape is not None and getattr(shape, "metadata", {}).get("sensitive") and value is not None:
        return _HIDDEN
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {name[:1].lower() + name[1:]: _camel(each, shape.members.get(name)) for name, each in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_camel(each, shape.member) for each in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: _camel(each, shape.value) for name, each in value.items()}
    return value


def _of_s3(request: Request, operation: Operation) -> "dict[str, Any]":
    made: "dict[str, Any]" = {}
    if "Bucket" in operation.parameters:
        made["bucketName"] = operation.parameters["Bucket"]
    made["Host"] = f"s3.{request.region}.amazonaws.com"
    made.update({name: values[0] for name, values in request.query.items() if name != "x-id"})
    acl = {name: value for name, value in request.headers.items() if name.startswith("x-amz-grant-")}
    if acl:
        made["accessControlList"] = acl
    if "x-amz-acl" in request.headers:
        made["x-amz-acl"] = request.headers["x-amz-acl"]
    if operation.name == "PutBucketPolicy":
        made["bucketPolicy"] = _json_or_text(request.body)
    elif request.body.lstrip()[:1] == b"<":
        made.update(_of_xml(request.body))
    return made


def _json_or_text(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _of_xml(body: bytes) -> "dict[str, Any]":
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return {}
    value = _element(root)
    return {_tag(root): {"xmlns": _S3_NAMESPACE, **value} if isinstance(value, dict) else value}


def _element(node: ElementTree.Element) -> Any:
    """An element as CloudTrail shows it: repeated ones as a list, text as the JSON value that it looks like."""
    if len(node) == 0:
        return _value(node.text or "")
    made: "dict[str, Any]" = {}
    for child in node:
        name, value = _tag(child), _element(child)
        if name in made:
            earlier = made[name] if isinstance(made[name], list) else [made[name]]
            made[name] = [*earlier, value]
        else:
            made[name] = value
    return made


def _tag(node: ElementTree.Element) -> str:
    return node.tag.rsplit("}", 1)[-1]


def _value(text: str) -> Any:
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdigit() and (text == "0" or not text.startswith("0")) else text

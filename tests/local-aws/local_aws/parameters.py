"""A request's parameters as botocore names them, read back from the wire by the operation's input shape."""

from __future__ import annotations

import json
from typing import Any, Mapping
from urllib.parse import parse_qs
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from .requests import Request


def read_parameters(operation: OperationModel, request: Request, labels: "Mapping[str, str]") -> "dict[str, Any]":
    """Every member that was sent; never a blob, which may be an object's body. Unreadable bodies give none."""
    shape = operation.input_shape
    if shape is None:
        return {}
    protocol = operation.service_model.metadata.get("protocol")
    try:
        if protocol in ("query", "ec2"):
            return _of_query(shape, request)
        if protocol in ("rest-xml", "rest-json"):
            return {**_of_address(shape, request, labels), **_of_body(shape, request, protocol)}
        return _of_json(shape, json.loads(request.body or b"{}"))
    except (ValueError, TypeError, AttributeError, ElementTree.ParseError):
        return {}


def _of_address(shape: StructureShape, request: Request, labels: "Mapping[str, str]") -> "dict[str, Any]":
    found: "dict[str, Any]" = {}
    for member, inner in shape.members.items():
        location, name = inner.serialization.get("location"), inner.serialization.get("name", member)
        if location == "uri" and name in labels:
            found[member] = labels[name]
        elif location == "querystring" and name in request.query:
            values = request.query[name]
            found[member] = values if isinstance(inner, ListShape) else _scalar(inner, values[0])
        elif location == "header" and name.lower() in request.headers:
            found[member] = _scalar(inner, request.headers[name.lower()])
        elif location == "headers":
            prefix = name.lower()
            tail = {key[len(prefix):]: value for key, value in request.headers.items() if key.startswith(prefix)}
            if tail:
                found[member] = tail
    return found


def _of_body(shape: StructureShape, request: Request, protocol: str) -> "dict[str, Any]":
    payload = shape.serialization.get("payload")
    if payload:
        inner = shape.members[payload]
        if inner.type_name != "structure" or not request.body:
            return _text_payload(payload, inner, request.body)
        return {payload: _of_xml(inner, ElementTree.fromstring(request.body)) if protocol == "rest-xml"
                else _of_json(inner, json.loads(request.body))}
    if not request.body:
        return {}
    in_body = {name: each for name, each in shape.members.items() if "location" not in each.serialization}
    if protocol == "rest-xml":
        return _xml_members(in_body, ElementTree.fromstring(request.body))
    return _json_members(in_body, json.loads(request.body))


def _text_payload(name: str, shape: Shape, body: bytes) -> "dict[str, Any]":
    return {name: body.decode("utf-8", "replace")} if body and shape.type_name == "string" else {}


def _of_json(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return _json_members(shape.members, value)
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_of_json(shape.member, each) for each in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {name: _of_json(shape.value, each) for name, each in value.items()}
    return None if shape.type_name == "blob" else value


def _json_members(members: "Mapping[str, Shape]", value: "Mapping[str, Any]") -> "dict[str, Any]":
    found = {}
    for member, shape in members.items():
        name = shape.serialization.get("name", member)
        if name in value and shape.type_name != "blob":
            found[member] = _of_json(shape, value[name])
    return found


def _of_xml(shape: Shape, node: ElementTree.Element) -> Any:
    if isinstance(shape, StructureShape):
        return _xml_members(shape.members, node)
    if isinstance(shape, ListShape):
        return [_of_xml(shape.member, each) for each in node]
    return _scalar(shape, node.text or "")


def _xml_members(members: "Mapping[str, Shape]", node: ElementTree.Element) -> "dict[str, Any]":
    found: "dict[str, Any]" = {}
    for member, shape in members.items():
        name = shape.serialization.get("name", member)
        if isinstance(shape, ListShape) and shape.serialization.get("flattened"):
            name = shape.member.serialization.get("name", name)
        same = [each for each in node if each.tag.rsplit("}", 1)[-1] == name]
        if not same:
            continue
        flat = isinstance(shape, ListShape) and shape.serialization.get("flattened")
        found[member] = [_of_xml(shape.member, each) for each in same] if flat else _of_xml(shape, same[0])
    return found


def _of_query(shape: StructureShape, request: Request) -> "dict[str, Any]":
    form = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    flat = {name: values[0] for name, values in {**form, **request.query}.items()}
    return _query_members(shape, "", flat)


def _query_members(shape: StructureShape, prefix: str, flat: "Mapping[str, str]") -> "dict[str, Any]":
    found = {}
    for member, inner in shape.members.items():
        name = prefix + inner.serialization.get("name", member)
        if any(key == name or key.startswith(name + ".") for key in flat):
            found[member] = _query_value(inner, name, flat)
    return found


def _query_value(shape: Shape, name: str, flat: "Mapping[str, str]") -> Any:
    if isinstance(shape, StructureShape):
        return _query_members(shape, name + ".", flat)
    if isinstance(shape, (ListShape, MapShape)):
        for infix in (".member.", ".entry.", "."):
            items = []
            while any(key == f"{name}{infix}{len(items) + 1}" or key.startswith(f"{name}{infix}{len(items) + 1}.")
                      for key in flat):
                items.append(f"{name}{infix}{len(items) + 1}")
            if items and isinstance(shape, ListShape):
                return [_query_value(shape.member, each, flat) for each in items]
            if items:
                return {flat.get(f"{each}.key", ""): _query_value(shape.value, f"{each}.value", flat) for each in items}
        return [] if isinstance(shape, ListShape) else {}
    return _scalar(shape, flat.get(name, ""))


def _scalar(shape: Shape, text: str) -> Any:
    if shape.type_name == "boolean":
        return text.strip().lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(text)
    return text

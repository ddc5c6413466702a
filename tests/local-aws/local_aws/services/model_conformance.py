"""Requests and stored objects measured against botocore's service models, so that a wrong field fails as on AWS."""

from __future__ import annotations

import functools
from typing import Any, Iterator

import botocore.session
from botocore.model import ServiceModel, Shape


@functools.lru_cache(maxsize=None)
def service_model(service: str) -> ServiceModel:
    """The botocore model of a service, by botocore's name."""
    return botocore.session.get_session().get_service_model(service)


def request_problems(service: str, operation: str, params: Any) -> list[str]:
    """What AWS would refuse in these parameters: missing, mistyped or out-of-enum members. Unknown ones it ignores."""
    shape = service_model(service).operation_model(operation).input_shape
    return [] if shape is None else list(_problems(shape, params, "", unknown_members=False))


def object_problems(service: str, shape_name: str, value: Any) -> list[str]:
    """Why AWS could not have answered with this object: as for a request, and members that the model lacks."""
    return list(_problems(service_model(service).shape_for(shape_name), value, "", unknown_members=True))


def _problems(shape: Shape, value: Any, path: str, unknown_members: bool) -> Iterator[str]:
    where = path or "request"
    if value is None:
        return
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            yield f"{where} must be an object"
            return
        names = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        wire = {name: on_the_wire for on_the_wire, (name, _) in names.items()}
        missing = [wire[name] for name in shape.required_members if value.get(wire[name]) is None]
        yield from (f"{path + '.' if path else ''}{name} is required" for name in missing)
        for name, item in value.items():
            if name in names:
                yield from _problems(names[name][1], item, f"{path + '.' if path else ''}{name}", unknown_members)
            elif unknown_members:
                yield f"{path + '.' if path else ''}{name} is not a member of {shape.name}"
    elif shape.type_name == "list":
        if not isinstance(value, list):
            yield f"{where} must be a list"
            return
        for index, item in enumerate(value):
            yield from _problems(shape.member, item, f"{path}[{index}]", unknown_members)
    elif shape.type_name == "map":
        if not isinstance(value, dict):
            yield f"{where} must be an object"
            return
        for name, item in value.items():
            yield from _problems(shape.value, item, f"{path}.{name}", unknown_members)
    elif shape.type_name == "string":
        if not isinstance(value, str):
            yield f"{where} must be a string"
        elif getattr(shape, "enum", None) and value not in shape.enum:
            yield f"{where} must be one of {', '.join(shape.enum)}"
    elif shape.type_name == "boolean" and not isinstance(value, bool):
        yield f"{where} must be a boolean"
    elif shape.type_name in ("integer", "long") and (isinstance(value, bool) or not isinstance(value, int)):
        yield f"{where} must be an integer"

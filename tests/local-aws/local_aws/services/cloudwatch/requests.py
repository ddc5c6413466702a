"""Operations of CloudWatch that take the place of the emulator's: requests measured by botocore's model, then answered."""

from __future__ import annotations

from typing import Any, Callable

from ..model_conformance import request_problems


class Refused(ValueError):
    """A request that CloudWatch refuses."""

    def __init__(self, message: str, code: str = "ValidationError") -> None:
        super().__init__(message)
        self.code = code


def replace(operation: str, handler: str, answer: "Callable[[dict], dict]") -> None:
    """Answer an operation here, for CBOR and JSON; the old Query protocol, without members, stays the emulator's."""
    from ministack.services import cloudwatch

    original = getattr(cloudwatch, handler)

    def handle(params: dict, data: dict, is_cbor: bool, is_json: bool = False) -> Any:
        try:
            if not (is_cbor or is_json):
                return original(params, data, is_cbor, is_json)
            check(operation, data)
            found = answer(data)
        except Refused as refused:
            return cloudwatch._error(refused.code, str(refused), 400, use_json=is_json, use_cbor=is_cbor)
        return cloudwatch._cbor_ok(_tagged(found)) if is_cbor else cloudwatch._json_ok(found)

    setattr(cloudwatch, handler, handle)


def check(operation: str, data: dict) -> None:
    """Refuse what the model of the operation does not admit."""
    problems = request_problems("cloudwatch", operation, data)
    if problems:
        raise Refused("; ".join(problems))


def moment(data: dict, member: str) -> float:
    """A time of a request, in epoch seconds."""
    from ministack.services import cloudwatch

    found = cloudwatch._parse_ts(data.get(member))
    if found is None:
        raise Refused(f"The parameter {member} is not a time.", "InvalidParameterValue")
    return float(found)


def _tagged(value: Any) -> Any:
    """CBOR marks times; every one of CloudWatch's is named Timestamp or in a list Timestamps."""
    from ministack.services import cloudwatch

    if isinstance(value, dict):
        return {name: cloudwatch._cbor_timestamp(item) if name == "Timestamp"
                else [cloudwatch._cbor_timestamp(each) for each in item] if name == "Timestamps"
                else _tagged(item) for name, item in value.items()}
    return [_tagged(each) for each in value] if isinstance(value, list) else value

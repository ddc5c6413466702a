"""CBOR, in which the SDK for Rust talks to CloudWatch: what ministack asks of the package `cbor2`, where that is not installed.

Smithy's "RPC v2 CBOR" protocol needs little of RFC 8949: maps, lists, texts, bytes, numbers, and times (tag 1). botocore reads it.
"""

from __future__ import annotations

import importlib.util
import struct
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from botocore.parsers import RpcV2CBORParser

PROTOCOL = "rpc-v2-cbor"
_WIDTHS = ((24, 1 << 8, ">B"), (25, 1 << 16, ">H"), (26, 1 << 32, ">I"), (27, 1 << 64, ">Q"))


@dataclass(frozen=True)
class CBORTag:
    """A value and what it means."""

    tag: int
    value: Any


def install() -> None:
    """Stand in for the package, and let IAM see which operation the path names."""
    from ministack.core import iam_actions

    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def extract_iam_action(service: str, method: str, path: str, headers: dict, *more: Any) -> Any:
        namespace = iam_actions.SERVICE_TO_IAM_NAMESPACE.get(service)
        if namespace and headers.get("smithy-protocol") == PROTOCOL and "/operation/" in path:
            return f"{namespace}:{path.rsplit('/', 1)[1]}"
        return action_of(service, method, path, headers, *more)

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query: dict, *more: Any) -> Any:
        if headers.get("smithy-protocol") == PROTOCOL:
            # Read as a form it would be no text.
            query, body = {**query, **{name: [each] for name, each in loads(body).items() if isinstance(each, str)}}, b""
        return resource_of(service, method, path, headers, body, query, *more)

    iam_actions.extract_iam_action = extract_iam_action
    iam_actions.extract_resource_arn = extract_resource_arn
    if importlib.util.find_spec("cbor2") is None:
        module = ModuleType("cbor2")
        module.__dict__.update(loads=loads, dumps=dumps, CBORTag=CBORTag)
        sys.modules["cbor2"] = module


def loads(body: bytes) -> Any:
    """The value."""
    parser = RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))


def dumps(value: Any) -> bytes:
    """The bytes."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(3, len(text)) + text
    if isinstance(value, CBORTag):
        return _head(6, value.tag) + dumps(value.value)
    if isinstance(value, dict):
        return _head(5, len(value)) + b"".join(dumps(each) for item in value.items() for each in item)
    return _head(4, len(value)) + b"".join(map(dumps, value))


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    info, _, form = next(each for each in _WIDTHS if number < each[1])
    return bytes([major << 5 | info]) + struct.pack(form, number)

"""Which resource a call on Bedrock's tags is about: the one that is tagged.

Service authorization reference, "Actions defined by Amazon Bedrock": `TagResource`, `UntagResource` and
`ListTagsForResource` name the resource; ministack asks for `*`, so that a role limited to some kinds would be denied.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

_PATHS = ("/tagResource", "/untagResource", "/listTagsForResource")


def install() -> None:
    """Read the ARN from the body, or from the path on the agents' plane."""
    from ministack.core import iam_actions

    resource_of = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, *more: Any) -> Any:
        arn = None
        if service == "bedrock" and path in _PATHS:
            arn = _member(body)
        elif service == "bedrock-agent" and path.startswith("/tags/"):
            arn = unquote(path[len("/tags/"):])
        return arn or resource_of(service, method, path, headers, body, *more)

    iam_actions.extract_resource_arn = extract_resource_arn


def _member(body: bytes) -> "str | None":
    try:
        arn = json.loads(body).get("resourceARN")
    except (ValueError, AttributeError):
        return None
    return arn if isinstance(arn, str) else None

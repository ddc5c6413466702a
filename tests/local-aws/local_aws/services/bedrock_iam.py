"""Which resource a call of Bedrock's is about: the one that is tagged, or the model or job that the path names by its ARN.

Service authorization reference, "Actions defined by Amazon Bedrock": `TagResource`, `UntagResource` and
`ListTagsForResource`, and the calls on models and jobs, name the resource; ministack asks for `*`, or makes an ARN of the ARN,
so that a role limited to some kinds would be denied.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

_PATHS = ("/tagResource", "/untagResource", "/listTagsForResource")
_BY_ARN = ("/custom-models/", "/imported-models/", "/evaluation-jobs/", "/model-invocation-job/")


def install() -> None:
    """Read the ARN from the body, or from the path on the agents' plane."""
    from ministack.core import iam_actions

    resource_of = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, *more: Any) -> Any:
        arn = None
        if service == "bedrock" and path in _PATHS:
            arn = _member(body)
        elif service == "bedrock" and path.startswith(_BY_ARN):
            arn = _named(unquote(path))
        elif service == "bedrock-agent" and path.startswith("/tags/"):
            arn = unquote(path[len("/tags/"):])
        return arn or resource_of(service, method, path, headers, body, *more)

    iam_actions.extract_resource_arn = extract_resource_arn


def _named(path: str) -> "str | None":
    start = path.find("/arn:")
    return path[start + 1:].removesuffix("/stop") if start >= 0 else None


def _member(body: bytes) -> "str | None":
    try:
        arn = json.loads(body).get("resourceARN")
    except (ValueError, AttributeError):
        return None
    return arn if isinstance(arn, str) else None

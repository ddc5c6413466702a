"""Custom and imported models, evaluation and batch jobs: the keys that they were made with, and lists of those made since.

botocore's models of GetImportedModel, GetEvaluationJob and GetModelInvocationJob; ministack forgets keys and filters.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from .model_conformance import service_model

_SINCE = {"/evaluation-jobs": ("creationTimeAfter", "jobSummaries"),
          "/model-invocation-jobs": ("submitTimeAfter", "invocationJobSummaries")}
_READS = {"/custom-models/": "GetCustomModel", "/imported-models/": "GetImportedModel",
          "/evaluation-jobs/": "GetEvaluationJob", "/model-invocation-job/": "GetModelInvocationJob"}
#: What an answer shows of the request that made it.
_MADE_WITH = {"GetEvaluationJob": ("customerEncryptionKeyId",)}
_REQUIRED = {"GetEvaluationJob": {"jobType": "Automated"}}


def install() -> None:
    """Show what was asked for."""
    from ministack.services import bedrock

    bedrock.handle_request = _completed(bedrock, bedrock.handle_request)


def _completed(module: Any, handler: Any) -> Any:
    async def handle_request(method, path, headers, body, query_params):
        status, answered, answer = await handler(method, path, headers, body, query_params)
        if status >= 300:
            return status, answered, answer
        # What is named by its ARN has slashes in its path.
        operation = next((name for prefix, name in _READS.items() if method == "GET" and path.startswith(prefix)), None)
        if method == "POST" and path == "/model-import-jobs":
            _keep_key(module, json.loads(body), json.loads(answer)["jobArn"])
        elif method == "GET" and path in _SINCE:
            answer = _since(json.loads(answer), *_SINCE[path], query_params or {})
        elif operation:
            answer = _whole(operation, json.loads(answer))
        return status, answered, answer

    return handle_request


def _keep_key(module: Any, given: "dict[str, Any]", job: str) -> None:
    for model in module._imported_models.values():
        if model.get("JobArn") == job and given.get("importedModelKmsKeyId"):
            model["ModelKmsKeyArn"] = given["importedModelKmsKeyId"]


def _since(answer: "dict[str, Any]", parameter: str, member: str, query: "dict[str, list[str]]") -> bytes:
    if parameter in query:
        since = _time(unquote(query[parameter][0]))
        answer[member] = [each for each in answer[member] if _time(each["creationTime"]) > since]
    return json.dumps(answer).encode()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace(" ", "+"))


def _whole(operation: str, answer: "dict[str, Any]") -> bytes:
    given = answer.pop("bodyEcho", {})
    made_with = {name: given.get(name) for name in _MADE_WITH.get(operation, ())}
    times = {"submitTime": answer["creationTime"]} if operation == "GetModelInvocationJob" else {}
    whole = {**_REQUIRED.get(operation, {}), **answer, **made_with, **times}
    members = service_model("bedrock").operation_model(operation).output_shape.members
    shown = {name: value for name, value in whole.items() if name in members and value not in (None, "", [])}
    return json.dumps(shown).encode()

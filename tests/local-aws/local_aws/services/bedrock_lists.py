"""Lists of Bedrock's two control planes: in pages, and with the members that AWS shows.

ministack shows everything at once, whatever `maxResults` asks for, and whole records where AWS shows summaries. What a
summary must have and ministack does not keep is filled in here (the required members in botocore's model).
"""

from __future__ import annotations

import base64
import json
from typing import Any, Callable, Mapping, Optional

from . import bedrock_tags
from .model_conformance import service_model

#: So many where `maxResults` asks for none; AWS does not say how many it shows.
_PAGE = 100
_MODEL = "amazon.titan-text-lite-v1"

_FILLED: "Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]" = {
    "ListCustomModels": lambda item: {"baseModelArn": _arn(_MODEL), "baseModelName": _MODEL},
    "ListEvaluationJobs": lambda item: {"jobType": "Automated", "evaluationTaskTypes": ["Summarization"]},
    "ListModelCopyJobs": lambda item: {"sourceAccountId": _account(), "targetModelTags": _given(item, "targetModelTags")},
    "ListModelCustomizationJobs": lambda item: {"baseModelArn": _arn(str(item.get("baseModelIdentifier")))},
    "ListModelInvocationJobs": lambda item: {"submitTime": item.get("creationTime")},
    "ListProvisionedModelThroughputs": lambda item: {"foundationModelArn": item.get("modelArn")},
}
#: What makes an item one that was asked for: the parameter, as it stands in the query, and the item's member.
_FILTERS = {"ListInferenceProfiles": ("type", "type"), "ListPromptRouters": ("type", "type")}
_WITH_SLASH = ("/agents", "/flows", "/knowledgebases", "/prompts")
#: Of a parent that is not there AWS says so.
_PARENTS = {"ListAgentAliases": ("agentId", "_agents"), "ListFlowAliases": ("flowIdentifier", "_flows")}


def install() -> None:
    """Answer in pages and in summaries, and keep what is made with tags."""
    from ministack.services import bedrock, bedrock_agent

    for service, module in (("bedrock", bedrock), ("bedrock-agent", bedrock_agent)):
        module.handle_request = _paged(service, module, module.handle_request)


def _paged(service: str, module: Any, handler: Any) -> Any:
    async def handle_request(method, path, headers, body, query_params):
        from ..requests import Request
        from ..routes import match

        # The SDK for Rust asks without the last slash of the model's paths, and AWS answers it as well.
        path = f"{path}/" if path in _WITH_SLASH else path
        request = Request(method, path, path, dict(query_params or {}), dict(headers), body or b"")
        operation, labels = match(service_model(service), request)
        member = list_member(service, operation) if operation else None
        parent = _PARENTS.get(operation or "")
        if parent and labels[parent[0]].rsplit("/", 1)[-1] not in getattr(module, parent[1]):
            return module._not_found("The specified resource does not exist.")
        status, answered, answer = await handler(method, path, headers, body, query_params)
        if status < 300 and operation:
            if member:
                return _page(service, operation, member, request, json.loads(answer))
            if operation.startswith("Create"):
                bedrock_tags.keep_tags(service, operation, body, answer)
        return status, answered, answer

    return handle_request


def list_member(service: str, operation: str) -> Optional[str]:
    """The member with the items, of a list that comes in pages."""
    model = service_model(service).operation_model(operation)
    members = model.output_shape.members if model.output_shape else {}
    if not operation.startswith("List") or "nextToken" not in members:
        return None
    [member] = [name for name, shape in members.items() if shape.type_name == "list"]
    return member


def _page(service: str, operation: str, member: str, request: Any, answer: "dict[str, Any]") -> tuple:
    asked = json.loads(request.body or b"{}") if request.method == "POST" else {
        name: values[0] for name, values in request.query.items()}
    shape = service_model(service).operation_model(operation).output_shape.members[member].member
    filled = _FILLED.get(operation, lambda item: {})
    items = [{**each, **filled(each)} for each in answer.get(member, [])]
    parameter, by = _FILTERS.get(operation, ("", ""))
    items = [each for each in items if parameter not in asked or each.get(by) == asked[parameter]]
    try:
        start = int(base64.b64decode(asked["nextToken"])) if "nextToken" in asked else 0
        most = int(asked.get("maxResults", _PAGE))
    except ValueError:
        return _error("The provided token is invalid.")
    if not 1 <= most <= 1000:
        return _error("maxResults must be between 1 and 1000.")
    shown = [{name: each[name] for name in shape.members if each.get(name) not in (None, "", [])}
             for each in items[start:start + most]]
    more = {"nextToken": base64.b64encode(str(start + most).encode()).decode()} if len(items) > start + most else {}
    return 200, {"Content-Type": "application/json"}, json.dumps({member: shown, **more}).encode()


def _error(message: str) -> tuple:
    headers = {"Content-Type": "application/json", "x-amzn-errortype": "ValidationException"}
    return 400, headers, json.dumps({"message": message}).encode()


def _given(item: "dict[str, Any]", name: str) -> Any:
    """What the job was made with."""
    return (item.get("bodyEcho") or {}).get(name) or []


def _account() -> str:
    from ministack.core.responses import get_account_id

    return get_account_id()


def _arn(model: str) -> str:
    from ministack.services import bedrock

    return model if model.startswith("arn:") else bedrock._model_arn(model)

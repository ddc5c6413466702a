"""EventBridge's rules: the ARN that IAM judges a call by, and calls on rules that don't exist.

Service authorization reference, "Resource types defined by Amazon EventBridge": a rule of the default bus has no bus in
its ARN. ministack writes one, and takes calls that name the rule as `Rule` for calls on everything.
"""

from __future__ import annotations

import json
from typing import Any

#: operation -> the member that names the rule
_ON_RULES = {
    "DescribeRule": "Name", "EnableRule": "Name", "DisableRule": "Name", "PutRule": "Name", "DeleteRule": "Name",
    "ListTargetsByRule": "Rule", "PutTargets": "Rule", "RemoveTargets": "Rule",
}
_ON_ANY = frozenset({"ListRules", "ListRuleNamesByTarget"})


def install() -> None:
    """Correct the ARNs, and refuse unknown rules."""
    from ministack.core import iam_actions
    from ministack.services import eventbridge

    arn_of = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict,
                             region: str, account_id: str) -> str:
        operation = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
        if service == "events" and operation in _ON_ANY:
            return "*"
        if service == "events" and operation in _ON_RULES:
            return _rule_arn(body, _ON_RULES[operation], region, account_id)
        return arn_of(service, method, path, headers, body, query_params, region, account_id)

    iam_actions.extract_resource_arn = extract_resource_arn
    for name, member in (("_enable_rule", "Name"), ("_disable_rule", "Name"), ("_list_targets_by_rule", "Rule")):
        setattr(eventbridge, name, _on_known(getattr(eventbridge, name), member))


def _rule_arn(body: bytes, member: str, region: str, account_id: str) -> str:
    try:
        request = json.loads(body)
        name, bus = str(request[member]), str(request.get("EventBusName") or "default")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "*"
    bus = bus.rsplit("/", 1)[-1]
    return f"arn:aws:events:{region}:{account_id}:rule/" + (name if bus == "default" else f"{bus}/{name}")


def _on_known(handler: Any, member: str) -> Any:
    from ministack.services import eventbridge

    def handle(data: dict) -> Any:
        bus = str(data.get("EventBusName") or "default").rsplit("/", 1)[-1]
        if eventbridge._rule_key(data.get(member), bus) not in eventbridge._rules:
            said = f"Rule {data.get(member)} does not exist on EventBus {bus}."
            return eventbridge.error_response_json("ResourceNotFoundException", said, 400)
        return handler(data)

    return handle

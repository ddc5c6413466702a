"""IAM on DynamoDB item by item: each check sees the condition keys of the part of the request that it is about.

Service authorization reference, "Condition keys for Amazon DynamoDB"; developer guide, "Using IAM policy conditions
for fine-grained access control" (`dynamodb:LeadingKeys` are the values of the partition key, of an index the index's;
a Scan has none) and "Using IAM with DynamoDB transactions" (each item needs the action that it performs). ministack
knows no leading keys, and gives all the items of a transaction the same context.
"""

from __future__ import annotations

import json
from typing import Any, Iterator, Optional

from .dynamodb_expressions import attributes

_SELECTING = frozenset({"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"})
_TRANSACTED = {"ConditionCheck": "dynamodb:ConditionCheckItem", "Put": "dynamodb:PutItem",
               "Update": "dynamodb:UpdateItem", "Delete": "dynamodb:DeleteItem", "Get": "dynamodb:GetItem"}


class _Addressed(str):
    """The ARN of a table or an index, with the part of the request that addresses it."""

    part: "dict[str, Any]" = {}
    table: str = ""


def install() -> None:
    """Let the checks' ARNs carry their part of the request, and give each check the keys of its part."""
    from ministack.core import iam_actions, iam_evaluator

    enforce = iam_evaluator.enforce

    def dynamodb_resource_arns(body: bytes, region: str, account_id: str) -> "list[str]":
        return [_arn(*each, region, account_id) for each in _parts(_json(body))]

    def dynamodb_transaction_checks(iam_action: str, body: bytes, region: str, account_id: str) -> list:
        if iam_action not in ("dynamodb:TransactWriteItems", "dynamodb:TransactGetItems"):
            return []
        return [(_TRANSACTED[member], _arn(str(part["TableName"]), part, region, account_id))
                for member, part in _transacted(_json(body))]

    def enforce_item(access_key_id: str, iam_action: str, service: str, region: str, resource_arn: str = "*",
                     service_context: "Optional[dict[str, Any]]" = None) -> Any:
        if isinstance(resource_arn, _Addressed):
            service_context = {**(service_context or {}), **_keys(iam_action, resource_arn.table, resource_arn.part)}
        return enforce(access_key_id, iam_action, service, region, resource_arn=str(resource_arn),
                       service_context=service_context)

    iam_actions.dynamodb_resource_arns = dynamodb_resource_arns
    iam_actions.dynamodb_transaction_checks = dynamodb_transaction_checks
    iam_actions.dynamodb_service_context = lambda body: {}
    iam_evaluator.enforce = enforce_item


def _json(body: bytes) -> "dict[str, Any]":
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}


def _parts(request: "dict[str, Any]") -> "Iterator[tuple[str, dict[str, Any]]]":
    """Each table of a request by its name or ARN, with what the request says of it."""
    named = request.get("TableName") or request.get("ResourceArn")
    if isinstance(named, str):
        yield named, request
    elif isinstance(request.get("RequestItems"), dict):
        for name, part in request["RequestItems"].items():
            yield name, part if isinstance(part, dict) else {"Writes": part}
    else:
        for _, part in _transacted(request):
            yield str(part["TableName"]), part


def _transacted(request: "dict[str, Any]") -> "Iterator[tuple[str, dict[str, Any]]]":
    for item in request.get("TransactItems") or []:
        for member in _TRANSACTED:
            part = item.get(member) if isinstance(item, dict) else None
            if isinstance(part, dict) and part.get("TableName"):
                yield member, part


def _arn(table: str, part: "dict[str, Any]", region: str, account_id: str) -> _Addressed:
    index = part.get("IndexName")
    whole = table if table.startswith("arn:") else f"arn:aws:dynamodb:{region}:{account_id}:table/{table}"
    made = _Addressed(whole + (f"/index/{index}" if index else ""))
    made.part, made.table = part, whole.split("/")[1] if "/" in whole else table
    return made


def _keys(iam_action: str, table: str, part: "dict[str, Any]") -> "dict[str, Any]":
    """The condition keys of one item, or of one table's items."""
    made: "dict[str, Any]" = {}
    leading = _leading_keys(table, part)
    if leading:
        made["dynamodb:LeadingKeys"] = leading
    named = attributes(part)
    if named:
        made["dynamodb:Attributes"] = named
    if iam_action in _SELECTING:
        projected = "ProjectionExpression" in part or "AttributesToGet" in part
        made["dynamodb:Select"] = part.get("Select") or ("SPECIFIC_ATTRIBUTES" if projected else "ALL_ATTRIBUTES")
    for name in ("ReturnValues", "ReturnConsumedCapacity"):
        if name in part:
            made[f"dynamodb:{name}"] = part[name]
    return made


def _leading_keys(table: str, part: "dict[str, Any]") -> "list[str]":
    from ministack.services import dynamodb

    record = dynamodb._tables.get(table)
    if record is None:
        return []
    name = dynamodb._resolve_index_keys(record, part.get("IndexName"))[0]
    items = [part.get("Key"), part.get("Item"), *(part.get("Keys") or [])]
    for write in part.get("Writes") or []:
        items += [(write.get("PutRequest") or {}).get("Item"), (write.get("DeleteRequest") or {}).get("Key")]
    values = [item[name] for item in items if isinstance(item, dict) and name in item]
    asked = dynamodb._key_condition_av(part.get("KeyConditionExpression"), part.get("KeyConditions"),
                                       part.get("ExpressionAttributeValues") or {},
                                       part.get("ExpressionAttributeNames") or {}, name)
    values += [asked] if asked else []
    return sorted({str(text) for value in values if isinstance(value, dict) for text in value.values()})

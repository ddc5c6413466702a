"""The ledger as its table holds it."""

from __future__ import annotations

import json
from typing import Any

from .account import surroundings


def _table() -> "tuple[Any, str]":
    return surroundings().admin.client("dynamodb"), surroundings().outputs["LedgerTableName"]


def items(prefix: str = "") -> "list[tuple[str, str, dict[str, Any]]]":
    """What lies in the partitions whose name begins so: partition, sort key, body."""
    client, table = _table()
    narrowed = {"FilterExpression": "begins_with(pk, :prefix)", "ExpressionAttributeValues": {":prefix": {"S": prefix}}}
    pages = client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True, **(narrowed if prefix else {}))
    found = [each for page in pages for each in page["Items"]]
    return [(each["pk"]["S"], each["sk"]["S"], json.loads(each["body"]["S"])) for each in found]


def item(partition: str, sort: str) -> "dict[str, Any] | None":
    """One of them."""
    client, table = _table()
    found = client.get_item(
        TableName=table, ConsistentRead=True, Key={"pk": {"S": partition}, "sk": {"S": sort}}).get("Item")
    return json.loads(found["body"]["S"]) if found else None


def put(partition: str, sort: str, body: "dict[str, Any]") -> None:
    """Write one, as time would have: no function is running."""
    client, table = _table()
    key = {"pk": {"S": partition}, "sk": {"S": sort}}
    before = client.get_item(TableName=table, ConsistentRead=True, Key=key).get("Item")
    revision = int(before["revision"]["N"]) + 1 if before else 1
    client.put_item(TableName=table, Item={
        **key, "body": {"S": json.dumps(body)}, "revision": {"N": str(revision)}})


def remove(partition: str, sort: str) -> None:
    """Take one away."""
    client, table = _table()
    client.delete_item(TableName=table, Key={"pk": {"S": partition}, "sk": {"S": sort}})


def forget_repairs() -> None:
    """An hour, or a day, passes: breakers close, and the settings of which there is but one have their budgets back."""
    for partition, sort, _ in items("breaker#"):
        remove(partition, sort)
    for partition, sort, state in items("state#retention."):
        if state.get("repairs") or state.get("told"):
            put(partition, sort, {"sequence": state["sequence"], "sha256": state["sha256"], "repairs": [],
                                  "escalated_until": None, "told": None})

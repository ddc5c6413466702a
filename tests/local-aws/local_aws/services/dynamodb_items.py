"""`GET /_local/dynamodb/items?table=&partition=&sort=`: a table's items by the beginning of their partition key.

Tests let time pass in a table before each of them; DynamoDB can't be asked so without a scan of all that earlier ones left.
"""

from __future__ import annotations

from typing import Any

from .local_controls import control


@control("GET", "/_local/dynamodb/items")
def items(query: dict, body: Any) -> "tuple[int, Any]":
    """In DynamoDB's own form, in the order of their keys; with `sort` only those with that sort key."""
    from ministack.services import dynamodb

    table = dynamodb._tables.get(query["table"])
    if table is None:
        return 404, {"error": f"no table {query['table']}"}
    found = [item for partition, held in sorted(table["items"].items()) if partition.startswith(query["partition"])
             for sort, item in sorted(held.items()) if query.get("sort") in (None, sort)]
    return 200, {"items": found}

"""The ledger as its table holds it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .account import surroundings
from .local import ROOT

Body = "dict[str, Any]"


@dataclass(frozen=True)
class Table:
    """The ledger of a stack."""

    name: str

    def items(self, prefix: str = "") -> "list[tuple[str, str, Body]]":
        """What lies in the partitions whose name begins so: partition, sort key, body."""
        if not prefix:
            pages = _client().get_paginator("scan").paginate(TableName=self.name, ConsistentRead=True)
            return [_read(each) for page in pages for each in page["Items"]]
        # Asked for by their names: a scan reads thousands of items of earlier tests.
        named = [each for each in _partitions() if each.startswith(prefix)] or [prefix]
        return [each for partition in named for each in self._partition(partition)]

    def _partition(self, name: str) -> "list[tuple[str, str, Body]]":
        pages = _client().get_paginator("query").paginate(
            TableName=self.name, ConsistentRead=True, KeyConditionExpression="pk = :name",
            ExpressionAttributeValues={":name": {"S": name}})
        return [_read(each) for page in pages for each in page["Items"]]

    def item(self, partition: str, sort: str) -> "Body | None":
        """One of them."""
        found = _client().get_item(TableName=self.name, ConsistentRead=True, Key=_key(partition, sort)).get("Item")
        return json.loads(found["body"]["S"]) if found else None

    def put(self, partition: str, sort: str, body: "Body") -> None:
        """Write one, as time would have: no function is running."""
        key = _key(partition, sort)
        before = _client().get_item(TableName=self.name, ConsistentRead=True, Key=key).get("Item")
        revision = int(before["revision"]["N"]) + 1 if before else 1
        _client().put_item(TableName=self.name, Item={
            **key, "body": {"S": json.dumps(body)}, "revision": {"N": str(revision)}})

    def remove(self, partition: str, sort: str) -> None:
        """Take one away."""
        _client().delete_item(TableName=self.name, Key=_key(partition, sort))

    def let_runs_end(self) -> None:
        """The time of every run passes: a lease ends with its invocation."""
        for partition, sort, run in [*self.items("run#"), *self.items("document#")]:
            self.put(partition, sort, {**run, "until": 1})


@lru_cache(maxsize=None)
def _partitions() -> "list[str]":
    """All there are, by the controls of the README's table."""
    controls = re.findall(r"^\| `([a-z-]+\.[a-z-]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    duties = sorted({each.split(".")[0] for each in controls})
    return [*(f"{kind}#{each}" for kind in ("state", "breaker") for each in controls),
            *(f"{kind}#{each}" for kind in ("run", "wake", "order", "reviewed") for each in duties),
            "document#bucket-policy", "exemption", "pause", "operations"]


def _read(found: "dict[str, Any]") -> "tuple[str, str, Body]":
    return found["pk"]["S"], found["sk"]["S"], json.loads(found["body"]["S"])


def _client() -> Any:
    return surroundings().admin.client("dynamodb")


def _key(partition: str, sort: str) -> "dict[str, Any]":
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def _first() -> Table:
    return Table(surroundings().outputs["LedgerTableName"])


def items(prefix: str = "") -> "list[tuple[str, str, Body]]":
    """What lies in the partitions of the deployed stack whose name begins so: partition, sort key, body."""
    return _first().items(prefix)


def item(partition: str, sort: str) -> "Body | None":
    """One of them."""
    return _first().item(partition, sort)


def put(partition: str, sort: str, body: "Body") -> None:
    """Write one, as time would have: no function is running."""
    _first().put(partition, sort, body)


def remove(partition: str, sort: str) -> None:
    """Take one away."""
    _first().remove(partition, sort)


def rested(state: "Body") -> "Body":
    """What is remembered of a resource when a day has passed: the end of its chain."""
    return {"sequence": state["sequence"], "sha256": state["sha256"], "repairs": [], "escalated_until": None,
            "told": None}


def forget_repairs() -> None:
    """An hour, or a day, passes: breakers close, and the settings of which there is but one have their budgets back."""
    for partition, sort, _ in items("breaker#"):
        remove(partition, sort)
    for partition, sort, state in items("state#retention."):
        if state.get("repairs") or state.get("told"):
            put(partition, sort, rested(state))


def forget_repairs_of(resource: str) -> None:
    """An hour, or a day, passes for one resource: its budgets are there again, and what was told is told anew."""
    for partition in (each for each in _partitions() if each.startswith("state#")):
        state = item(partition, resource)
        if state:
            put(partition, resource, rested(state))


def let_runs_end() -> None:
    """The time of every run passes: a lease ends with its invocation."""
    _first().let_runs_end()

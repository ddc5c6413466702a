"""The ledger as its table holds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .account import surroundings
from .local import control

Body = "dict[str, Any]"


@dataclass(frozen=True)
class Table:
    """The ledger of a stack."""

    name: str

    def items(self, prefix: str = "", sort: "str | None" = None) -> "list[tuple[str, str, Body]]":
        """What lies in the partitions whose name begins so, or of that only what is about one resource."""
        asked = {"table": self.name, "partition": prefix, **({} if sort is None else {"sort": sort})}
        return [_read(each) for each in control("GET", "dynamodb/items", **asked)["items"]]

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


def rest(table: Table, found: "list[tuple[str, str, Body]]") -> None:
    """A day passes for these resources."""
    for partition, sort, state in found:
        if state != rested(state):
            table.put(partition, sort, rested(state))


def forget_repairs() -> None:
    """An hour, or a day, passes: breakers close, and the settings of which there is but one have their budgets back."""
    for partition, sort, _ in items("breaker#"):
        remove(partition, sort)
    for duty in ("retention", "detectors", "audit-trail", "invocation-logging", "guardrails"):
        rest(_first(), items(f"state#{duty}."))


def forget_repairs_of(resource: str) -> None:
    """An hour, or a day, passes for one resource: its budgets are there again, and what was told is told anew."""
    rest(_first(), _first().items("state#", resource))


def let_runs_end() -> None:
    """The time of every run passes: a lease ends with its invocation."""
    _first().let_runs_end()

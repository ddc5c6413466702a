"""The heads of all chains, as the ledger knows them; the form is that of shared/evidence/src/bundle.rs."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from typing import Any

from .trouble import Trouble

_SCHEMA = "phiward-heads/1"
_STATE = "state#"
_OPERATIONS = "operations"


def stream(control: str, resource: str) -> str:
    """The name of a chain."""
    return f"{control}/{hashlib.sha256(resource.encode()).hexdigest()[:32]}"


def _stream_of(partition: str, sort: str) -> str:
    if partition == _OPERATIONS:
        return stream("operate", "operations")
    return stream(partition[len(_STATE):], sort)


def read(dynamodb: Any, table: str) -> "dict[str, Any]":
    """From the ledger's table; every item that was written before is seen."""
    exported = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table, ConsistentRead=True, FilterExpression="begins_with(pk, :state) OR pk = :operations",
        ExpressionAttributeValues={":state": {"S": _STATE}, ":operations": {"S": _OPERATIONS}})
    found = []
    for item in (item for page in pages for item in page["Items"]):
        partition, sort = item["pk"]["S"], item["sk"]["S"]
        try:
            body = json.loads(item["body"]["S"])
            sequence, sha256 = int(body["sequence"]), body["sha256"]
        except (KeyError, ValueError, TypeError) as error:
            raise Trouble(f"the ledger's item {partition}, {sort} can't be read ({error!r})") from error
        if sequence > 0:
            found.append({"stream": _stream_of(partition, sort), "sequence": sequence, "sha256": sha256})
    return {"schema": _SCHEMA, "exported": exported, "heads": sorted(found, key=lambda head: str(head["stream"]))}

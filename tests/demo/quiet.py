"""Proof for mode `detect`: the functions wrote evidence, remembered and told of it, and nothing else."""

from __future__ import annotations

from typing import Any

from .surroundings import Surroundings, local

_READS = ("Get", "List", "Head", "Describe")
#: Sealing and telling evidence; the keys that KMS makes for it change nothing.
_OF_EVIDENCE = {("kms", "GenerateDataKey"), ("kms", "Decrypt"), ("events", "PutEvents")}


def writes(around: Surroundings) -> "list[str]":
    """The functions' calls that changed anything else, each in a line."""
    roles = {each["role"] for each in around.functions.values()}
    calls = [call for call in local("calls")["calls"] if call["principal"] in roles]
    if not calls:
        return ["not one call of the functions is on the list of calls: their principals are not recognised"]
    return [
        f"{call['principal'].rsplit('/', 1)[-1]}: {call['service']}:{call['operation']} {_where(call)}"
        for call in calls if not is_harmless(call, around)
    ]


def is_harmless(call: "dict[str, Any]", around: Surroundings) -> bool:
    service, operation = call["service"], call["operation"]
    if operation.startswith(_READS) or (service, operation) in _OF_EVIDENCE or service == "dynamodb":
        return True  # the one table is the ledger: what is remembered, nothing of the account's
    return (service, operation) == ("s3", "PutObject") and _where(call) == around.evidence_bucket


def _where(call: "dict[str, Any]") -> str:
    parameters = call.get("parameters") or {}
    return str(parameters.get("Bucket") or parameters.get("bucketName") or "")

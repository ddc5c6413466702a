"""DynamoDB tables for tests, and what a call on them ends with."""

from __future__ import annotations

import itertools
from typing import Any, Callable, Optional

from botocore.exceptions import ClientError
from conftest import LocalAws

_NUMBER = itertools.count()


def table(aws: LocalAws, key: Optional[str] = None) -> str:
    """A table with the keys `pk` and `sk`, under a customer key if one is given: its name."""
    name = f"ledger-{next(_NUMBER)}"
    encryption = {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}} if key else {}
    aws.client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", **encryption,
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}])
    return name


def arn_of(aws: LocalAws, name: str) -> str:
    """The ARN of a table."""
    return f"arn:aws:dynamodb:{aws.region}:{aws.account}:table/{name}"


def item(pk: str, sk: str = "-", **others: str) -> "dict[str, Any]":
    """An item, or a key when nothing else is given, in DynamoDB's form."""
    return {name: {"S": value} for name, value in {"pk": pk, "sk": sk, **others}.items()}


def code(call: "Callable[..., Any]", **arguments: Any) -> Optional[str]:
    """The error code of a call; None when it succeeds."""
    try:
        call(**arguments)
    except ClientError as refused:
        return refused.response["Error"]["Code"]
    return None

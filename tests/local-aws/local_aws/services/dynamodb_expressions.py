"""The top-level attributes that a DynamoDB request names: in its keys, its items and its expressions."""

from __future__ import annotations

from typing import Any, Iterator

_EXPRESSIONS = ("KeyConditionExpression", "FilterExpression", "ProjectionExpression", "ConditionExpression",
                "UpdateExpression")
_MAPS = ("Key", "Item", "AttributeUpdates", "Expected", "ScanFilter", "QueryFilter", "KeyConditions")
_WORDS = frozenset({"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"})


def attributes(part: "dict[str, Any]") -> "list[str]":
    """The names of the attributes, each once."""
    return sorted(set(_named(part)))


def _named(part: "dict[str, Any]") -> "Iterator[str]":
    for name in _MAPS:
        yield from part.get(name) or {}
    yield from part.get("AttributesToGet") or []
    for key in part.get("Keys") or []:
        yield from key
    for write in part.get("Writes") or []:
        yield from (write.get("PutRequest") or {}).get("Item") or {}
        yield from (write.get("DeleteRequest") or {}).get("Key") or {}
    placeholders = part.get("ExpressionAttributeNames") or {}
    for expression in _EXPRESSIONS:
        for name in _heads(str(part.get(expression) or "")):
            yield placeholders.get(name, name)


def _heads(expression: str) -> "Iterator[str]":
    """The first name of every path: neither what follows a dot, nor a word of the language, nor a function."""
    from ministack.services import dynamodb

    tokens = dynamodb._tokenize(expression)
    for position, (kind, text) in enumerate(tokens[:-1]):
        if kind == "NAME_REF" or (kind == "IDENT" and text.upper() not in _WORDS):
            if (position == 0 or tokens[position - 1][0] != "DOT") and tokens[position + 1][0] != "LPAREN":
                yield text

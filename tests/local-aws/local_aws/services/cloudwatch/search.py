"""SEARCH expressions: which metrics `{Namespace,Dimension} Name="value" AND ...` finds.

A quoted value must be equal; an unquoted one has to occur, word by word, in any order (user guide, "CloudWatch search
expression syntax").
"""

from __future__ import annotations

import re
from typing import Callable, Mapping, Optional

_TOKEN = re.compile(r'\s*(\{[^}]*\}|"(?:[^"\\]|\\.)*"|[()=]|[^\s()="{}]+)')
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

#: namespace, metric name, dimensions -> whether it is found
Match = Callable[[str, str, "Mapping[str, str]"], bool]


def parse(expression: str) -> Match:
    """The metrics that a search finds; a ValueError says that it is malformed."""
    tokens = _tokens(expression)
    schema = tokens.pop(0)[1:-1] if tokens and tokens[0].startswith("{") else None
    names = None if schema is None else [_plain(each) for each in schema.split(",")]
    terms = _Terms(tokens).all() if tokens else (lambda *metric: True)

    def match(namespace: str, metric: str, dimensions: "Mapping[str, str]") -> bool:
        if names is not None and (namespace != names[0] or set(dimensions) != set(names[1:])):
            return False
        return terms(namespace, metric, dimensions)

    return match


def _tokens(expression: str) -> "list[str]":
    found, at = [], 0
    while expression[at:].strip():
        token = _TOKEN.match(expression, at)
        if token is None:
            raise ValueError(f"the search {expression!r} is malformed")
        found.append(token[1])
        at = token.end()
    return found


def _plain(text: str) -> str:
    text = text.strip()
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


class _Terms:
    """The conditions after the schema; AND binds closer than OR, and two terms side by side are an AND."""

    def __init__(self, tokens: "list[str]") -> None:
        self._tokens = tokens

    def all(self) -> Match:
        found = self._either()
        if self._tokens:
            raise ValueError(f"a search does not go on with {self._tokens[0]!r}")
        return found

    def _next(self) -> Optional[str]:
        return self._tokens[0] if self._tokens else None

    def _take(self, expected: Optional[str] = None) -> str:
        if not self._tokens or expected not in (None, self._tokens[0]):
            raise ValueError(f"a search misses {expected or 'a term'}")
        return self._tokens.pop(0)

    def _either(self) -> Match:
        sides = [self._both()]
        while self._next() == "OR":
            self._take()
            sides.append(self._both())
        return lambda *metric: any(side(*metric) for side in sides)

    def _both(self) -> Match:
        sides = [self._term()]
        while self._next() not in (None, "OR", ")"):
            if self._next() == "AND":
                self._take()
            sides.append(self._term())
        return lambda *metric: all(side(*metric) for side in sides)

    def _term(self) -> Match:
        token = self._take()
        if token == "NOT":
            inner = self._term()
            return lambda *metric: not inner(*metric)
        if token == "(":
            inner = self._either()
            self._take(")")
            return inner
        if token in (")", "=", "AND", "OR"):
            raise ValueError(f"a search has {token!r} out of place")
        if self._next() != "=":
            return lambda namespace, name, dimensions: any(
                _occurs(token, text) for text in (namespace, name, *dimensions, *dimensions.values()))
        self._take()
        wanted = self._values()
        return lambda namespace, name, dimensions: any(
            _is(each, {**dimensions, "Namespace": namespace, "MetricName": name}.get(_plain(token))) for each in wanted)

    def _values(self) -> "list[str]":
        """One value, or several in parentheses with OR between them."""
        first = self._take()
        if first != "(":
            return [first]
        found = [self._take()]
        while self._next() == "OR":
            self._take()
            found.append(self._take())
        self._take(")")
        return found


def _is(wanted: str, value: Optional[str]) -> bool:
    if value is None:
        return False
    return value == _plain(wanted) if wanted.startswith('"') else _occurs(wanted, value)


def _occurs(wanted: str, text: str) -> bool:
    words, there = ([word.lower() for word in _WORD.findall(each)] for each in (_plain(wanted), text))
    if not wanted.startswith('"'):
        return bool(words) and set(words) <= set(there)
    return any(there[at:at + len(words)] == words for at in range(len(there) - len(words) + 1))

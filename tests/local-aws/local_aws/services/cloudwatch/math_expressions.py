"""Metric math, as far as alarms and dashboards need it: operators, SUM, AVG, MIN, MAX, FILL, IF, METRICS, SEARCH.

Anything else is refused by name, so that no alarm seems to work that does not.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from typing import Any, Callable, Sequence

from . import math_values
from .math_values import Series, Value

_NOT_PYTHON = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(\^)|(&&)|(\|\|)""")
_OF_EACH: "dict[str, Callable[[float], float]]" = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}


@dataclass(frozen=True)
class Scope:
    """What an expression may name."""

    value_of: "Callable[[str], Value]"
    metrics: "Callable[[str], list[Series]]"
    search: "Callable[[str, str, int], list[Series]]"
    keys: "Sequence[int]"


def evaluate(expression: str, scope: Scope) -> Value:
    """The value of an expression; a ValueError says what is wrong with it."""
    return _Evaluation(scope).of(parse(expression))


def parse(expression: str) -> ast.expr:
    """Metric math is written as Python is, but for three operators."""
    def python(found: "re.Match[str]") -> str:
        return found[1] or ("**" if found[2] else " and " if found[3] else " or ")

    try:
        return ast.parse(_NOT_PYTHON.sub(python, expression.strip()), mode="eval").body
    except (SyntaxError, RecursionError):
        raise ValueError(f"the expression {expression!r} is malformed") from None


class _Evaluation:
    """One pass over an expression's tree."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def of(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return float(node.value)
        if isinstance(node, ast.Name):
            return self._scope.value_of(node.id)
        if isinstance(node, (ast.List, ast.Tuple)):
            return [one for item in node.elts for one in _as_array(self.of(item))]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return math_values.each(lambda value: -value, self.of(node.operand))
        if isinstance(node, ast.BinOp) and type(node.op).__name__ in math_values.ARITHMETIC:
            return math_values.combine(type(node.op).__name__, self.of(node.left), self.of(node.right))
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return math_values.combine(type(node.ops[0]).__name__, self.of(node.left), self.of(node.comparators[0]))
        if isinstance(node, ast.BoolOp):
            first, *rest = [self.of(item) for item in node.values]
            for item in rest:
                first = math_values.combine(type(node.op).__name__, first, item)
            return first
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node.func.id, node.args)
        raise ValueError(f"the local AWS does not serve {ast.unparse(node)!r} in an expression")

    def _call(self, function: str, given: "list[ast.expr]") -> Value:
        arguments: "list[Any]" = [item.value if isinstance(item, ast.Constant) else item for item in given]
        if math_values.is_aggregate(function) and len(given) == 1:
            return math_values.aggregate(function, self.of(given[0]))
        if function in _OF_EACH and len(given) == 1:
            return math_values.each(_OF_EACH[function], self.of(given[0]))
        if function == "METRICS" and len(given) <= 1:
            return list(self._scope.metrics(str(arguments[0]) if given else ""))
        if function == "SEARCH" and 2 <= len(given) <= 3:
            period = int(arguments[2]) if len(given) == 3 else 300
            return list(self._scope.search(str(arguments[0]), str(arguments[1]), period))
        if function == "FILL" and len(given) == 2:
            repeat = isinstance(given[1], ast.Name) and given[1].id == "REPEAT"
            filler = "REPEAT" if repeat else self.of(given[1])
            if not isinstance(filler, (float, str)):
                raise ValueError("FILL fills with a number or with REPEAT")
            return math_values.fill(self.of(given[0]), filler, self._scope.keys)
        if function == "TIME_SERIES" and len(given) == 1:
            return {key: math_values.at(self.of(given[0]), key) for key in self._scope.keys}  # type: ignore[arg-type]
        if function == "IF" and 2 <= len(given) <= 3:
            return self._choose([self.of(item) for item in given])
        raise ValueError(f"the local AWS does not serve {function} with {len(given)} arguments in an expression")

    def _choose(self, given: "list[Value]") -> Value:
        """IF(condition, where it holds, else): nothing where the chosen side has no datapoint."""
        if any(isinstance(item, list) for item in given):
            raise ValueError("IF takes no arrays")
        condition = given[0] if isinstance(given[0], dict) else {key: given[0] for key in self._scope.keys}
        found: Series = {}
        for key, holds in condition.items():  # type: ignore[union-attr]
            side = given[1] if holds else given[2] if len(given) == 3 else {}
            if not isinstance(side, dict) or key in side:
                found[key] = math_values.at(side, key)  # type: ignore[arg-type]
        return found


def _as_array(value: Value) -> "list[Series]":
    if isinstance(value, (int, float)):
        raise ValueError("an array holds metrics only")
    return value if isinstance(value, list) else [value]

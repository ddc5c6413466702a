"""What metric math computes with: numbers, time series, and arrays of time series."""

from __future__ import annotations

import operator
from typing import Any, Callable, Dict, List, Sequence, Union

Series = Dict[int, float]
Value = Union[float, Series, List[Series]]

ARITHMETIC: "dict[str, Callable[[float, float], Any]]" = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv, "Pow": operator.pow,
    "Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt, "GtE": operator.ge, "Eq": operator.eq,
    "NotEq": operator.ne, "And": lambda a, b: bool(a) and bool(b), "Or": lambda a, b: bool(a) or bool(b),
}
_AGGREGATES: "dict[str, Callable[[Sequence[float]], float]]" = {
    "SUM": sum, "MIN": min, "MAX": max, "AVG": lambda values: sum(values) / len(values),
}


def is_aggregate(function: str) -> bool:
    """Whether it is a function over many values."""
    return function in _AGGREGATES


def each(change: "Callable[[float], float]", value: Value) -> Value:
    """A function of every value."""
    if isinstance(value, list):
        return [{key: change(item) for key, item in one.items()} for one in value]
    if isinstance(value, dict):
        return {key: change(item) for key, item in value.items()}
    return change(value)


def combine(name: str, left: Value, right: Value) -> Value:
    """An operator between two values; two series meet where both have a datapoint."""
    if isinstance(left, list) or isinstance(right, list):
        if isinstance(left, list) and isinstance(right, list):
            raise ValueError("an operator takes no two arrays")
        many = left if isinstance(left, list) else right
        assert isinstance(many, list)
        both = [combine(name, one, right) if many is left else combine(name, left, one) for one in many]
        return [one for one in both if isinstance(one, dict)]
    if not isinstance(left, dict) and not isinstance(right, dict):
        return _one(name, left, right)
    keys = [key for key in (left if isinstance(left, dict) else right)  # type: ignore[union-attr]
            if all(key in side for side in (left, right) if isinstance(side, dict))]
    found: Series = {}
    for key in keys:
        try:
            found[key] = _one(name, at(left, key), at(right, key))
        except ZeroDivisionError:
            continue  # a division by nothing has no datapoint
    return found


def _one(name: str, left: float, right: float) -> float:
    return float(ARITHMETIC[name](left, right))


def at(value: "Union[float, Series]", key: int) -> float:
    """The value of a series at a time, or the number itself."""
    return value[key] if isinstance(value, dict) else value


def aggregate(function: str, value: Value) -> "Union[float, Series]":
    """Over an array: a series of what is there at each time. Over a series: a number."""
    over = _AGGREGATES[function]
    if isinstance(value, list):
        keys = sorted({key for one in value for key in one})
        return {key: float(over([one[key] for one in value if key in one])) for key in keys}
    if isinstance(value, dict):
        if not value:
            raise ValueError(f"{function} of a metric without datapoints")
        return float(over(list(value.values())))
    raise ValueError(f"{function} takes metrics")


def fill(value: Value, filler: "Union[float, str]", keys: "Sequence[int]") -> Value:
    """A value for every time: a number for the missing ones, or the last one before (REPEAT)."""
    if isinstance(value, list):
        return [one for one in (fill(each_one, filler, keys) for each_one in value) if isinstance(one, dict)]
    if not isinstance(value, dict):
        raise ValueError("FILL takes a metric")
    found: Series = {}
    for key in keys:
        if key in value:
            found[key] = value[key]
        elif filler != "REPEAT":
            found[key] = float(filler)
        elif found:
            found[key] = found[max(found)]
    return found

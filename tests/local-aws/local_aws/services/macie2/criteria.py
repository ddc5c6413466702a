"""Findings criteria and sorting (API reference, "ListFindings"; user guide, "Fields for filtering findings")."""

from __future__ import annotations

from typing import Any, Iterator

from botocore.model import Shape

from ..model_conformance import service_model
from .clock import in_milliseconds
from .errors import invalid

_COMPARISONS = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def matches(finding: dict, criterion: dict) -> bool:
    """Whether a finding meets every condition of a `criterion` map."""
    return all(_meets(finding, field, condition) for field, condition in criterion.items())


def check(criterion: dict) -> None:
    """Refuse a condition on a field that no finding has."""
    for field in criterion:
        shape: Shape = service_model("macie2").shape_for("Finding")
        for name in field.split("."):
            while shape.type_name == "list":
                shape = shape.member
            if shape.type_name != "structure" or name not in shape.members:
                raise invalid(f"{field} is not a field of a finding.")
            shape = shape.members[name]


def sort_key(finding: dict, field: str) -> Any:
    """What findings are ordered by; a finding without the field comes first."""
    values = list(_values(finding, field.split(".")))
    return (bool(values), str(values[0]) if values else "")


def _meets(finding: dict, field: str, condition: dict) -> bool:
    values = list(_values(finding, field.split(".")))
    texts = {_text(value) for value in values}
    for operator, wanted in condition.items():
        if operator in _COMPARISONS:
            if not any(_COMPARISONS[operator](_number(value), wanted) for value in values):
                return False
        elif operator == "eq" and not texts & set(wanted):
            return False
        elif operator == "eqExactMatch" and texts != set(wanted):
            return False
        elif operator == "neq" and texts & set(wanted):
            return False
    return True


def _values(value: Any, names: "list[str]") -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _values(item, names)
    elif names:
        if isinstance(value, dict) and value.get(names[0]) is not None:
            yield from _values(value[names[0]], names[1:])
    elif value is not None:
        yield value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> int:
    return in_milliseconds(value) if isinstance(value, str) else value

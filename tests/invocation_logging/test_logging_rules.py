"""Which destinations a deployment can name together: the template's rules refuse the rest before anything is changed."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import yaml
from harness.local import ROOT

_NAMES = ("InvocationLogBucket", "InvocationLogPrefix", "InvocationLogGroup", "InvocationLogRoleArn",
          "InvocationLargeDataBucket", "InvocationLargeDataPrefix")


class _Loader(yaml.SafeLoader):
    """Knows CloudFormation's short forms: `!Ref x` is `{"Ref": "x"}`."""


_Loader.add_multi_constructor("!", lambda loader, name, node: {
    name: loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else loader.construct_sequence(node, deep=True)})
_TEMPLATE = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
_RULES = {name: rule for name, rule in _TEMPLATE["Rules"].items() if name.startswith("Invocation")}


def _holds(expression: Any, given: "dict[str, str]") -> Any:
    """What a rule function comes to (CloudFormation User Guide, "Rule-specific intrinsic functions")."""
    if not isinstance(expression, dict):
        return expression
    [(name, value)] = expression.items()
    if name == "Ref":
        return given[value]
    values = [_holds(each, given) for each in value]
    return not values[0] if name == "Not" else {"Equals": lambda: values[0] == values[1]}[name]()


def _refused(given: "dict[str, str]") -> bool:
    return any(
        _holds(rule["RuleCondition"], given) and not all(_holds(each["Assert"], given) for each in rule["Assertions"])
        for rule in _RULES.values())


def _makes_sense(bucket: str, prefix: str, group: str, role: str, large: str, large_prefix: str) -> bool:
    """As the function itself judges what it is given."""
    return (bool(bucket) or not prefix) and bool(group) == bool(role) and (bool(group) or not large) and (
        bool(large) or not large_prefix)


@pytest.mark.parametrize("values", list(itertools.product(("", "x"), repeat=len(_NAMES))), ids="".join)
def test_a_combination_is_refused_unless_it_makes_sense(values: "tuple[str, ...]") -> None:
    assert _refused(dict(zip(_NAMES, values))) is not _makes_sense(*values)


def test_every_rule_says_what_to_do() -> None:
    assert len(_RULES) == 5
    assert all(each["AssertDescription"] for rule in _RULES.values() for each in rule["Assertions"])

"""The template of a conformance pack: config rules and remediations, in YAML or JSON, at most 51,200 characters.

API reference, PutConformancePack (`TemplateBody`). Templates with parameters, from S3 or from a document of Systems Manager, are not
served here.
"""

from __future__ import annotations

import json
from typing import Any

from .config_pages import Refused
from .model_conformance import object_problems

_RULE, _REMEDIATION = "AWS::Config::ConfigRule", "AWS::Config::RemediationConfiguration"
_MOST_CHARACTERS, _MOST_RULES, _LONGEST_NAME = 51_200, 130, 95


def read_template(asked: dict) -> "list[dict[str, Any]]":
    """The rules, as PutConfigRule takes them, with the names that the template gives them."""
    import yaml

    text = asked.get("TemplateBody")
    if not text:
        raise Refused("ConformancePackTemplateValidationException", "The local AWS takes a TemplateBody only.")
    if len(text) > _MOST_CHARACTERS:
        raise Refused("ConformancePackTemplateValidationException", f"The template has over {_MOST_CHARACTERS} characters.")
    try:
        resources = yaml.safe_load(text)["Resources"]
        rules = [_rule(each["Properties"]) for each in resources.values() if each["Type"] == _RULE]
        strange = {each["Type"] for each in resources.values()} - {_RULE, _REMEDIATION}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise Refused("ConformancePackTemplateValidationException", f"The template can't be read: {error}") from None
    names = [each["ConfigRuleName"] for each in rules]
    problems = [f"{each} is not allowed in a conformance pack" for each in sorted(strange)]
    problems += [problem for each in rules for problem in object_problems("config", "ConfigRule", each)]
    problems += [f"{name} is too long" for name in names if len(name) > _LONGEST_NAME]
    if not rules or len(rules) > _MOST_RULES or len(set(names)) < len(names):
        problems.append(f"a pack has one to {_MOST_RULES} rules, each with a name of its own")
    if problems:
        raise Refused("ConformancePackTemplateValidationException", "; ".join(problems))
    return rules


def _rule(properties: "dict[str, Any]") -> "dict[str, Any]":
    """The template has a rule's parameters as an object, the API as JSON in a string."""
    rule = {**properties, "ConfigRuleName": properties["ConfigRuleName"], "ConfigRuleState": "ACTIVE"}
    if isinstance(rule.get("InputParameters"), dict):
        rule["InputParameters"] = json.dumps(rule["InputParameters"])
    return rule

"""AWS::Config::ConformancePack, which ministack's CloudFormation refuses.

Template reference: `Ref` is the pack's name, another name is another pack; the template of the rules is in `TemplateBody`. Service
authorization reference: a pack's compliance is judged by the pack's ARN, when rules were evaluated by theirs (here by the first one's).
"""

from __future__ import annotations

import json
from typing import Any

from . import config_conformance_packs
from .config_pages import check

_TYPE = "AWS::Config::ConformancePack"
_NAME = "ConformancePackName"
_KNOWN = ("TemplateBody", "DeliveryS3Bucket", "DeliveryS3KeyPrefix", "ConformancePackInputParameters")


def install() -> None:
    """Register the type, and name the pack to IAM."""
    from ministack.core import iam_actions
    from ministack.services.cloudformation import provisioners

    provisioners._RESOURCE_HANDLERS[_TYPE] = {"create": _create, "update": _update, "delete": _delete}
    resource_of = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, *more: Any) -> Any:
        target = headers.get("x-amz-target", "") if service == "config" else ""
        if target.endswith(".DescribeConformancePackCompliance"):
            name = str(json.loads(body or b"{}").get(_NAME))
            return config_conformance_packs.pack_arn(name) or _unknown(name)
        if target.endswith(".DescribeConfigRuleEvaluationStatus"):
            names = json.loads(body or b"{}").get("ConfigRuleNames") or []
            return _rule_arn(names[0]) if names else "*"
        return resource_of(service, method, path, headers, body, *more)

    iam_actions.extract_resource_arn = extract_resource_arn


def _create(logical_id: str, properties: dict, stack_name: str) -> tuple:
    if config_conformance_packs.pack_arn(properties[_NAME]):
        raise ValueError(f"{_TYPE}: {properties[_NAME]} already exists")
    return _put(properties)


def _update(physical_id: str, old: dict, new: dict, stack_name: str) -> tuple:
    made = _put(new)
    if new[_NAME] != physical_id:
        config_conformance_packs.delete(physical_id)
    return made


def _delete(physical_id: str, properties: dict) -> None:
    config_conformance_packs.delete(physical_id)


def _put(properties: dict) -> tuple:
    unserved = set(properties) - {_NAME, *_KNOWN}
    if unserved:
        raise ValueError(f"{_TYPE}: the local AWS does not serve {', '.join(sorted(unserved))}")
    check("PutConformancePack", properties)
    return config_conformance_packs.put(properties)[_NAME], {}


def _rule_arn(name: str) -> str:
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import config

    known = config._config_rules.get(name)
    return known["ConfigRuleArn"] if known else f"arn:aws:config:{get_region()}:{get_account_id()}:config-rule/unknown"


def _unknown(name: str) -> str:
    from ministack.core.responses import get_account_id, get_region

    return f"arn:aws:config:{get_region()}:{get_account_id()}:conformance-pack/{name}/unknown"

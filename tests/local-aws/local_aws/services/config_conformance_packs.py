"""AWS Config's conformance packs, which the emulator lacks: what they are, and the rules that they deploy.

API references of PutConformancePack, DeleteConformancePack, DescribeConformancePacks, -Status and -Compliance; developer guide,
"Conformance Packs": a rule's name gets the pack's id behind it (`root-mfa-conformance-pack-1a2b3c4d5`), and the pack is made with the
service-linked role AWSServiceRoleForConfigConforms. There has to be a recorder.
"""

from __future__ import annotations

import secrets
import string
import time
import uuid
from typing import Any, Callable, Optional

from . import config_pages, service_linked_roles
from .config_pack_templates import read_template
from .config_pages import Refused
from .config_results import result_of

_LETTERS = string.ascii_lowercase + string.digits
_SERVICE, _ROLE = "config-conforms.amazonaws.com", "AWSServiceRoleForConfigConforms"
_MOST_PACKS, _MOST_NAMES = 50, 10
_PACKS: Any = None


def install() -> None:
    """Answer the five operations in front of ministack's Config."""
    from ministack.core.responses import AccountRegionScopedDict, json_response
    from ministack.services import config

    global _PACKS
    _PACKS = AccountRegionScopedDict()
    handle = config.handle_request
    operations: "dict[str, Callable[[dict], dict]]" = {
        "DescribeConformancePacks": _describe, "DescribeConformancePackStatus": _status,
        "DescribeConformancePackCompliance": _compliance, "DeleteConformancePack": _delete}

    async def handle_request(method: str, path: str, headers: dict, body: bytes, query_params: dict) -> Any:
        operation, asked = headers.get("x-amz-target", "").rsplit(".", 1)[-1], config.json.loads(body or b"{}")
        if operation != "PutConformancePack" and operation not in operations:
            return await handle(method, path, headers, body, query_params)
        try:
            config_pages.check(operation, asked)
            if operation == "PutConformancePack":
                _may_make_role(headers, query_params)
                return json_response({"ConformancePackArn": put(asked)["ConformancePackArn"]})
            return json_response(operations[operation](asked))
        except Refused as refused:
            return refused.response()

    config.handle_request = handle_request


def put(asked: dict) -> "dict[str, Any]":
    """Make a pack and its rules, or those of its template anew: what DescribeConformancePacks shows of it."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import config

    name, now = asked["ConformancePackName"], time.time()
    if not config._recorders:
        raise Refused("NoAvailableConfigurationRecorderException", "There is no configuration recorder.")
    rules = read_template(asked)
    known = _PACKS.get(name)
    if known is None and len(_PACKS) >= _MOST_PACKS:
        raise Refused("MaxNumberOfConformancePacksExceededException", f"There are {_MOST_PACKS} conformance packs.")
    identifier = known["shown"]["ConformancePackId"] if known else "conformance-pack-" + _id()
    kept = ("DeliveryS3Bucket", "DeliveryS3KeyPrefix", "ConformancePackInputParameters")
    shown = {
        "ConformancePackName": name, "ConformancePackId": identifier, "LastUpdateRequestedTime": now,
        "ConformancePackArn": f"arn:aws:config:{get_region()}:{get_account_id()}:conformance-pack/{name}/{identifier}",
        **{member: asked[member] for member in kept if member in asked}}
    _forget_rules(known)
    for rule in rules:
        config._put_config_rule({"ConfigRule": {
            **rule, "ConfigRuleName": f"{rule['ConfigRuleName']}-{identifier}", "CreatedBy": _SERVICE}})
    _PACKS[name] = {"shown": shown, "rules": {f"{each['ConfigRuleName']}-{identifier}": each["ConfigRuleName"] for each in rules},
                    "stack": known["stack"] if known else str(uuid.uuid4())}
    return shown


def delete(name: str) -> bool:
    """Delete a pack with its rules; whether there was one."""
    known = _PACKS.pop(name, None)
    _forget_rules(known)
    return known is not None


def template_name(rule: str) -> str:
    """What the template called a rule of a pack; another rule's own name."""
    return next((pack["rules"][rule] for pack in _PACKS.values() if rule in pack["rules"]), rule)


def pack_arn(name: str) -> Optional[str]:
    """The ARN of the pack with that name."""
    known = _PACKS.get(name)
    return known["shown"]["ConformancePackArn"] if known else None


def _forget_rules(pack: Optional[dict]) -> None:
    from ministack.services import config

    for rule in (pack or {}).get("rules", ()):
        config._config_rules.pop(rule, None)


def _delete(asked: dict) -> dict:
    if not delete(asked["ConformancePackName"]):
        raise _unknown(asked["ConformancePackName"])
    return {}


def _describe(asked: dict) -> dict:
    for name in asked.get("ConformancePackNames") or []:
        if name not in _PACKS:
            raise _unknown(name)
    return config_pages.page(asked, [each["shown"] for each in _named(asked)], "ConformancePackDetails", 20)


def _status(asked: dict) -> dict:
    from ministack.core.responses import get_account_id, get_region

    found = []
    for pack in _named(asked):
        shown = pack["shown"]
        stack = f"awsconfigconforms-{shown['ConformancePackName']}-{shown['ConformancePackId']}/{pack['stack']}"
        found.append({
            **{name: shown[name] for name in ("ConformancePackName", "ConformancePackId", "ConformancePackArn",
                                              "LastUpdateRequestedTime")},
            "ConformancePackState": "CREATE_COMPLETE", "LastUpdateCompletedTime": shown["LastUpdateRequestedTime"],
            "StackArn": f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:stack/{stack}"})
    return config_pages.page(asked, found, "ConformancePackStatusDetails", 20)


def _compliance(asked: dict) -> dict:
    name, filters = asked["ConformancePackName"], asked.get("Filters") or {}
    if name not in _PACKS:
        raise _unknown(name)
    rules, wanted = _PACKS[name]["rules"], filters.get("ConfigRuleNames") or []
    if len(wanted) > _MOST_NAMES:
        raise Refused("InvalidParameterValueException", f"At most {_MOST_NAMES} rules may be named.")
    for each in wanted:
        if each not in rules:
            raise Refused("NoSuchConfigRuleInConformancePackException", f"{each} is not in the conformance pack {name}.")
    found = [{"ConfigRuleName": rule, "ComplianceType": result_of(short), "Controls": []}
             for rule, short in sorted(rules.items()) if rule in (wanted or rules)]
    found = [each for each in found if each["ComplianceType"] == filters.get("ComplianceType", each["ComplianceType"])]
    return {"ConformancePackName": name, **config_pages.page(asked, found, "ConformancePackRuleComplianceList", 1000)}


def _named(asked: dict) -> "list[dict]":
    wanted = asked.get("ConformancePackNames") or list(_PACKS.keys())
    return [_PACKS[name] for name in wanted if name in _PACKS]


def _unknown(name: str) -> Refused:
    return Refused("NoSuchConformancePackException", f"There is no conformance pack {name}.")


def _may_make_role(headers: dict, query_params: dict) -> None:
    refusal = service_linked_roles.refusal(_SERVICE, _ROLE, headers, query_params)
    if refusal:
        raise Refused("InsufficientPermissionsException", refusal)


def _id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(9))

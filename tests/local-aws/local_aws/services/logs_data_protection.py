"""What CloudWatch Logs demands of a data-protection policy.

API reference, PutDataProtectionPolicy: one block that audits, then one that masks, with exactly the same identifiers; user
guide, "Custom data identifiers": ten, with a regex of 200 characters of a small alphabet; "IAM permissions required to
create or work with a data protection policy": findings that go to a known destination take `logs:CreateLogDelivery`.
"""

from __future__ import annotations

import json
import re
from typing import Any, Optional

_LONGEST, _MOST_CUSTOM, _LONGEST_REGEX = 30_720, 10, 200
_MANAGED = re.compile(r"arn:aws[a-z-]*:dataprotection::aws:data-identifier/[A-Za-z]+(-[A-Z]{2})?")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_REGEX = re.compile(r"[A-Za-z0-9_#=@/;,\- ^$?\[\]{}|\\*+.]+")
_MEMBERS = {"Name", "Description", "Version", "Statement", "Configuration"}


def problem(text: str, group_class: str) -> "Optional[tuple[str, str]]":
    """Code and words of the refusal; None for a policy that is taken."""
    if len(text) > _LONGEST:
        return "LimitExceededException", f"The policy is longer than {_LONGEST} characters."
    if group_class == "DELIVERY":
        return "InvalidParameterException", "Log groups of the class DELIVERY have no data-protection policies."
    try:
        policy = json.loads(text)
        wrong = _wrong(policy)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wrong = f"the document is malformed: {error!r}"
    return ("InvalidParameterException", f"Invalid data protection policy: {wrong}") if wrong else None


def _wrong(policy: "dict[str, Any]") -> Optional[str]:
    if policy.keys() - _MEMBERS or policy["Version"] != "2021-06-01" or not policy["Name"]:
        return "its members"
    custom = policy.get("Configuration", {}).get("CustomDataIdentifier", [])
    if len(custom) > _MOST_CUSTOM:
        return f"more than {_MOST_CUSTOM} custom data identifiers"
    for each in custom:
        if not _NAME.fullmatch(each["Name"]) or each.keys() != {"Name", "Regex"}:
            return "the name of a custom data identifier"
        if len(each["Regex"]) > _LONGEST_REGEX or not _REGEX.fullmatch(each["Regex"]):
            return "the regex of a custom data identifier"
        re.compile(each["Regex"])
    names = [each["Name"] for each in custom]
    if len(set(names)) < len(names):
        return "two custom data identifiers of one name"
    audit, mask = policy["Statement"]
    if list(audit["Operation"]) != ["Audit"] or not isinstance(audit["Operation"]["Audit"]["FindingsDestination"], dict):
        return "the first statement must audit"
    if mask["Operation"] != {"Deidentify": {"MaskConfig": {}}}:
        return "the second statement must mask"
    listed = audit["DataIdentifier"]
    if listed != mask["DataIdentifier"] or not listed or len(set(listed)) < len(listed):
        return "the data identifiers of both statements must match exactly"
    unknown = [each for each in listed if each not in names and not _MANAGED.fullmatch(each)]
    return f"unknown data identifiers {unknown}" if unknown else None


def sends_findings(text: str) -> bool:
    """Whether the audit has a destination."""
    return bool(json.loads(text)["Statement"][0]["Operation"]["Audit"]["FindingsDestination"])


def may_deliver() -> bool:
    """Whether the caller may create the delivery that findings take; an account that exists already takes no more."""
    from ministack.core.iam_evaluator import AuthError, EvalContext, evaluate, resolve_principal
    from ministack.core.responses import get_account_id, get_region

    from .kms_use import _CALLER_KEY

    principal = resolve_principal(_CALLER_KEY.get() or "", get_account_id())
    if isinstance(principal, AuthError):
        return False
    if principal.policies is None:
        return True
    context = EvalContext(
        principal_arn=principal.arn, principal_type=principal.type, principal_account=principal.account,
        action="logs:CreateLogDelivery", resource_arn="*", region=get_region())
    return evaluate(context, principal.policies, *principal.limits).decision == "Allow"

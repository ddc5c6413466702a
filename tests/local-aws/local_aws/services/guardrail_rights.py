"""What a call on a guardrail is judged by: the guardrail, the profile that it works across Regions with, and its key.

Service authorization reference, "Actions defined by Amazon Bedrock"; user guide, "Permissions for using cross-Region inference
with Amazon Bedrock Guardrails", "Create a customer managed key for your guardrail". ministack asks for `*`, or for an ARN that
is no guardrail's, where the path holds an ARN or the call goes to the runtime; and it never asks KMS.
"""

from __future__ import annotations

import re
from typing import Any, Optional
from urllib.parse import unquote

from .kms_use import Use, caller_principal, caller_refusal

_OF_PATH = re.compile(r"^/(?:guardrails/|guardrail/)(?:arn:[^/]*guardrail/)?([a-z0-9]+)(?:/version/[^/]+/apply)?/?$")
_WRITES, _READS = ("CreateGrant", "DescribeKey", "GenerateDataKey", "Decrypt"), ("Decrypt",)


def install() -> None:
    """Name the guardrail that a call is about, and ask for its profile too."""
    from ministack.core import iam_actions
    from ministack.services import bedrock, bedrock_runtime

    resource_of = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, *more: Any) -> Any:
        if service in ("bedrock", "bedrock-runtime"):
            plain = unquote(path)
            found = _OF_PATH.match(plain)
            if found:
                return _arn("guardrail", found.group(1))
            if plain.rstrip("/") == "/guardrails" and method == "POST":
                return _arn("guardrail", "new")
        return resource_of(service, method, path, headers, body, *more)

    iam_actions.extract_resource_arn = extract_resource_arn
    handler = bedrock_runtime.handle_request

    async def handle_request(method, path, headers, body, query_params):
        found = _OF_PATH.match(unquote(path))
        record = bedrock._guardrails.get(found.group(1)) if found else None
        refused = record and (
            across_regions("ApplyGuardrail", record["Given"]) or refusal(record.get("KmsKeyArn"), write=False))
        return refused or await handler(method, path, headers, body, query_params)

    bedrock_runtime.handle_request = handle_request


def across_regions(action: str, given: dict) -> Optional[tuple]:
    """Why the caller may not use the profile that a guardrail works across Regions with."""
    from .guardrails import error

    profile = (given.get("crossRegionConfig") or {}).get("guardrailProfileIdentifier")
    if not profile or _may(action, profile_arn(profile.rsplit("/", 1)[-1])):
        return None
    return error("AccessDeniedException", 403, f"not authorized to perform: bedrock:{action} on {profile}")


def refusal(key: Optional[str], write: bool) -> Optional[tuple]:
    """Why the caller may not use the guardrail's key; None when it may, or there is none."""
    from .guardrails import error

    refused = caller_refusal(Use(key_arn(key), _WRITES if write else _READS, "bedrock")) if key else None
    if refused is None:
        return None
    denied = refused.kind == "AccessDenied"
    return error("AccessDeniedException" if denied else "ValidationException", 403 if denied else 400, refused.message)


def key_arn(key: str) -> str:
    """The ARN of a key that may be named by its id."""
    if key.startswith("arn:"):
        return key
    from ministack.core.responses import get_account_id, get_region

    return f"arn:aws:kms:{get_region()}:{get_account_id()}:key/{key}"


def guardrail_arn(identifier: str) -> str:
    """The ARN of a guardrail of this account and Region."""
    return _arn("guardrail", identifier)


def profile_arn(profile: str) -> str:
    """The ARN of a guardrail profile."""
    return _arn("guardrail-profile", profile)


def _arn(kind: str, name: str) -> str:
    from ministack.core.responses import get_account_id, get_region

    return f"arn:aws:bedrock:{get_region()}:{get_account_id()}:{kind}/{name}"


def _may(action: str, arn: str) -> bool:
    from ministack.core.iam_evaluator import EvalContext, evaluate
    from ministack.core.responses import get_region

    principal = caller_principal()
    if principal is None or principal.policies is None:
        return principal is not None
    context = EvalContext(
        principal_arn=principal.arn, principal_type=principal.type, principal_account=principal.account,
        action=f"bedrock:{action}", resource_arn=arn, region=get_region(), service_context={})
    context.principal_keys = principal.keys
    return evaluate(context, principal.policies, *principal.limits).decision == "Allow"

"""Whether a principal may use a KMS key through another service: key policy, identity policies, state of the key.

Developer guide, "Key policies in AWS KMS" (a key policy must allow; naming the account delegates to IAM policies;
an AWS service needs the key policy itself), "AWS KMS condition keys" (`kms:ViaService`, `kms:EncryptionContext:…`,
`kms:CallerAccount`), "Key states". ministack's S3, SQS and SNS never ask, so a missing `kms:` permission, a key
policy that forgets a service, or a disabled key would go unseen.
"""

from __future__ import annotations

import contextvars
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

_CALLER_KEY: "contextvars.ContextVar[Optional[str]]" = contextvars.ContextVar("kms_caller_access_key", default=None)


@dataclass(frozen=True)
class Refusal:
    """Why a key can't be used: `kind` is AccessDenied, Disabled, InvalidState or NotFound."""

    kind: str
    message: str


@dataclass(frozen=True)
class Use:
    """One use of a key through a service (`via` as in `kms:ViaService`, without Region)."""

    key: str
    actions: "tuple[str, ...]"
    via: str
    encryption_context: "Mapping[str, str]" = field(default_factory=dict)


def install() -> None:
    """Remember each request's access key, under which later checks are made."""
    from ministack.core import iam_evaluator
    from ministack.core.router import extract_access_key_id

    pin = iam_evaluator.pin_request_caller

    def pin_request_caller(headers: dict, query_params: Optional[dict] = None) -> None:
        _CALLER_KEY.set(extract_access_key_id(headers or {}, query_params or {}))
        pin(headers, query_params)

    iam_evaluator.pin_request_caller = pin_request_caller


def caller_key() -> str:
    """The access key that the request was signed with."""
    return _CALLER_KEY.get() or ""


def caller_refusal(use: Use) -> Optional[Refusal]:
    """Why the request's own principal may not use the key; None when it may."""
    from ministack.core.iam_evaluator import AuthError, EvalResult, combine_resource_policy, evaluate

    record = _record(use.key)
    if record is None:
        return _unknown(use)
    principal = _caller()
    if isinstance(principal, AuthError):
        return Refusal("AccessDenied", principal.message)
    for action in use.actions:
        context = _context(use, action, record, principal.arn, principal.type, principal.account)
        context.principal_keys = principal.keys
        if record.get("KeyManager") == "AWS":
            # Its policy admits every principal of the account, through its service.
            continue
        if principal.policies is None:
            identity = EvalResult("Allow", principal.arn)
        else:
            identity = evaluate(context, principal.policies, *principal.limits)
        result = combine_resource_policy(
            identity, context, record.get("Policy") or "", principal.account, required=True,
            limits=tuple(principal.limits))
        if result.decision != "Allow":
            return _denied(principal.arn, action, record)
    return _state_refusal(record)


def caller_principal() -> Any:
    """The request's own principal; None when it can't be told."""
    from ministack.core.iam_evaluator import AuthError

    principal = _caller()
    return None if isinstance(principal, AuthError) else principal


def _caller() -> Any:
    from ministack.core.iam_evaluator import resolve_principal
    from ministack.core.responses import get_account_id

    return resolve_principal(caller_key(), get_account_id())


def service_refusal(use: Use, service: str, source_arn: str) -> Optional[Refusal]:
    """Why an AWS service, acting for `source_arn`, may not use the key: only the key's own policy can admit it."""
    from ministack.core.iam_evaluator import evaluate_resource_policy
    from ministack.core.responses import get_account_id

    record = _record(use.key)
    if record is None:
        return _unknown(use)
    source = {
        "aws:sourcearn": source_arn, "aws:sourceaccount": get_account_id(), "aws:principalisawsservice": "true",
        "aws:principalservicename": service}
    for action in use.actions:
        context = _context(use, action, record, service, "Service", "")
        context.service_context.update(source)
        admitted = evaluate_resource_policy(record.get("Policy") or "", context, service=service)
        if record.get("KeyManager") == "AWS" or admitted.decision != "Allow":
            return _denied(service, action, record)
    return _state_refusal(record)


def role_refusal(use: Use, role_arn: str) -> Optional[Refusal]:
    """Why a role that has no KMS permissions of its own may not use the key: the key policy must name it."""
    from ministack.core.iam_evaluator import evaluate_resource_policy
    from ministack.core.responses import get_account_id

    record = _record(use.key)
    if record is None:
        return _unknown(use)
    for action in use.actions:
        context = _context(use, action, record, role_arn, "AssumedRole", get_account_id())
        policy = record.get("Policy") or ""
        if evaluate_resource_policy(policy, context, named_only=True).decision != "Allow":
            return _denied(role_arn, action, record)
    return _state_refusal(record)


def _context(use: Use, action: str, record: dict, arn: str, kind: str, account: str) -> Any:
    from ministack.core.iam_evaluator import EvalContext
    from ministack.core.responses import get_account_id, get_region

    keys: "dict[str, Any]" = {
        "kms:viaservice": f"{use.via}.{get_region()}.amazonaws.com", "kms:calleraccount": get_account_id()}
    if action == "CreateGrant":
        keys["kms:grantisforawsresource"] = "true"
    if use.encryption_context:
        keys["kms:encryptioncontextkeys"] = list(use.encryption_context)
        keys.update({f"kms:encryptioncontext:{name}".lower(): value for name, value in use.encryption_context.items()})
    return EvalContext(
        principal_arn=arn, principal_type=kind, principal_account=account, action=f"kms:{action}",
        resource_arn=record["Arn"], region=get_region(), service_context=keys)


def _record(key: str) -> Optional[dict]:
    from ministack.services import kms

    found = kms._resolve_key(key)
    if found is None and key.startswith("alias/aws/"):
        # Made on first use, as in an AWS account; its state is never anything but enabled.
        return {"Arn": key, "KeyManager": "AWS", "KeyState": "Enabled"}
    return found


def _unknown(use: Use) -> Refusal:
    return Refusal("NotFound", f"Key '{use.key}' does not exist")


def _denied(arn: str, action: str, record: dict) -> Refusal:
    return Refusal(
        "AccessDenied", f"User: {arn} is not authorized to perform: kms:{action} on resource: {record['Arn']}")


def _state_refusal(record: dict) -> Optional[Refusal]:
    state = record.get("KeyState")
    if state == "Disabled":
        return Refusal("Disabled", f"{record['Arn']} is disabled.")
    if state != "Enabled":
        shown = "pending deletion" if state == "PendingDeletion" else state
        return Refusal("InvalidState", f"{record['Arn']} is {shown}.")
    return None

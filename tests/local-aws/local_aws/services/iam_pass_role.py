"""`iam:PassRole`: who gives a role to a service must be allowed to (IAM User Guide, "Grant a user permissions to pass a role").

It is no call of its own, so no request is judged for it; ministack never asks. `iam:PassedToService` is the service's name.
"""

from __future__ import annotations

from typing import Optional


def refusal(role_arn: str, service: str) -> Optional[str]:
    """Why the request's own principal may not pass the role to the service; None when it may."""
    from ministack.core.iam_evaluator import AuthError, EvalContext, evaluate, resolve_principal
    from ministack.core.responses import get_account_id, get_region

    from .kms_use import caller_key

    principal = resolve_principal(caller_key(), get_account_id())
    if isinstance(principal, AuthError):
        return principal.message
    if principal.policies is None:
        return None
    context = EvalContext(
        principal_arn=principal.arn, principal_type=principal.type, principal_account=principal.account,
        action="iam:PassRole", resource_arn=role_arn, region=get_region(), principal_keys=principal.keys,
        service_context={"iam:passedtoservice": service})
    if evaluate(context, principal.policies, *principal.limits).decision == "Allow":
        return None
    return f"User: {principal.arn} is not authorized to perform: iam:PassRole on resource: {role_arn}"

"""What a caller must be allowed besides the call itself: the role that is passed, and the key of what is read or written.

Service authorization reference, "Actions defined by Amazon Bedrock": creating and updating agents, flows, knowledge bases
depend on `iam:PassRole`. User guide, "Encryption of agent resources", "… of flows", "… of prompts": whoever calls must be able to
use the customer's key, through Bedrock and under the resource's ARN. A data source's key is its knowledge base's role's.
"""

from __future__ import annotations

from typing import Any, Optional

from .kms_use import Use, caller_principal, caller_refusal

_ROLES = {"Agent": "agentResourceRoleArn", "Flow": "executionRoleArn"}
_CONTEXTS = {"Agent": "aws:bedrock:arn", "Flow": "aws:bedrock-flows:arn", "Prompt": "aws:bedrock-prompts:arn"}


def refusal(verb: str, kind: str, record: "Optional[dict[str, Any]]", given: "dict[str, Any]") -> Optional[tuple]:
    """Why the caller may not do it; None when it may."""
    role = given.get(_ROLES.get(kind, ""))
    if role and not may_pass(role):
        return _error("AccessDeniedException", 403, f"not authorized to perform: iam:PassRole on resource: {role}")
    if kind not in _CONTEXTS:
        return None
    key = given.get("customerEncryptionKeyArn")
    context = {_CONTEXTS[kind]: (record or {}).get("AgentArn") or (record or {}).get("Arn") or "new"}
    if key:
        # What is there already is read, too.
        return _use(Use(key, ("GenerateDataKey", "Decrypt"), "bedrock", context))
    old = (record or {}).get("CustomerEncryptionKeyArn")
    return _use(Use(old, ("Decrypt",), "bedrock", context)) if old and verb != "Create" else None


def _use(use: Use) -> Optional[tuple]:
    refused = caller_refusal(use)
    if refused is None:
        return None
    denied = refused.kind == "AccessDenied"
    return _error("AccessDeniedException" if denied else "ValidationException", 403 if denied else 400, refused.message)


def may_pass(role: str) -> bool:
    """Whether the caller may pass a role to Bedrock."""
    from ministack.core.iam_evaluator import EvalContext, evaluate
    from ministack.core.responses import get_region

    principal = caller_principal()
    if principal is None or principal.policies is None:
        return principal is not None
    context = EvalContext(
        principal_arn=principal.arn, principal_type=principal.type, principal_account=principal.account,
        action="iam:PassRole", resource_arn=role, region=get_region(),
        service_context={"iam:passedtoservice": "bedrock.amazonaws.com"})
    context.principal_keys = principal.keys
    return evaluate(context, principal.policies, *principal.limits).decision == "Allow"


def _error(code: str, status: int, message: str) -> tuple:
    from ministack.services import bedrock_agent

    return bedrock_agent._error(code, message, status)

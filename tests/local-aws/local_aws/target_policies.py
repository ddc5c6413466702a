"""Whether a rule's target admits EventBridge: the policy of the function, topic or queue must allow it."""

from __future__ import annotations

from typing import Optional

from . import environment

_ACTIONS = {"lambda": "lambda:InvokeFunction", "sns": "sns:Publish", "sqs": "sqs:SendMessage"}
_SERVICE = "events.amazonaws.com"


def refusal(arn: str, rule_arn: str) -> "Optional[tuple[str, str]]":
    """The error code and message with which the target cannot be reached; None when it can."""
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy

    service = arn.split(":")[2]
    if service not in _ACTIONS:
        return None
    if not _exists(service, arn):
        return "NO_RESOURCE", f"{arn} does not exist"
    context = EvalContext(
        principal_arn="", principal_type="Service", principal_account="", action=_ACTIONS[service], resource_arn=arn,
        region=environment.REGION, secure_transport=True,
        service_context={"aws:sourcearn": rule_arn, "aws:sourceaccount": environment.ACCOUNT},
    )
    found = _policy(service, arn)
    if evaluate_resource_policy(found, context, service=_SERVICE).decision == "Allow":
        return None
    return "NO_PERMISSIONS", f"the policy of {arn} does not allow {_SERVICE} from {rule_arn}"


def _exists(service: str, arn: str) -> bool:
    from ministack.services import lambda_svc, sns, sqs

    if service == "lambda":
        return lambda_svc._get_func_record_for_ref(arn)[1] is not None
    return arn in sns._topics if service == "sns" else sqs._queue_by_arn(arn) is not None


def _policy(service: str, arn: str) -> "Optional[dict | str]":
    from ministack.services import lambda_svc, sns, sqs

    lookups = {"lambda": lambda_svc.function_policy_for_arn, "sns": sns.topic_policy_for_arn,
               "sqs": sqs.queue_policy_for_arn}
    found = lookups[service](arn)
    return found[0] if found else None

"""A function's log lines reach CloudWatch Logs, and its metrics CloudWatch, only when its role may write the lines."""

from __future__ import annotations

from typing import Any, Mapping

from . import embedded_metrics, environment
from .authorizations import LAMBDA, asked_by


def install() -> None:
    """Ask the role before the emulator writes an invocation's lines; the controls see every line anyhow."""
    from ministack.services import lambda_svc

    emit = lambda_svc._emit_lambda_logs

    def emit_lambda_logs(func: dict, request_id: str, log_text: str, *given: Any, **named: Any) -> None:
        if _may_write(func.get("config") or func):
            emit(func, request_id, log_text, *given, **named)
            embedded_metrics.publish(log_text or "")

    lambda_svc._emit_lambda_logs = emit_lambda_logs


def _may_write(config: "Mapping[str, Any]") -> bool:
    from ministack.services import cloudwatch_logs

    name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
    group = f"arn:aws:logs:{environment.REGION}:{environment.ACCOUNT}:log-group:{name}"
    stream = f"{group}:log-stream:any"
    asked = [("logs:CreateLogStream", stream), ("logs:PutLogEvents", stream)]
    if name not in cloudwatch_logs._log_groups:
        asked.append(("logs:CreateLogGroup", f"{group}:*"))
    with asked_by(LAMBDA, "logs:PutLogEvents"):
        return all(_allowed(str(config.get("Role", "")), action, resource) for action, resource in asked)


def _allowed(role_arn: str, action: str, resource: str) -> bool:
    from ministack.core import iam_evaluator
    from ministack.services import iam

    name = role_arn.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{environment.ACCOUNT}:assumed-role/{name}/lambda", principal_type="AssumedRole",
        principal_account=environment.ACCOUNT, action=action, resource_arn=resource, region=environment.REGION)
    policies = iam_evaluator._gather_role_policies(name, environment.ACCOUNT)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, environment.ACCOUNT)
    return iam_evaluator.evaluate(context, policies, *limits).decision == "Allow"

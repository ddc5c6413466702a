"""CloudWatch Logs takes a key for a log group only when the key's policy admits it for that group.

Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS": principal `logs.REGION.amazonaws.com`, the
group's ARN as encryption context `aws:logs:arn`. Else the group, and with it the deployment, fails.
"""

from __future__ import annotations

from typing import Any, Optional

from .kms_use import Use, service_refusal

_ACTIONS = ("Encrypt", "Decrypt", "GenerateDataKey")


def install() -> None:
    """Judge the key in CreateLogGroup and in a template's log groups."""
    from ministack.services import cloudwatch_logs
    from ministack.services.cloudformation import provisioners

    create = cloudwatch_logs._create_log_group
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]

    def create_log_group(data: dict) -> Any:
        wrong = problem(data.get("logGroupName", ""), data.get("kmsKeyId"))
        return cloudwatch_logs.error_response_json("InvalidParameterException", wrong, 400) if wrong else create(data)

    def judged(handler: Any, properties_at: int) -> Any:
        def handle(*args: Any) -> Any:
            made = handler(*args)
            wrong = problem(made[0], args[properties_at].get("KmsKeyId"))
            if wrong:
                raise ValueError(wrong)
            return made

        return handle

    cloudwatch_logs._create_log_group = create_log_group
    handlers["create"], handlers["update"] = judged(handlers["create"], 1), judged(handlers["update"], 2)


def problem(group: str, key: Optional[str]) -> Optional[str]:
    """CloudWatch Logs' words for a key that it may not use; None for one that it may, or for none."""
    from ministack.core.responses import get_account_id, get_region

    arn = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}"
    if not key:
        return None
    use = Use(key, _ACTIONS, "logs", {"aws:logs:arn": arn})
    refused = service_refusal(use, f"logs.{get_region()}.amazonaws.com", arn)
    return f"The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'" if refused else None

"""What a service asks of its caller before it works in an account: the right to make its service-linked role.

User guides: "a principal must be allowed to create the Macie service-linked role in order to enable Macie" (Macie, "AWS
managed policies"), GuardDuty, "Using service-linked roles"; IAM, `iam:AWSServiceName`.
"""

from __future__ import annotations

from typing import Optional

from ..authorizations import CALL, asked_by

_ACTION = "iam:CreateServiceLinkedRole"


def refusal(service: str, role: str, headers: dict, query_params: dict) -> Optional[str]:
    """IAM's message when the caller may not make the role; None when it may."""
    from ministack.app import AUTH
    from ministack.core.iam_evaluator import enforce
    from ministack.core.responses import get_account_id
    from ministack.core.router import extract_access_key_id, extract_region

    if not AUTH:
        return None
    arn = f"arn:aws:iam::{get_account_id()}:role/aws-service-role/{service}/{role}"
    with asked_by(CALL):
        denied = enforce(extract_access_key_id(headers, query_params), _ACTION, "iam",
                         extract_region(headers, query_params), arn, {"iam:AWSServiceName": service})
    return None if denied is None else f"User is not authorized to perform: {_ACTION} on resource: {arn}"

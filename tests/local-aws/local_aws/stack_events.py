"""CloudFormation tells EventBridge when a stack changes its status."""

from __future__ import annotations

import sys
import uuid
from typing import Any

from . import clock, environment, eventbridge

_STACK = "AWS::CloudFormation::Stack"


def install() -> None:
    """Follow every stack event; the emulator's modules hold the recorder by name, so each gets the new one."""
    from ministack.services.cloudformation import stacks

    record = stacks._add_event

    def add_event(stack_id: str, stack_name: str, logical_id: str, resource_type: str, status: str,
                  reason: str = "", *rest: Any, **named: Any) -> None:
        record(stack_id, stack_name, logical_id, resource_type, status, reason, *rest, **named)
        if resource_type == _STACK and logical_id == stack_name:
            eventbridge.deliver(_status_change(stack_id, status, reason, stacks.CLIENT_REQUEST_TOKEN.get()))

    for name, module in list(sys.modules.items()):
        if name.startswith("ministack.services.cloudformation") and getattr(module, "_add_event", None) is record:
            module._add_event = add_event  # type: ignore[attr-defined]


def _status_change(stack_id: str, status: str, reason: str, token: str) -> "dict[str, Any]":
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "CloudFormation Stack Status Change",
        "source": "aws.cloudformation",
        "account": environment.ACCOUNT,
        "time": clock.rfc3339(clock.now())[:19] + "Z",
        "region": stack_id.split(":")[3],
        "resources": [stack_id],
        "detail": {
            "stack-id": stack_id,
            "status-details": {"status": status, "status-reason": reason or ""},
            "client-request-token": token or "",
        },
    }

"""The last step to a rule's target: it must admit EventBridge, else the event goes to the rule's dead-letter queue."""

from __future__ import annotations

import contextlib
import contextvars
import json
import logging
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping, Optional

from . import invocations, target_policies
from .invocations import Invocation

logger = logging.getLogger("local_aws")


@dataclass(frozen=True)
class Delivery:
    """One event on its way to one target of one rule."""

    target: "Mapping[str, Any]"
    rule: "Mapping[str, Any]"
    event: "Mapping[str, Any]"


_DELIVERY: "contextvars.ContextVar[Optional[Delivery]]" = contextvars.ContextVar("delivery", default=None)
_COLLECTED: "contextvars.ContextVar[Optional[list[Invocation]]]" = contextvars.ContextVar("collected", default=None)


@contextlib.contextmanager
def delivering(target: "Mapping[str, Any]", rule: "Mapping[str, Any]", event: "Mapping[str, Any]") -> Iterator[None]:
    """What is sent inside belongs to this rule and target."""
    token = _DELIVERY.set(Delivery(target, rule, event))
    try:
        yield
    finally:
        _DELIVERY.reset(token)


@contextlib.contextmanager
def collecting(started: "list[Invocation]") -> Iterator[None]:
    """Invocations that are started inside are added to the list."""
    token = _COLLECTED.set(started)
    try:
        yield
    finally:
        _COLLECTED.reset(token)


def to_lambda(arn: str, payload: str) -> None:
    """Invoke a function asynchronously."""

    def start() -> None:
        delivery = _DELIVERY.get()
        rule = str(delivery.rule.get("Name", "")) if delivery else ""
        event_id = delivery.event.get("id") if delivery else None
        invocation = invocations.start(arn, json.loads(payload), rule, event_id)
        collected = _COLLECTED.get()
        if collected is not None:
            collected.append(invocation)

    guarded(arn, payload, start)


def guarded(arn: str, payload: str, send: Callable[[], None]) -> None:
    """Deliver where the target admits EventBridge; else the event goes to the rule's dead-letter queue."""
    delivery = _DELIVERY.get()
    rule_arn = str(delivery.rule.get("Arn", "")) if delivery else ""
    refusal = target_policies.refusal(arn, rule_arn)
    if refusal is None:
        send()
        return
    code, message = refusal
    logger.warning("EventBridge cannot deliver to %s: %s", arn, code)
    dead_letters = ((delivery.target.get("DeadLetterConfig") or {}).get("Arn")) if delivery else None
    if dead_letters:
        _dead_letter(str(dead_letters), arn, rule_arn, payload, code, message)


def _dead_letter(queue_arn: str, target_arn: str, rule_arn: str, payload: str, code: str, message: str) -> None:
    from ministack.core.arn import parse_arn
    from ministack.services import eventbridge, sqs

    refusal = target_policies.refusal(queue_arn, rule_arn)
    if refusal is not None:
        logger.warning("dead-letter queue %s refuses EventBridge: %s", queue_arn, refusal[0])
        return
    eventbridge._dispatch_to_sqs(parse_arn(queue_arn), payload, {})
    found = sqs._queue_by_arn(queue_arn)
    if found and found["messages"]:
        said = {"RULE_ARN": rule_arn, "TARGET_ARN": target_arn, "ERROR_CODE": code, "ERROR_MESSAGE": message}
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in said.items()}
        message_sent = found["messages"][-1]
        message_sent.update(message_attributes=attributes, md5_attrs=sqs._md5_msg_attrs(attributes))

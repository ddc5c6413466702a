"""EventBridge as AWS has it: what a rule's state means, AWS's own events in their order, schedules on time."""

from __future__ import annotations

import contextvars
import json
import logging
import queue
import re
import threading
from typing import Any, Mapping

from . import environment, pending, rule_targets
from .invocations import Invocation

logger = logging.getLogger("local_aws")

_ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
_STATES = ("ENABLED", "DISABLED", _ALL_EVENTS)
_READS = re.compile(r"^(Get|List|Describe|Head|Lookup)")
_TICK_SECONDS = 1

_WAITING: "queue.SimpleQueue[tuple[contextvars.Context, Mapping[str, Any]]]" = queue.SimpleQueue()


def install() -> None:
    """Replace the emulator's ways to targets, and start the thread that delivers AWS's own events in order."""
    from ministack.services import eventbridge

    put_rule, invoke_target = eventbridge._put_rule, eventbridge._invoke_target
    to_sqs, to_sns = eventbridge._dispatch_to_sqs, eventbridge._dispatch_to_sns

    def checked_put_rule(data: dict) -> Any:
        if data.get("State", "ENABLED") not in _STATES:
            return eventbridge.error_response_json("ValidationException", "Value at 'state' failed to satisfy enum.", 400)
        return put_rule(data)

    def dispatch_event(event: dict, view: Any = None) -> None:
        _dispatch(event, view or eventbridge._pattern_event_view(event))

    def invoke(target: dict, event: dict, rule: dict, view: Any = None) -> None:
        seen = view or eventbridge._pattern_event_view(event)
        with rule_targets.delivering(target, rule, seen.event_with_detail()):
            invoke_target(target, event, rule, seen)

    eventbridge._put_rule = checked_put_rule
    eventbridge._dispatch_event = dispatch_event
    eventbridge._invoke_target = invoke
    eventbridge._dispatch_to_lambda = rule_targets.to_lambda
    eventbridge._dispatch_to_sqs = lambda spec, payload, given=None: rule_targets.guarded(
        str(spec), payload, lambda: to_sqs(spec, payload, given))
    eventbridge._dispatch_to_sns = lambda arn, payload: rule_targets.guarded(
        arn, payload, lambda: to_sns(arn, payload))
    eventbridge._SCHEDULER_TICK_INTERVAL = _TICK_SECONDS
    threading.Thread(target=_deliver_waiting, daemon=True, name="aws-events").start()


def deliver(event: "Mapping[str, Any]") -> None:
    """Put one of AWS's own events on the default bus of its Region, in the background, in the order given."""
    pending.EVENTS.add(1)
    _WAITING.put((contextvars.copy_context(), event))


def _deliver_waiting() -> None:
    while True:
        context, event = _WAITING.get()
        try:
            context.run(_put, event, str(event.get("region", environment.REGION)))
        except Exception:
            logger.exception("delivery of an event")
        finally:
            pending.EVENTS.add(-1)


def dispatch_and_collect(event: "Mapping[str, Any]") -> "list[Invocation]":
    """Put an event on the default bus as it stands; the answer is the invocations that it started."""
    collected: "list[Invocation]" = []

    def run() -> None:
        with rule_targets.collecting(collected):
            _put(event, environment.REGION)

    contextvars.copy_context().run(run)
    return collected


def last_fired(rule_name: str, at: float) -> None:
    """Let a schedule of the default bus have fired then, for the last time; it is looked at each second."""
    from ministack.services import eventbridge

    key = (environment.ACCOUNT, environment.REGION, f"default|{rule_name}")
    rule = eventbridge._rules._data.get(key)
    if rule is None or not rule.get("ScheduleExpression"):
        raise KeyError(f"no scheduled rule {rule_name}")
    eventbridge._rule_last_fired[key] = at


def _put(event: "Mapping[str, Any]", region: str) -> None:
    from ministack.core.responses import set_request_account_id, set_request_region
    from ministack.services import eventbridge

    set_request_account_id(environment.ACCOUNT)
    set_request_region(region)
    eventbridge._ensure_default_bus()
    outside = {name: value for name, value in event.items() if name != "detail"}
    record = {
        "EventId": event.get("id", ""), "Source": event.get("source", ""), "DetailType": event.get("detail-type", ""),
        "Detail": json.dumps(event.get("detail", {})), "EventBusName": "default", "Time": event.get("time", ""),
        "Resources": event.get("resources", []), "Account": event.get("account", ""), "Region": event.get("region", ""),
    }
    view = eventbridge._EventView(outside, record["Detail"])
    _dispatch(record, view)


def _dispatch(event: "dict[str, Any]", view: Any) -> None:
    """The emulator's walk over the rules, with AWS's meaning of their states."""
    from ministack.services import eventbridge

    seen = set(event.get("_DispatchPath") or [])
    bus = event.get("EventBusName", "default")
    reads_only = _is_read_only_management_event(view.event_with_detail())
    for key, rule in eventbridge._rules.items():
        if rule.get("EventBusName", "default") != bus or key in seen or not rule.get("EventPattern"):
            continue
        if rule.get("State") != _ALL_EVENTS and (rule.get("State") != "ENABLED" or reads_only):
            continue
        if eventbridge._matches_pattern_view(rule["EventPattern"], view, f"rule {key}"):
            for target in list(eventbridge._targets.get(key, [])):
                eventbridge._invoke_target(target, event, rule, view)


def _is_read_only_management_event(event: "Mapping[str, Any]") -> bool:
    """CloudTrail management events that only read reach no rule in the plain state ENABLED."""
    detail = event.get("detail")
    if not str(event.get("detail-type", "")).endswith("via CloudTrail") or not isinstance(detail, dict):
        return False
    if detail.get("managementEvent") is False or detail.get("eventCategory", "Management") != "Management":
        return False
    read_only = detail.get("readOnly")
    if read_only is None:
        return bool(_READS.match(str(detail.get("eventName", ""))))
    return str(read_only).lower() == "true"

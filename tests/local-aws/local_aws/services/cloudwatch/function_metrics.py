"""AWS/Lambda: each attempt of a function, by FunctionName, by FunctionName and Resource (`name:alias`), and over all.

A datapoint carries the time at which the attempt ended, Lambda's the one at which it began: alarms may run faster here
than functions do, and would not look back that far.
"""

from __future__ import annotations

import time
from typing import Any, Mapping


def install() -> None:
    """Measure every execution; the emulator counts only what Invoke was asked for, and accepted events as well."""
    from ministack.services import lambda_svc

    dispatch, acquire = lambda_svc._execute_function_dispatch, lambda_svc._acquire_execution_slot

    def measured(func: dict, config: dict, event: Any, request_id: str, started: float) -> dict:
        result = dispatch(func, config, event, request_id, started)
        if result.get("throttle"):
            _throttled(config)
        else:
            publish(config, Invocations=1, Errors=int(bool(result.get("error"))), Throttles=0,
                    Duration=(time.time() - started) * 1000)
        return result

    def acquire_slot(func: dict, config: dict) -> Any:
        found = acquire(func, config)
        if found[0] is None:
            _throttled(config)
        return found

    lambda_svc._execute_function_dispatch, lambda_svc._acquire_execution_slot = measured, acquire_slot
    lambda_svc._emit_lambda_metrics = lambda *given, **named: None


def publish(config: "Mapping[str, Any]", **values: float) -> None:
    """Publish metrics of a function for all sets of dimensions; the ARN says which alias or version was asked."""
    from ministack.services import cloudwatch

    now, name = time.time(), config["FunctionName"]
    asked = config.get("FunctionArn", "").split(":")[7:]
    resource = ":".join([name, *asked])
    for dimensions in ({}, {"FunctionName": name}, {"FunctionName": name, "Resource": resource}):
        for metric, value in values.items():
            unit = "Milliseconds" if metric == "Duration" else "Count"
            cloudwatch._store_datum("AWS/Lambda", metric, dimensions, now, unit, value, None, None, None)


def _throttled(config: "Mapping[str, Any]") -> None:
    """A throttled request is no invocation."""
    publish(config, Throttles=1)

"""The functions' unpublished version, which no rule starts: a test may set it up differently and invoke it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import Any, Iterator

from demo.surroundings import Surroundings

from .account import surroundings
from .local import invoke, saved_event, wait_quiet


@contextmanager
def configured(duty: str, timeout: "int | None" = None, **variables: str) -> "Iterator[None]":
    """With other environment variables, or another timeout, as long as the block lasts."""
    client, name = surroundings().admin.client("lambda"), surroundings().functions[duty]["name"]
    before = client.get_function_configuration(FunctionName=name)
    changed = {"Variables": {**before["Environment"]["Variables"], **variables}}
    client.update_function_configuration(FunctionName=name, Environment=changed, Timeout=timeout or before["Timeout"])
    try:
        yield
    finally:
        wait_quiet()
        client.update_function_configuration(
            FunctionName=name, Environment=before["Environment"], Timeout=before["Timeout"])


@contextmanager
def level(around: Surroundings, duty: str, wanted: str) -> "Iterator[None]":
    """What `invoke` starts logs at that level; the alias that the rules invoke has a version of its own."""
    client, name = around.admin.client("lambda"), around.functions[duty]["name"]
    before = client.get_function_configuration(FunctionName=name)["LoggingConfig"]
    client.update_function_configuration(FunctionName=name, LoggingConfig={**before, "ApplicationLogLevel": wanted})
    try:
        yield
    finally:
        client.update_function_configuration(FunctionName=name, LoggingConfig=before)


def sweep(duty: str) -> "dict[str, Any]":
    """Let it look at everything, now; its answer."""
    answer, failure = invoke(duty, json.dumps(saved_event(f"{duty}/schedule.json")).encode())
    assert failure is None, f"the sweep of {duty} failed: {answer}"
    return answer

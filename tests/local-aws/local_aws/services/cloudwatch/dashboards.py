"""Dashboards: a body that CloudWatch would refuse is refused, from a request and from a template."""

from __future__ import annotations

import json
import re
from typing import Any, Iterator

from .requests import Refused, replace

_TYPES = ("metric", "text", "log", "alarm", "explorer", "custom")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_PLACE = {"x": (0, 23), "y": (0, 10**6), "width": (1, 24), "height": (1, 1000)}


def install() -> None:
    """Take over PutDashboard and the template's body."""
    from ministack.services import cloudwatch
    from ministack.services.cloudformation import provisioners

    def put_dashboard(asked: dict) -> dict:
        cloudwatch.cloudformation_put_dashboard(asked["DashboardName"], asked["DashboardBody"])
        return {"DashboardValidationMessages": []}

    put = cloudwatch.cloudformation_put_dashboard

    def put_checked_dashboard(name: str, body: str) -> Any:
        _check(name, body)
        return put(name, body)

    replace("PutDashboard", "_put_dashboard", put_dashboard)
    cloudwatch.cloudformation_put_dashboard = put_checked_dashboard


def _check(name: str, body: str) -> None:
    if not _NAME.fullmatch(name):
        raise Refused("The value of field DashboardName must be 1 to 255 letters, digits, '-' and '_'.",
                      "InvalidParameterInput")
    problems = list(_problems(body))
    if problems:
        raise Refused(f"The dashboard body is invalid, there are {len(problems)} validation errors: "
                      + "; ".join(problems), "InvalidParameterInput")


def _problems(body: str) -> "Iterator[str]":
    try:
        dashboard = json.loads(body)
    except ValueError:
        yield "must be valid JSON"
        return
    widgets = dashboard.get("widgets") if isinstance(dashboard, dict) else None
    if not isinstance(widgets, list):
        yield "should have an array widgets"
        return
    for number, widget in enumerate(widgets):
        yield from (f"/widgets/{number}: {problem}" for problem in _of_widget(widget))


def _of_widget(widget: Any) -> "Iterator[str]":
    if not isinstance(widget, dict) or widget.get("type") not in _TYPES:
        yield f"type should be one of {', '.join(_TYPES)}"
        return
    properties = widget.get("properties")
    if not isinstance(properties, dict):
        yield "should have properties"
        return
    for name, (least, most) in _PLACE.items():
        value = widget.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"{name} should be a whole number from {least} to {most}"
    needs = {"metric": ("region",), "text": ("markdown",), "log": ("region", "query"), "alarm": ("alarms",)}
    yield from (f"properties should have {each}" for each in needs.get(widget["type"], ()) if each not in properties)
    if widget["type"] == "metric" and not {"metrics", "annotations"} & set(properties):
        yield "properties should have metrics or annotations"

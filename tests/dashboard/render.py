"""`python -m dashboard.render DASHBOARD FILE`: the dashboard of the AWS that the environment names, as one HTML page.

For people who change it: its grid, its titles, and what its metrics show of the last minutes. Log and alarm widgets show
what they ask for.
"""

from __future__ import annotations

import html
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3

from .series import Line, lines

_UNIT, _GAP, _MINUTES = 56, 8, 30


def page(cloudwatch: Any, name: str) -> str:
    """The whole page."""
    body = json.loads(cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"])
    until = datetime.now(timezone.utc)
    since = until - timedelta(minutes=_MINUTES)
    widgets = "".join(_widget(cloudwatch, each, since, until) for each in body["widgets"])
    height = max(each["y"] + each["height"] for each in body["widgets"]) * _UNIT
    return (
        "<!doctype html><meta charset=utf-8><title>Phiward</title><style>body{margin:0;background:#f2f3f3;"
        "font:13px sans-serif}div.w{position:absolute;background:#fff;border:1px solid #d5dbdb;box-sizing:border-box;"
        "padding:8px;overflow:hidden}h2{font-size:14px;margin:0 0 4px}ul{margin:4px 0;padding:0;columns:2;"
        "list-style:none;font-size:11px}b.n{font-size:24px;display:block}span.n{display:inline-block;margin:6px 14px}"
        f"</style><main style='position:relative;width:{24 * _UNIT}px;height:{height}px'>{widgets}</main>")


def _widget(cloudwatch: Any, widget: "dict[str, Any]", since: datetime, until: datetime) -> str:
    left, top = widget["x"] * _UNIT, widget["y"] * _UNIT
    wide, high = widget["width"] * _UNIT - _GAP, widget["height"] * _UNIT - _GAP
    properties = widget["properties"]
    if widget["type"] == "metric":
        found = lines(cloudwatch, properties, since, until)
        inside = _numbers(found) if properties["view"] == "singleValue" else _graph(found, since, until, wide, high)
    else:
        shown = properties.get("query") or "<br>".join(each.rsplit(":", 1)[-1] for each in properties["alarms"])
        inside = f"<code>{shown if 'alarms' in properties else html.escape(shown)}</code>"
    return (f"<div class=w style='left:{left}px;top:{top}px;width:{wide}px;height:{high}px'>"
            f"<h2>{html.escape(properties['title'])}</h2>{inside}</div>")


def _numbers(found: "list[Line]") -> str:
    return "".join(f"<span class=n><b class=n style='color:{each.color}'>{sum(value for _, value in each.points):g}</b>"
                   f"{html.escape(each.label)}</span>" for each in found)


def _graph(found: "list[Line]", since: datetime, until: datetime, wide: int, high: int) -> str:
    inner, span = high - 90, (until - since).total_seconds()
    most = max((value for each in found for _, value in each.points), default=0) or 1
    drawn = ""
    for each in found:
        points = [(((at - since).total_seconds() / span) * (wide - 60) + 40, inner - value / most * (inner - 10))
                  for at, value in each.points]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        dots = "".join(f"<circle cx={x:.0f} cy={y:.0f} r=2.5 fill='{each.color}'/>" for x, y in points)
        drawn += f"<polyline points='{path}' fill=none stroke='{each.color}'/>{dots}"
    legend = "".join(f"<li><b style='color:{each.color}'>&#9632;</b> {html.escape(each.label)}" for each in found)
    return (f"<svg width={wide - 16} height={inner + 4}><text x=0 y=12 font-size=11>{most:g}</text>"
            f"<text x=0 y={inner} font-size=11>0</text><path d='M36 0V{inner}H{wide}' stroke='#aab7b8' fill=none />"
            f"{drawn}</svg><ul>{legend}</ul>")


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(page(boto3.client("cloudwatch"), sys.argv[1]))

"""ListMetrics in pages, and without what had no datapoint for two weeks.

API reference: 500 metrics in an answer; a dimension of the request without a value asks for its name alone; `RecentlyActive` is
`PT3H`. ministack gives everything at once.
"""

from __future__ import annotations

import base64
import time

from .requests import Refused, replace

_PAGE = 500
_RECENT = {"PT3H": 3 * 60 * 60}
_TWO_WEEKS = 14 * 24 * 60 * 60
_MOST_DIMENSIONS = 30


def install() -> None:
    """Take the operation over."""
    replace("ListMetrics", "_list_metrics", _list_metrics)


def _list_metrics(asked: dict) -> dict:
    from ministack.services import cloudwatch

    wanted = asked.get("Dimensions") or []
    if len(wanted) > _MOST_DIMENSIONS:
        raise Refused(f"The collection Dimensions must not have a size greater than {_MOST_DIMENSIONS}.")
    since = time.time() - _RECENT.get(asked.get("RecentlyActive", ""), _TWO_WEEKS)
    found = []
    for (namespace, name, key), points in sorted(cloudwatch._metrics.items(), key=lambda each: each[0]):
        if asked.get("Namespace", namespace) != namespace or asked.get("MetricName", name) != name:
            continue
        has = points[0]["Dimensions"] if points else {}
        if not any(point["Timestamp"] >= since for point in points) or not all(
                each["Name"] in has and each.get("Value", has[each["Name"]]) == has[each["Name"]] for each in wanted):
            continue
        found.append({"Namespace": namespace, "MetricName": name,
                      "Dimensions": [{"Name": each, "Value": value} for each, value in has.items()]})
    try:
        start = int(base64.b64decode(asked["NextToken"], validate=True)) if asked.get("NextToken") else 0
    except ValueError:
        raise Refused("The value of NextToken is not valid.", "InvalidParameterValue") from None
    more = {"NextToken": base64.b64encode(str(start + _PAGE).encode()).decode()} if start + _PAGE < len(found) else {}
    return {"Metrics": found[start:start + _PAGE], **more}

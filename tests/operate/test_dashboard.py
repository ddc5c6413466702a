"""The dashboard shows nothing but what the functions emit, and is whole JSON once it is deployed."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any, Iterator

import pytest
from demo.principals import Principal
from demo.surroundings import Surroundings

from harness import BucketFactory, await_outcome, now, surroundings
from harness.operate import heartbeat


@pytest.fixture(scope="module")
def dashboard(around: Surroundings, admin: Principal) -> "dict[str, Any]":
    name = around.outputs["DashboardName"]
    return json.loads(admin.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])


@pytest.fixture(scope="module")
def emitted(admin: Principal, drifter: Principal) -> "list[dict[str, Any]]":
    """All metrics that there are after a repair and a heartbeat."""
    bucket, since = BucketFactory().logs(), now()
    drifter.client("s3").delete_bucket_encryption(Bucket=bucket)
    await_outcome("buckets.kms-encryption", bucket, since)
    heartbeat()
    pages = admin.client("cloudwatch").get_paginator("list_metrics").paginate()
    return [each for page in pages for each in page["Metrics"]]


def _metrics(dashboard: "dict[str, Any]") -> "Iterator[list[Any]]":
    for widget in dashboard["widgets"]:
        yield from widget["properties"].get("metrics", [])


def test_every_metric_on_it_is_one_that_is_emitted(
        dashboard: "dict[str, Any]", emitted: "list[dict[str, Any]]") -> None:
    known = {(each["Namespace"], each["MetricName"], frozenset((one["Name"], one["Value"]) for one in each["Dimensions"]))
             for each in emitted}
    # Of outcomes only those that have happened are there; the name of the dimension is what counts.
    shapes = {(namespace, name, frozenset(key for key, _ in dimensions)) for namespace, name, dimensions in known}
    plain = [each for each in _metrics(dashboard) if isinstance(each[0], str)]
    assert len(plain) > 15
    for namespace, name, *rest in plain:
        words = [each for each in rest if isinstance(each, str)]
        dimensions = dict(zip(words[::2], words[1::2]))
        shape = (namespace, name, frozenset(dimensions))
        assert shape in shapes or namespace == "AWS/SQS", shape
        if "Outcome" in dimensions:
            assert dimensions["Outcome"] in {"remediated", "detected", "reported", "exempt", "escalated", "failed"}


def test_every_search_on_it_finds_something(
        dashboard: "dict[str, Any]", emitted: "list[dict[str, Any]]", admin: Principal) -> None:
    searches = [each[0]["expression"] for each in _metrics(dashboard) if isinstance(each[0], dict)]
    assert len(searches) == 3
    for search in searches:
        answer = admin.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "found", "Expression": search}], StartTime=now() - timedelta(hours=3),
            EndTime=now() + timedelta(hours=1))
        assert any(each["Values"] for each in answer["MetricDataResults"]), search


def test_its_queues_functions_alarms_and_log_groups_are_those_of_the_stack(
        dashboard: "dict[str, Any]", admin: Principal) -> None:
    text = json.dumps(dashboard)
    assert not re.search(r"\$\{(?!PROP\()", text), "but for what CloudWatch itself fills in"
    pages = admin.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName="phiward")
    summaries = [each for page in pages for each in page["StackResourceSummaries"]]
    made = {each["PhysicalResourceId"] for each in summaries}
    alarms = {each.rsplit(":", 1)[-1] for each in dashboard["widgets"][0]["properties"]["alarms"]}
    assert alarms == {each["PhysicalResourceId"] for each in summaries if "CloudWatch::Alarm" in each["ResourceType"]}
    groups = re.findall(r"SOURCE '([^']+)'", text)
    functions = {each["name"] for each in surroundings().functions.values()}
    # What people tell Phiward is no drift, and neither is what it reports.
    assert len(set(groups)) == len(functions) - 2 and set(groups) <= made
    shown = {each[3] for each in _metrics(dashboard) if each[0] == "AWS/Lambda"}
    assert shown == functions


def test_widgets_do_not_overlap(dashboard: "dict[str, Any]") -> None:
    taken = set()
    for widget in dashboard["widgets"]:
        cells = {(x, y) for x in range(widget["x"], widget["x"] + widget["width"])
                 for y in range(widget["y"], widget["y"] + widget["height"])}
        assert widget["x"] + widget["width"] <= 24 and not cells & taken
        taken |= cells

"""Metrics of functions, and what the queries of a dashboard answer."""

from __future__ import annotations

import itertools
import time
from typing import Any

import botocore.exceptions
import pytest

from conftest import LocalAws
from functions import allow, function, queue, rule
from metrics import dimensions, eventually, fresh, put, total

_LOGS = allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


def ask(aws: LocalAws, *queries: dict, **members: Any) -> "list[dict]":
    """The results of GetMetricData over the last hour."""
    now = time.time()
    return aws.client("cloudwatch").get_metric_data(**{
        "StartTime": now - 3600, "EndTime": now + 60, "MetricDataQueries": list(queries), **members})["MetricDataResults"]


def stat(name: str, namespace: str, statistic: str = "Sum", period: int = 86400, **of: str) -> dict:
    """A query for the metric M."""
    metric = {"Namespace": namespace, "MetricName": "M", "Dimensions": dimensions(**of)}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic}}


def of_function(aws: LocalAws, name: str, **more: str) -> "dict[str, float | None]":
    """The sums of a function's metrics."""
    return {metric: total(aws, "AWS/Lambda", metric, FunctionName=name, **more)
            for metric in ("Invocations", "Errors", "Throttles")}


def emit(aws: LocalAws, source: str, **detail: object) -> None:
    aws.control("POST", "/_local/emit", {"source": source, "detail-type": "t", "detail": detail})


def test_each_attempt_counts_by_function_and_by_alias(aws: LocalAws) -> None:
    name = fresh("measured")
    function(aws, name)
    lambdas = aws.client("lambda")
    version = lambdas.publish_version(FunctionName=name)["Version"]
    alias = lambdas.create_alias(FunctionName=name, Name="live", FunctionVersion=version)["AliasArn"]
    rule(aws, name, {"source": [name]}, alias)
    emit(aws, name, fail="on purpose")
    lambdas.invoke(FunctionName=name, Payload=b"{}")
    lambdas.invoke(FunctionName=name, Qualifier="live", Payload=b"{}")
    assert of_function(aws, name) == {"Invocations": 5, "Errors": 3, "Throttles": 0}
    assert of_function(aws, name, Resource=f"{name}:live") == {"Invocations": 4, "Errors": 3, "Throttles": 0}
    assert of_function(aws, name, Resource=name) == {"Invocations": 1, "Errors": 0, "Throttles": 0}
    assert (total(aws, "AWS/Lambda", "Duration", FunctionName=name) or 0) > 0
    assert total(aws, "AWS/Lambda", "Duration", "SampleCount", FunctionName=name) == 5


def test_a_throttled_request_is_no_invocation(aws: LocalAws) -> None:
    name = fresh("throttled")
    function(aws, name)
    lambdas = aws.client("lambda")
    lambdas.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    with pytest.raises(botocore.exceptions.ClientError, match="TooManyRequests"):
        lambdas.invoke(FunctionName=name, Payload=b"{}")
    assert of_function(aws, name) == {"Invocations": None, "Errors": None, "Throttles": 1}


@pytest.mark.parametrize(("metric", "settle"), [
    ("DestinationDeliveryFailures", lambda aws, name, arn: aws.client("lambda").put_function_event_invoke_config(
        FunctionName=name, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}})),
    ("DeadLetterErrors", lambda aws, name, arn: aws.client("lambda").update_function_configuration(
        FunctionName=name, DeadLetterConfig={"TargetArn": arn})),
])
def test_what_cannot_be_handed_over_is_counted(aws: LocalAws, metric: str, settle: Any) -> None:
    name = fresh("lost")
    rule(aws, name, {"source": [name]}, function(aws, name))
    settle(aws, name, queue(aws, name)[1])  # the role may not send to it
    emit(aws, name, fail="on purpose")
    assert eventually(lambda: total(aws, "AWS/Lambda", metric, FunctionName=name) == 1)


def test_embedded_metrics_keep_sets_units_values_and_time(aws: LocalAws) -> None:
    name = fresh("Embedded")
    rule(aws, name, {"source": [name]}, function(aws, name, _LOGS))
    at = (int(time.time()) - 1800) // 60 * 60
    directive = {"Namespace": name, "Dimensions": [[], ["control"], ["control", "outcome"]], "Metrics": [
        {"Name": "Took", "Unit": "Milliseconds"}, {"Name": "Outcomes", "Unit": "Count"}, {"Name": "Plain"},
        {"Name": "Absent", "Unit": "Count"}]}
    emit(aws, name, print={
        "_aws": {"Timestamp": at * 1000 + 250, "CloudWatchMetrics": [directive]}, "control": "c", "outcome": "repaired",
        "Took": [10, 20, 30], "Outcomes": {"Values": [1, 5], "Counts": [3, 1]}, "Plain": 7})
    client = aws.client("cloudwatch")
    listed = client.list_metrics(Namespace=name)["Metrics"]
    assert {(each["MetricName"], tuple(sorted(one["Name"] for one in each["Dimensions"]))) for each in listed} == set(
        itertools.product(("Took", "Outcomes", "Plain"), ((), ("control",), ("control", "outcome"))))
    for of in ({}, {"control": "c"}, {"control": "c", "outcome": "repaired"}):
        asked = {"Namespace": name, "Dimensions": dimensions(**of), "Period": 60, "StartTime": at, "EndTime": at + 60}
        (took,) = client.get_metric_statistics(**asked, MetricName="Took", Statistics=["SampleCount", "Sum", "Maximum"]
                                               )["Datapoints"]
        assert took["Timestamp"].timestamp() == at
        assert (took["Unit"], took["SampleCount"], took["Sum"], took["Maximum"]) == ("Milliseconds", 3, 60, 30)
        (half,) = client.get_metric_statistics(**asked, MetricName="Took", ExtendedStatistics=["p50"])["Datapoints"]
        assert half["ExtendedStatistics"] == {"p50": 20}
        (outcomes,) = client.get_metric_statistics(**asked, MetricName="Outcomes", Statistics=["SampleCount", "Sum"]
                                                   )["Datapoints"]
        assert (outcomes["Unit"], outcomes["SampleCount"], outcomes["Sum"]) == ("Count", 4, 8)
        (plain,) = client.get_metric_statistics(**asked, MetricName="Plain", Statistics=["Sum"])["Datapoints"]
        assert (plain["Unit"], plain["Sum"]) == ("None", 7)


@pytest.mark.parametrize("wrong", [
    {"_aws.Timestamp": None}, {"_aws.Timestamp": 1}, {"control": 5}, {"control": None}, {"M": "5"}, {"M": [1] * 101},
    {"unit": "Repairs"},
])
def test_a_malformed_line_gives_no_metric(aws: LocalAws, wrong: dict) -> None:
    name = fresh("Malformed")
    rule(aws, name, {"source": [name]}, function(aws, name, _LOGS))
    line: "dict[str, Any]" = {"control": "c", "M": 5, **wrong}
    directive = {"Namespace": name, "Dimensions": [["control"]], "Metrics": [
        {"Name": "M", "Unit": line.pop("unit", "Count")}]}
    timestamp = line.pop("_aws.Timestamp", int(time.time() * 1000))
    line["_aws"] = {"Timestamp": timestamp, "CloudWatchMetrics": [directive]}
    good = {"_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [{**directive, "Metrics": [
        {"Name": "Good", "Unit": "Count"}]}]}, "control": "c", "Good": 1}
    emit(aws, name, print=line)
    emit(aws, name, print=good)
    assert [each["MetricName"] for each in aws.client("cloudwatch").list_metrics(Namespace=name)["Metrics"]] == ["Good"]


def test_a_query_without_dimensions_is_for_the_metric_without_any(aws: LocalAws) -> None:
    space = fresh("Bare")
    put(aws, space, 1)
    put(aws, space, 10, a="1")
    put(aws, space, 100, a="1", b="2")
    found = ask(aws, stat("m1", space), stat("m2", space, a="1"), stat("m3", space, b="2", a="1"), stat("m4", space, b="2"))
    assert [sum(each["Values"]) for each in found] == [1, 10, 100, 0]
    assert total(aws, space, "M") == 1


def test_the_newest_comes_first_unless_asked_otherwise(aws: LocalAws) -> None:
    space = fresh("Order")
    put(aws, space, 1, ago=600)
    put(aws, space, 2, ago=0)
    (newest,), (oldest,) = (ask(aws, stat("m", space, period=60), **order)
                            for order in ({}, {"ScanBy": "TimestampAscending"}))
    assert (newest["Values"], oldest["Values"]) == ([2, 1], [1, 2])
    assert newest["Timestamps"] == oldest["Timestamps"][::-1]


def test_percentiles(aws: LocalAws) -> None:
    space = fresh("Percentiles")
    aws.client("cloudwatch").put_metric_data(Namespace=space, MetricData=[
        {"MetricName": "M", "Values": list(range(101)), "Timestamp": time.time()}])
    found = ask(aws, stat("m1", space, "p50"), stat("m2", space, "p95"), stat("m3", space, "p99.9"))
    assert [each["Values"] for each in found] == [[50], [95], [pytest.approx(99.9)]]


def test_search_as_a_dashboard_does(aws: LocalAws) -> None:
    space = fresh("Searched").replace("-", "")
    for control, outcome in (("tls", "repaired"), ("tls", "failed"), ("logs", "repaired")):
        put(aws, space, 1, name="Outcomes", Control=control, Outcome=outcome)
    put(aws, space, 1, name="Outcomes", Control="tls")
    put(aws, space, 1, name="OtherOutcomes", Control="tls", Outcome="repaired")

    def labels(search: str, **query: str) -> "list[str]":
        expression = f"SEARCH('{{{space},Control,Outcome}} {search}', 'Sum', 300)"
        return [each["Label"] for each in ask(aws, {"Id": "s", "Expression": expression, **query}) if each["Values"]]

    assert labels('MetricName="Outcomes"') == ["logs repaired", "tls failed", "tls repaired"]
    assert labels('MetricName="Outcomes" Control="tls"') == ["tls failed", "tls repaired"]
    assert labels('MetricName="Outcomes" AND (Control="logs" OR Outcome="failed")') == ["logs repaired", "tls failed"]
    assert labels('MetricName="Outcomes" NOT Outcome="repaired"') == ["tls failed"]
    assert labels("MetricName=other") == ["tls repaired"]
    assert labels('MetricName="outcomes"') == []
    assert labels('Outcome="failed"', Label="${PROP('Dim.Control')}: ${PROP('MetricName')}") == ["tls: Outcomes"]
    total_of = f"SUM(SEARCH('{{{space},Control,Outcome}} MetricName=\"Outcomes\"', 'Sum', 86400))"
    (summed,) = ask(aws, {"Id": "t", "Expression": total_of, "Label": "all"})
    assert (summed["Label"], sum(summed["Values"])) == ("all", 3)


def test_metric_math_of_a_dashboard(aws: LocalAws) -> None:
    space = fresh("Math")
    put(aws, space, 6, a="1")
    put(aws, space, 3, a="2")
    operands = [{**stat("m1", space, a="1"), "ReturnData": False}, {**stat("m2", space, a="2"), "ReturnData": False}]

    def value(expression: str) -> "list[float]":
        (found,) = ask(aws, *operands, {"Id": "e", "Expression": expression})
        return found["Values"]

    assert value("100 * m2 / (m1 + m2) - 2 ^ 3") == [pytest.approx(100 / 3 - 8)]
    assert value("SUM(METRICS())") == value("SUM([m1, m2])") == [9]
    assert value("MAX(METRICS('m'))") == [6]
    assert value("IF(m1 > 5 && m2 > 5, 1, 0)") == [0]
    assert value("m1 / (m2 - 3)") == []
    for wrong in ("m1 +", "m9", "SUM(m1)", "RATE(m1)", "e"):
        with pytest.raises(botocore.exceptions.ClientError, match="ValidationError"):
            value(wrong)


def test_fill_stands_for_missing_datapoints(aws: LocalAws) -> None:
    space = fresh("Fill")
    put(aws, space, 4, ago=120)
    (found,) = ask(aws, {**stat("m", space, period=60), "ReturnData": False}, {"Id": "e", "Expression": "FILL(m, 0)"})
    assert (sum(found["Values"]), len(found["Values"])) == (4, pytest.approx(61, abs=1))

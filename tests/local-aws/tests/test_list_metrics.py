"""CloudWatch's lists of metrics and of figures, page by page."""

from __future__ import annotations

import time

import botocore.exceptions
import pytest

REGION = "eu-west-3"
NOVA = "amazon.nova-lite-v1:0"


def refused(call, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def figures(name, ids=("m",), **stat):
    return [{"Id": each, "MetricStat": {"Period": 60, "Stat": "Sum", **stat, "Metric": {
        "Namespace": "Paged", "MetricName": name, "Dimensions": []}}} for each in ids]


def test_metrics_come_in_pages_of_five_hundred(aws):
    cloudwatch = aws.client("cloudwatch", region=REGION)
    cloudwatch.put_metric_data(Namespace="Many", MetricData=[
        {"MetricName": f"M{number:04}", "Value": 1, "Dimensions": [{"Name": "Kind", "Value": str(number % 2)}]}
        for number in range(502)])
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace="Many"))
    assert [len(page["Metrics"]) for page in pages] == [500, 2]
    even = cloudwatch.list_metrics(Namespace="Many", Dimensions=[{"Name": "Kind", "Value": "0"}])["Metrics"]
    assert len(even) == 251 and even[0]["Dimensions"] == [{"Name": "Kind", "Value": "0"}]
    assert len(cloudwatch.list_metrics(Namespace="Many", Dimensions=[{"Name": "Kind"}])["Metrics"]) == 500
    assert cloudwatch.list_metrics(Namespace="Many", Dimensions=[{"Name": "Sort"}])["Metrics"] == []
    assert [each["MetricName"] for each in cloudwatch.list_metrics(MetricName="M0007")["Metrics"]] == ["M0007"]
    assert refused(cloudwatch.list_metrics, NextToken="x!") == "InvalidParameterValue"


def test_what_had_no_datapoint_for_long_is_not_listed(aws):
    cloudwatch = aws.client("cloudwatch", region=REGION)
    for name, hours in (("Now", 0), ("Today", 5), ("Old", 15 * 24)):
        cloudwatch.put_metric_data(Namespace="Aged", MetricData=[
            {"MetricName": name, "Value": 1, "Timestamp": time.time() - hours * 3600}])
    assert [each["MetricName"] for each in cloudwatch.list_metrics(Namespace="Aged")["Metrics"]] == ["Now", "Today"]
    recent = cloudwatch.list_metrics(Namespace="Aged", RecentlyActive="PT3H")["Metrics"]
    assert [each["MetricName"] for each in recent] == ["Now"]


def test_inference_is_listed_with_its_tokens(aws):
    answer = aws.client("bedrock-runtime", region=REGION).converse(
        modelId=NOVA, messages=[{"role": "user", "content": [{"text": "Good day to you."}]}])
    cloudwatch, of_model = aws.client("cloudwatch", region=REGION), [{"Name": "ModelId", "Value": NOVA}]
    listed = cloudwatch.list_metrics(Namespace="AWS/Bedrock", Dimensions=of_model)["Metrics"]
    assert {each["MetricName"] for each in listed} >= {"Invocations", "InputTokenCount", "OutputTokenCount"}
    now = time.time()
    [found] = cloudwatch.get_metric_data(StartTime=now - 600, EndTime=now + 60, MetricDataQueries=[{
        "Id": "m", "MetricStat": {"Period": 3600, "Stat": "Sum", "Metric": {
            "Namespace": "AWS/Bedrock", "MetricName": "InputTokenCount", "Dimensions": of_model}}}])["MetricDataResults"]
    assert sum(found["Values"]) == answer["usage"]["inputTokens"] > 0


def test_figures_come_in_pages_of_datapoints(aws):
    cloudwatch, end = aws.client("cloudwatch", region=REGION), int(time.time()) // 60 * 60
    for minute in range(5):
        cloudwatch.put_metric_data(Namespace="Paged", MetricData=[
            {"MetricName": "Steps", "Value": minute, "Timestamp": end - 60 * minute}])
    asked = {"MetricDataQueries": [*figures("Steps", ("a", "b")), *figures("None", ("c",))], "StartTime": end - 600,
             "EndTime": end + 60, "MaxDatapoints": 3}
    seen, statuses, token = {"a": [], "b": [], "c": []}, [], {}
    for _ in range(4):
        page = cloudwatch.get_metric_data(**asked, **token)
        for result in page["MetricDataResults"]:
            seen[result["Id"]] += result["Values"]
            statuses.append((result["Id"], result["StatusCode"], len(result["Timestamps"])))
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert seen == {"a": [0, 1, 2, 3, 4], "b": [0, 1, 2, 3, 4], "c": []} and not token
    assert statuses == [("a", "PartialData", 3), ("c", "Complete", 0), ("a", "Complete", 2), ("b", "PartialData", 1),
                        ("b", "PartialData", 3), ("b", "Complete", 1)]
    assert refused(cloudwatch.get_metric_data, **{**asked, "MaxDatapoints": 100_801}) == "ValidationError"
    assert refused(cloudwatch.get_metric_data, **asked, NextToken="x!") == "InvalidNextToken"


def test_both_are_actions_of_their_own(aws):
    end = time.time()
    asked = {"MetricDataQueries": figures("Steps"), "StartTime": end - 600, "EndTime": end}
    listing, reading = (
        aws.client("cloudwatch", aws.role(name, {"Effect": "Allow", "Action": f"cloudwatch:{action}", "Resource": "*"}), REGION)
        for name, action in (("lists-metrics", "ListMetrics"), ("reads-metrics", "GetMetricData")))
    listing.list_metrics(Namespace="Paged")
    reading.get_metric_data(**asked)
    assert "AccessDenied" in refused(listing.get_metric_data, **asked)
    assert "AccessDenied" in refused(reading.list_metrics, Namespace="Paged")

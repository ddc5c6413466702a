"""CloudFormation makes alarms and dashboards with all that the template says."""

from __future__ import annotations

import json
from typing import Any

import botocore.exceptions
import pytest

from conftest import LocalAws
from metrics import dimensions, fresh

_BODY = {"widgets": [{"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": {
    "region": "us-east-1", "title": "Outcomes", "period": 300, "metrics": [
        [{"expression": "SEARCH('{Phiward,Control,Outcome} MetricName=\"Outcomes\"', 'Sum', 300)", "id": "e1"}]]}}]}


def deploy(aws: LocalAws, name: str, update: bool = False, **resources: dict) -> None:
    stacks = aws.client("cloudformation")
    body = json.dumps({"Resources": {
        key: {"Type": f"AWS::CloudWatch::{key.rstrip('s123')}", "Properties": value} for key, value in resources.items()}})
    (stacks.update_stack if update else stacks.create_stack)(StackName=name, TemplateBody=body)
    waiter = stacks.get_waiter("stack_update_complete" if update else "stack_create_complete")
    waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def described(aws: LocalAws, name: str) -> dict:
    (found,) = aws.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return found


def test_an_alarm_keeps_every_property(aws: LocalAws) -> None:
    stack = fresh("alarms")
    asked: "dict[str, Any]" = {
        "AlarmName": stack, "AlarmDescription": "d", "Namespace": "AWS/Lambda", "MetricName": "Duration",
        "Dimensions": dimensions(FunctionName="f", Resource="f:live"), "ExtendedStatistic": "p95", "Period": 300,
        "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 1500.5, "Unit": "Milliseconds",
        "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": "notBreaching", "ActionsEnabled": False,
        "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:a"], "OKActions": ["arn:aws:sns:us-east-1:000000000000:o"],
        "InsufficientDataActions": ["arn:aws:sns:us-east-1:000000000000:i"]}
    # A template may write numbers and booleans as strings.
    deploy(aws, stack, Alarm={**asked, "Period": "300", "Threshold": "1500.5", "ActionsEnabled": "false"})
    found = described(aws, stack)
    assert {name: found[name] for name in asked} == asked
    changed = {**asked, "Threshold": 7.0, "TreatMissingData": "ignore"}
    deploy(aws, stack, True, Alarm=changed)
    found = described(aws, stack)
    assert {name: found[name] for name in asked} == changed


def test_an_alarm_on_metric_math(aws: LocalAws) -> None:
    stack = fresh("math")
    metric = {"Namespace": "n", "MetricName": "m", "Dimensions": dimensions(a="1")}
    queries = [{"Id": "e", "Expression": "SUM(METRICS())", "Label": "all", "ReturnData": True},
               {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False}]
    deploy(aws, stack, Alarm={"AlarmName": stack, "Metrics": queries, "EvaluationPeriods": 1, "Threshold": 0,
                              "ComparisonOperator": "GreaterThanThreshold"})
    found = described(aws, stack)
    assert found["Metrics"] == queries
    assert not {"MetricName", "Period", "Statistic"} & set(found)


@pytest.mark.parametrize("wrong", [{"EvaluationPeriods": None}, {"Statistic": "Middle"}, {"ThresholdMetricId": "t"}])
def test_an_alarm_that_cloudwatch_refuses_fails_the_stack(aws: LocalAws, wrong: dict) -> None:
    properties = {"Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
                  "Threshold": 0, "ComparisonOperator": "GreaterThanThreshold", **wrong}
    with pytest.raises(botocore.exceptions.WaiterError):
        deploy(aws, fresh("refused"), Alarm={name: value for name, value in properties.items() if value is not None})


def test_a_dashboard_has_the_templates_body(aws: LocalAws) -> None:
    stack, client = fresh("dashboards"), aws.client("cloudwatch")
    deploy(aws, stack, Dashboard={"DashboardName": stack, "DashboardBody": {"Fn::Sub": json.dumps(_BODY)}})
    found = client.get_dashboard(DashboardName=stack)
    assert json.loads(found["DashboardBody"]) == _BODY
    assert found["DashboardArn"] == f"arn:aws:cloudwatch::{aws.account}:dashboard/{stack}"
    deploy(aws, stack, True, Dashboard={"DashboardName": stack, "DashboardBody": '{"widgets": []}'})
    assert client.get_dashboard(DashboardName=stack)["DashboardBody"] == '{"widgets": []}'
    aws.client("cloudformation").delete_stack(StackName=stack)
    with pytest.raises(botocore.exceptions.ClientError, match="ResourceNotFound"):
        client.get_dashboard(DashboardName=stack)


@pytest.mark.parametrize("body", [
    "{", "[]", "{}", '{"widgets": [{"type": "chart", "properties": {}}]}', '{"widgets": [{"type": "text"}]}',
    '{"widgets": [{"type": "text", "properties": {"markdown": "m"}, "width": 25}]}',
    '{"widgets": [{"type": "metric", "properties": {"metrics": []}}]}',
])
def test_a_malformed_dashboard_is_refused(aws: LocalAws, body: str) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidParameterInput"):
        aws.client("cloudwatch").put_dashboard(DashboardName="malformed", DashboardBody=body)
    with pytest.raises(botocore.exceptions.WaiterError):
        deploy(aws, fresh("malformed"), Dashboard={"DashboardName": "malformed", "DashboardBody": body})

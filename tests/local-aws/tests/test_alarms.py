"""Alarms: what they look at, when they change their state, and what they do then."""

from __future__ import annotations

import json
import time
from typing import Any, Iterator

import botocore.exceptions
import pytest

from conftest import LocalAws
from functions import messages, policy
from metrics import becomes, dimensions, eventually, fresh, put, state, total

SPEED = 60  # an alarm's minute is a second


@pytest.fixture(autouse=True)
def fast(aws: LocalAws) -> Iterator[None]:
    aws.control("POST", "/_local/alarms", {"speed": SPEED})
    yield
    aws.control("POST", "/_local/alarms", {"speed": 1})


def alarm(aws: LocalAws, namespace: str, **members: Any) -> str:
    """An alarm on the sum of the namespace's metric M: its name."""
    name = fresh("alarm")
    one = {} if "Metrics" in members else {"Namespace": namespace, "MetricName": "M", "Period": 60}
    if one and "ExtendedStatistic" not in members:
        one["Statistic"] = "Sum"
    aws.client("cloudwatch").put_metric_alarm(**{
        "AlarmName": name, "EvaluationPeriods": 1, "Threshold": 0, "ComparisonOperator": "GreaterThanThreshold",
        **one, **members})
    return name


def topic(aws: LocalAws, publisher: str = "cloudwatch", **attributes: str) -> "tuple[str, str]":
    """A topic that a service may write to, and the URL of the queue that gets what it sends."""
    name = fresh("alarms")
    sqs, sns = aws.client("sqs"), aws.client("sns")
    arn, inbox = f"arn:aws:sns:us-east-1:{aws.account}:{name}", f"arn:aws:sqs:us-east-1:{aws.account}:{name}"
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": _admit("sns", "sqs:SendMessage", inbox)})["QueueUrl"]
    sns.create_topic(Name=name, Attributes={"Policy": _admit(publisher, "sns:Publish", arn), **attributes})
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=inbox, Attributes={"RawMessageDelivery": "true"})
    return arn, url


def _admit(service: str, action: str, arn: str) -> str:
    return policy({"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": action,
                   "Resource": arn})


def test_a_message_in_a_queue_alarms_and_its_removal_ends_it(aws: LocalAws) -> None:
    sqs, name = aws.client("sqs"), fresh("dead-letters")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn, inbox = topic(aws)
    watching = alarm(aws, "AWS/SQS", MetricName="ApproximateNumberOfMessagesVisible", Statistic="Maximum",
                     Dimensions=dimensions(QueueName=name), TreatMissingData="notBreaching", AlarmActions=[arn],
                     OKActions=[arn])
    assert becomes(aws, watching, "OK")
    sqs.send_message(QueueUrl=url, MessageBody="m")
    assert becomes(aws, watching, "ALARM")
    time.sleep(3)  # three evaluations more, in the same state
    sqs.purge_queue(QueueUrl=url)
    assert becomes(aws, watching, "OK")
    time.sleep(1)
    sent = messages(aws, inbox, 3)
    assert [each["NewStateValue"] for each in sent] == ["OK", "ALARM", "OK"]
    ended = "was greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition)."
    assert sent[1]["NewStateReason"].endswith(ended)


@pytest.mark.parametrize(("by_topic", "by_key", "arrives"), [
    ("cloudwatch", "cloudwatch", True), ("events", "cloudwatch", False), ("cloudwatch", "events", False),
])
def test_actions_need_the_topic_and_its_key(aws: LocalAws, by_topic: str, by_key: str, arrives: bool) -> None:
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"}, "Action": "kms:*", "Resource": "*"}
    use = {"Effect": "Allow", "Principal": {"Service": [f"{by_key}.amazonaws.com"]}, "Resource": "*",
           "Action": ["kms:Decrypt", "kms:GenerateDataKey*"]}
    key = aws.client("kms").create_key(Policy=policy(root, use))["KeyMetadata"]["Arn"]
    arn, inbox = topic(aws, by_topic, KmsMasterKeyId=key)
    watching = alarm(aws, fresh("Encrypted"), TreatMissingData="breaching", AlarmActions=[arn])
    assert becomes(aws, watching, "ALARM")
    time.sleep(0.5)
    assert len(messages(aws, inbox, int(arrives))) == int(arrives)


def test_a_queue_publishes_once_it_is_used(aws: LocalAws) -> None:
    sqs, name = aws.client("sqs"), fresh("depth")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    depth = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
    time.sleep(2)
    assert total(aws, *depth, QueueName=name) is None
    sqs.receive_message(QueueUrl=url)
    assert eventually(lambda: total(aws, *depth, QueueName=name) == 0)
    for _ in range(3):
        sqs.send_message(QueueUrl=url, MessageBody="m")
    assert eventually(lambda: total(aws, *depth, QueueName=name) == 3)
    sqs.receive_message(QueueUrl=url)
    assert eventually(lambda: total(aws, "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "Maximum", QueueName=name) == 1)


def test_only_the_metric_with_all_the_dimensions_counts(aws: LocalAws) -> None:
    space = fresh("Dimensions")
    both = alarm(aws, space, Dimensions=dimensions(a="1", b="2"), TreatMissingData="notBreaching")
    none = alarm(aws, space, TreatMissingData="notBreaching")
    for of in ({"a": "1"}, {"a": "1", "b": "3"}, {"a": "1", "b": "2", "c": "3"}):
        put(aws, space, 1, **of)
    time.sleep(2.5)
    assert (state(aws, both), state(aws, none)) == ("OK", "OK")
    put(aws, space, 1, b="2", a="1")
    assert becomes(aws, both, "ALARM")
    assert state(aws, none) == "OK"


@pytest.mark.parametrize(("treatment", "expected"), [
    ("missing", "INSUFFICIENT_DATA"), ("ignore", "ALARM"), ("breaching", "ALARM"), ("notBreaching", "OK"),
])
def test_when_data_ends(aws: LocalAws, treatment: str, expected: str) -> None:
    space = fresh("Ends")
    watching = alarm(aws, space, TreatMissingData=treatment)
    put(aws, space, 1)
    assert becomes(aws, watching, "ALARM")
    time.sleep(5)  # the datapoint leaves the evaluation range
    assert state(aws, watching) == expected


@pytest.mark.parametrize(("members", "values", "expected"), [
    ({"Threshold": 5, "ComparisonOperator": "GreaterThanOrEqualToThreshold"}, [2, 3], "ALARM"),
    ({"Threshold": 5, "ComparisonOperator": "GreaterThanThreshold"}, [2, 3], "OK"),
    ({"Threshold": 5, "ComparisonOperator": "LessThanThreshold"}, [1, 3], "ALARM"),
    ({"Threshold": 5, "Statistic": "Maximum", "ComparisonOperator": "LessThanOrEqualToThreshold"}, [9, 1], "OK"),
    ({"Threshold": 4, "Statistic": "SampleCount"}, [0] * 5, "ALARM"),
    ({"Threshold": 90, "ExtendedStatistic": "p95"}, list(range(101)), "ALARM"),
    ({"Threshold": 90, "ExtendedStatistic": "p50"}, list(range(101)), "OK"),
    ({"Unit": "Bytes"}, [1], "INSUFFICIENT_DATA"),
])
def test_statistics_and_operators(aws: LocalAws, members: dict, values: list, expected: str) -> None:
    space = fresh("Statistics")
    watching = alarm(aws, space, **members)
    aws.client("cloudwatch").put_metric_data(Namespace=space, MetricData=[{"MetricName": "M", "Values": values}])
    if expected == "INSUFFICIENT_DATA":  # as it began
        time.sleep(2.5)
        assert state(aws, watching) == expected
    assert becomes(aws, watching, expected)


def test_datapoints_to_alarm_of_evaluation_periods(aws: LocalAws) -> None:
    space = fresh("Datapoints")
    two, three = (alarm(aws, space, EvaluationPeriods=3, DatapointsToAlarm=each, TreatMissingData="notBreaching")
                  for each in (2, 3))
    minute = 60 / SPEED
    begin = (time.time() // minute - 4) * minute + 0.5
    for number, value in enumerate((1, 0, 1)):
        put(aws, space, value, ago=time.time() - (begin + (number + 1) * minute))
    assert becomes(aws, two, "ALARM")
    assert state(aws, three) == "OK"


def test_a_long_period_slides_by_minutes(aws: LocalAws) -> None:
    space = fresh("Slides")
    day = alarm(aws, space, Period=86400, Threshold=1, TreatMissingData="notBreaching")
    put(aws, space, 1, ago=10)
    put(aws, space, 1)
    assert becomes(aws, day, "ALARM", seconds=4)  # at the end of the minute, not of the day


def test_metric_math(aws: LocalAws) -> None:
    space = fresh("Math")

    def stat(name: str, returned: bool = False) -> dict:
        metric = {"Namespace": space, "MetricName": "M", "Dimensions": dimensions(of=name)}
        return {"Id": name, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": returned}

    expression = {"Id": "sum", "Expression": "SUM(METRICS())"}
    watching = alarm(aws, space, Metrics=[expression, stat("a"), stat("b")], Threshold=3, TreatMissingData="notBreaching")
    put(aws, space, 2, of="a")
    time.sleep(2)
    assert state(aws, watching) == "OK"
    moment = time.time()
    put(aws, space, 2, ago=time.time() - moment, of="a")
    put(aws, space, 2, ago=time.time() - moment, of="b")
    assert becomes(aws, watching, "ALARM")


@pytest.mark.parametrize("members", [
    {"ComparisonOperator": "LessThanLowerThreshold"}, {"Period": 45}, {"DatapointsToAlarm": 2}, {"TreatMissingData": "no"},
    {"ExtendedStatistic": "tm90"}, {"ExtendedStatistic": "p50", "Statistic": "Sum"}, {"ThresholdMetricId": "t"},
    {"Metrics": [{"Id": "s", "Expression": "SEARCH('{A} b', 'Sum', 60)"}]},
    {"Metrics": [{"Id": "s", "Expression": "ANOMALY_DETECTION_BAND(m)"}, {"Id": "m", "ReturnData": False, "MetricStat": {
        "Stat": "Sum", "Period": 60, "Metric": {"Namespace": "n", "MetricName": "m"}}}]},
])
def test_what_is_not_served_is_refused(aws: LocalAws, members: dict) -> None:
    with pytest.raises(botocore.exceptions.ClientError):
        alarm(aws, "Refused", **members)


def test_an_update_keeps_the_state_and_all_members_are_described(aws: LocalAws) -> None:
    space, client = fresh("Update"), aws.client("cloudwatch")
    watching = alarm(aws, space, ExtendedStatistic="p99", TreatMissingData="ignore", Unit="Count")
    client.set_alarm_state(AlarmName=watching, StateValue="ALARM", StateReason="by hand")
    before = client.describe_alarms(AlarmNames=[watching])["MetricAlarms"][0]
    asked = {"AlarmName": watching, "Namespace": space, "MetricName": "M", "ExtendedStatistic": "p95", "Period": 120,
             "EvaluationPeriods": 2, "DatapointsToAlarm": 1, "Threshold": 4.5, "Dimensions": dimensions(a="1"),
             "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "ignore", "AlarmDescription": "d",
             "ActionsEnabled": False, "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:t"]}
    client.put_metric_alarm(**asked)
    after = client.describe_alarms(AlarmNames=[watching])["MetricAlarms"][0]
    assert {name: after[name] for name in asked} == asked
    assert (after["StateReason"], after["StateUpdatedTimestamp"]) == ("by hand", before["StateUpdatedTimestamp"])
    assert "Statistic" not in after


def test_the_control_tells_states_and_the_speed(aws: LocalAws) -> None:
    watching = alarm(aws, fresh("Told"), TreatMissingData="notBreaching")
    assert becomes(aws, watching, "OK")
    told = aws.control("GET", "/_local/alarms")
    (found,) = [each for each in told["alarms"] if each["name"] == watching]
    assert told["speed"] == SPEED
    assert (found["region"], found["state"]) == ("us-east-1", "OK")
    assert found["reason"] == ("Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was "
                               "treated as [NonBreaching].")
    assert found["evaluated"] >= found["updated"]
    for wrong in (0, 1000, "quick"):
        with pytest.raises(Exception, match="400"):
            aws.control("POST", "/_local/alarms", {"speed": wrong})


def test_without_speed_the_alarm_waits_for_the_end_of_the_minute(aws: LocalAws) -> None:
    aws.control("POST", "/_local/alarms", {"speed": 1})
    if time.time() % 60 > 52:
        time.sleep(9)
    space = fresh("Real")
    watching = alarm(aws, space, TreatMissingData="notBreaching")
    put(aws, space, 1)
    time.sleep(3)
    assert state(aws, watching) == "OK"
    put(aws, space, 1, ago=60)  # late, but of the minute that has ended
    assert becomes(aws, watching, "ALARM", seconds=4)


def test_a_change_is_in_the_history_with_its_datapoints(aws: LocalAws) -> None:
    space = fresh("History")
    watching = alarm(aws, space)
    put(aws, space, 7)
    assert becomes(aws, watching, "ALARM")
    (item, *_) = aws.client("cloudwatch").describe_alarm_history(
        AlarmName=watching, HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    new = json.loads(item["HistoryData"])["newState"]
    assert new["stateValue"] == "ALARM"
    assert new["stateReasonData"]["recentDatapoints"] == [7.0]

"""EventBridge's rules as a guard sees and mends them: what they answer, their states, IAM on each rule."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from conftest import LocalAws
from functions import allow, queue, rule
from tables import code


def _rule(aws: LocalAws, name: str) -> "tuple[str, str]":
    """A rule that writes to a queue: the ARNs of both."""
    _, target = queue(aws, name)
    return rule(aws, name, {"source": [name]}, target), target


def test_a_rule_says_what_it_does(aws: LocalAws) -> None:
    events = aws.client("events")
    arn, target = _rule(aws, "rules-one")
    described = events.describe_rule(Name="rules-one")
    assert (described["Arn"], described["State"]) == (arn, "ENABLED")
    assert arn == f"arn:aws:events:us-east-1:{aws.account}:rule/rules-one"
    assert json.loads(described["EventPattern"]) == {"source": ["rules-one"]}
    assert [each["Arn"] for each in events.list_rules(NamePrefix="rules-one")["Rules"]] == [arn]
    assert events.list_targets_by_rule(Rule="rules-one")["Targets"] == [{"Id": "1", "Arn": target}]


def test_a_disabled_rule_is_still_until_it_is_enabled(aws: LocalAws) -> None:
    events, sqs = aws.client("events"), aws.client("sqs")
    _rule(aws, "rules-state")
    url = sqs.get_queue_url(QueueName="rules-state")["QueueUrl"]
    for change, state, count in ((events.disable_rule, "DISABLED", "0"), (events.enable_rule, "ENABLED", "1")):
        change(Name="rules-state")
        assert events.describe_rule(Name="rules-state")["State"] == state
        aws.control("POST", "/_local/emit", {"source": "rules-state", "detail-type": "t", "detail": {}})
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        assert found["Attributes"]["ApproximateNumberOfMessages"] == count


@pytest.mark.parametrize(("call", "member"), [
    ("describe_rule", "Name"), ("disable_rule", "Name"), ("enable_rule", "Name"), ("list_targets_by_rule", "Rule"),
    ("put_rule", "Name"), ("remove_targets", "Rule")])
def test_each_call_is_judged_by_its_rule(aws: LocalAws, call: str, member: str) -> None:
    mine, _ = _rule(aws, f"rules-{call}-mine")
    _rule(aws, f"rules-{call}-other")
    action = "events:" + "".join(part.title() for part in call.split("_"))
    events = aws.client("events", aws.role(f"rules-{call}", allow(action, on=mine)))
    more = {"put_rule": {"EventPattern": "{\"source\": [\"x\"]}"}, "remove_targets": {"Ids": ["1"]}}.get(call, {})
    assert code(getattr(events, call), **{member: f"rules-{call}-mine"}, **more) is None
    assert code(getattr(events, call), **{member: f"rules-{call}-other"}, **more) == "AccessDeniedException"
    assert code(events.list_rules) == "AccessDeniedException"


def test_an_unknown_rule_is_not_found(aws: LocalAws) -> None:
    events = aws.client("events")
    for call, member in (("describe_rule", "Name"), ("disable_rule", "Name"), ("enable_rule", "Name"),
                         ("list_targets_by_rule", "Rule")):
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            getattr(events, call)(**{member: "rules-unknown"})


def test_a_queue_under_a_key_is_counted_and_emptied(aws: LocalAws) -> None:
    sqs = aws.client("sqs")
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"}, "Action": "kms:*", "Resource": "*"}
    key = aws.client("kms").create_key(Policy=json.dumps({"Version": "2012-10-17", "Statement": [root]}))
    arn = key["KeyMetadata"]["Arn"]
    url = sqs.create_queue(QueueName="keyed", Attributes={"KmsMasterKeyId": arn})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="1")
    on_queue = allow("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
                     on=f"arn:aws:sqs:us-east-1:{aws.account}:keyed")
    via = {"Condition": {"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}}}
    without = aws.client("sqs", aws.role("queue-reader-without", on_queue))
    reader = aws.client("sqs", aws.role("queue-reader", on_queue, allow("kms:Decrypt", on=arn, **via)))
    counted = without.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    assert counted["Attributes"]["ApproximateNumberOfMessages"] == "1"
    assert code(without.receive_message, QueueUrl=url) == "KmsAccessDenied"
    (message,) = reader.receive_message(QueueUrl=url)["Messages"]
    without.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    assert reader.get_queue_attributes(QueueUrl=url, AttributeNames=counts)["Attributes"] == {each: "0" for each in counts}

"""Markers that stand for PHI, and all that Phiward says outside of its evidence, to be searched for them."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any, Iterator

from . import ledger
from .account import surroundings
from .local import invocations, invoke, logs, wait_quiet


class Markers:
    """Words that occur nowhere else; each tells where it was planted."""

    def __init__(self) -> None:
        self._token = f"planted{secrets.token_hex(5)}"

    def __call__(self, place: str) -> str:
        return f"{self._token}-{place}"

    def in_text(self, text: str) -> "list[str]":
        """What of it is there, with some text around."""
        found, start = [], 0
        while (at := text.lower().find(self._token, start)) >= 0:
            found.append(text[max(0, at - 150):at + 60])
            start = at + len(self._token)
        return found


class Ears:
    """A queue that hears every event of Phiward's own and every notice (or another topic), from when it is made."""

    def __init__(self, topic: str = "OutcomeTopic") -> None:
        admin, name = surroundings().admin, f"ears-{secrets.token_hex(4)}"
        self._sqs, self._events, self._sns = admin.client("sqs"), admin.client("events"), admin.client("sns")
        arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"
        admit = {"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]},
                 "Action": "sqs:SendMessage", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [admit]})
        self._url = self._sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
        self._rule = name
        self._events.put_rule(Name=name, EventPattern=json.dumps({"source": ["phiward"]}))
        self._events.put_targets(Rule=name, Targets=[{"Id": "ears", "Arn": arn}])
        topic = surroundings().outputs[f"{topic}Arn"]
        self._subscription = self._sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)["SubscriptionArn"]

    def heard(self) -> "list[dict[str, Any]]":
        """What came since it was last asked: events of Phiward's, and notices as SNS sends them."""
        wait_quiet()
        return list(drained(self._sqs, self._url))

    def close(self) -> None:
        """Hear nothing more."""
        self._sns.unsubscribe(SubscriptionArn=self._subscription)
        self._events.remove_targets(Rule=self._rule, Ids=["ears"])
        self._events.delete_rule(Name=self._rule)
        self._sqs.delete_queue(QueueUrl=self._url)


def drained(sqs: Any, url: str) -> "Iterator[dict[str, Any]]":
    """A queue's messages, taken from it; its JSON body, its attributes with it."""
    while True:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        if not answer.get("Messages"):
            return
        for message in answer["Messages"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            yield {"body": json.loads(message["Body"]), "attributes": message.get("MessageAttributes", {})}


def dead_letters() -> "list[dict[str, Any]]":
    """What lies in the dead-letter queue, taken from it. The raw event in it is its own matter; the rest is said."""
    url = surroundings().outputs["DeadLetterQueueUrl"]
    return list(drained(surroundings().admin.client("sqs"), url))


def said(since: datetime) -> "dict[str, str]":
    """All that functions logged, answered and measured since then, and all that is remembered, by where it was said."""
    metrics = surroundings().admin.client("cloudwatch").list_metrics(Namespace="Phiward")["Metrics"]
    return {
        "log": "\n".join(each["line"] for each in logs(since)),
        "answers": json.dumps(invocations(since)),
        "metrics": json.dumps(metrics),
        "ledger": json.dumps(ledger.items(), ensure_ascii=False),
        "what operate shows": json.dumps(_shown(), ensure_ascii=False),
    }


def _shown() -> "list[Any]":
    """Everything that an operator is shown: in all, and of each control of which something is remembered."""
    controls = sorted({partition.split("#")[1] for partition, _, _ in ledger.items("state#")})
    asked = [{"action": "show"}, *({"action": "show", "control": each} for each in controls)]
    shown = [invoke("operate", json.dumps(each).encode()) for each in asked]
    assert all(failed is None and "result" in answer for answer, failed in shown), shown
    return [answer for answer, _ in shown]

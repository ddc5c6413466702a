"""AWS/SQS: how many messages of a queue are visible, in flight and delayed.

SQS publishes only for active queues: those that held a message or were called within six hours (developer guide, "Available
CloudWatch metrics for Amazon SQS"). A queue that nobody ever used publishes nothing.
"""

from __future__ import annotations

import math
import time
from typing import Any, Iterator

from .periods import MINUTE, PACE

_ACTIVE_SECONDS = 6 * 3600
_MOST_SAMPLES = 1000
_USED: "dict[str, float]" = {}  # by ARN


def install() -> None:
    """Learn of each call of a queue: all of them look it up."""
    from ministack.services import sqs

    get_queue = sqs._get_q

    def get_used_queue(*given: Any, **named: Any) -> dict:
        queue = get_queue(*given, **named)
        _USED[queue["attributes"]["QueueArn"]] = time.time()
        return queue

    sqs._get_q = get_used_queue


def publish(last: float, now: float) -> None:
    """What the queues hold now, for each tick since the last time: a late timer leaves no gap."""
    from ministack.core.responses import request_scope
    from ministack.services import sqs

    samples = min(_MOST_SAMPLES, max(1, math.ceil((now - last) / PACE.tick)))
    moments = [last + (now - last) * number / samples for number in range(1, samples + 1)]
    for (account, region, _), queue in sqs._queues.all_items():
        arn = queue["attributes"]["QueueArn"]
        with sqs._queues_lock:
            counts = dict(_counts(list(queue["messages"]), now))
        if any(counts.values()):
            _USED[arn] = now
        if now - _USED.get(arn, -math.inf) > _ACTIVE_SECONDS / PACE.speed:
            continue
        with request_scope(account, region):
            for name, count in counts.items():
                for moment in moments:
                    _sample(f"ApproximateNumberOfMessages{name}", arn.rsplit(":", 1)[1], count, moment)


def _counts(messages: "list[dict[str, Any]]", now: float) -> "Iterator[tuple[str, int]]":
    hidden = [each for each in messages if each["visible_at"] > now]
    in_flight = sum(each["receive_count"] > 0 for each in hidden)
    yield "Visible", len(messages) - len(hidden)
    yield "NotVisible", in_flight
    yield "Delayed", len(hidden) - in_flight


def _sample(metric: str, queue: str, count: int, moment: float) -> None:
    """Add a sample to the minute's statistic set: a datapoint each second would fill the memory of a long session."""
    from ministack.services import cloudwatch

    dimensions = {"QueueName": queue}
    points = cloudwatch._metric_bucket(("AWS/SQS", metric, cloudwatch._dims_key(dimensions)))
    if not points or PACE.step(points[-1]["Timestamp"], MINUTE) != PACE.step(moment, MINUTE):
        points.append({"Timestamp": moment, "Unit": "Count", "Dimensions": dimensions, "Value": float(count)})
        return
    number, total, least, most = cloudwatch._point_stats(points[-1])
    points[-1]["_stat"] = {"SampleCount": number + 1, "Sum": total + count, "Minimum": min(least, count),
                           "Maximum": max(most, count)}

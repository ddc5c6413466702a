"""CloudWatch: AWS's own metrics of queues and functions, metric queries, alarms that a timer evaluates, dashboards."""

from __future__ import annotations

from . import (
    alarm_controls, alarm_requests, dashboards, function_metrics, list_metrics, metric_data, metric_statistics, queue_depths,
    stack_alarms, timer,
)


def install() -> None:
    """Correct the emulator's CloudWatch, then start the timer."""
    _keep_every_datapoint()
    for module in (list_metrics, metric_data, metric_statistics, alarm_requests, stack_alarms, dashboards, queue_depths,
                   function_metrics, alarm_controls, timer):
        module.install()


def _keep_every_datapoint() -> None:
    """Each request makes the emulator copy every list of datapoints, and what functions publish meanwhile is lost.

    It does so to forget what is older than two weeks; no local AWS lives that long.
    """
    from ministack.services import cloudwatch

    cloudwatch._evict_old_metrics = lambda: None

"""The timer of CloudWatch: it publishes what queues hold, then evaluates the alarms."""

from __future__ import annotations

import logging
import threading
import time

from . import alarms, queue_depths
from .periods import PACE

logger = logging.getLogger("local_aws")


def install() -> None:
    """Start it; it ends with the process."""
    threading.Thread(target=_run, name="cloudwatch-timer", daemon=True).start()


def _run() -> None:
    last = time.time()
    while True:
        time.sleep(PACE.tick)
        now = time.time()
        try:
            queue_depths.publish(last, now)
            alarms.evaluate(now)
        except Exception:
            logger.exception("the timer of CloudWatch")
        last = now

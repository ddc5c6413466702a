"""`/_local/speed`: what the demo shows of the functions' processes."""

from __future__ import annotations

from conftest import LocalAws
from functions import function, rule


def test_first_and_warm_events_are_told_apart(aws: LocalAws) -> None:
    name = "measured"
    rule(aws, name, {"source": [name]}, function(aws, name))
    for _ in range(3):
        aws.control("POST", "/_local/emit", {"source": name, "detail-type": "t", "detail": {"say": "hello"}})
    (figures,) = [each for each in aws.control("GET", "/_local/speed")["functions"] if each["function"] == name]
    assert figures["events"] == 3 and figures["zip_bytes"] > 0
    assert figures["cold_start_ms"] > 0 and figures["first_event_ms"] > 0 and figures["warm_event_ms"] > 0

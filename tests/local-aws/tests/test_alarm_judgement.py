"""The examples of the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"."""

from __future__ import annotations

import pytest

from local_aws.services.cloudwatch.alarm_judgement import judge

_TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
_STATES = {"A": "ALARM", "O": "OK", "I": "INSUFFICIENT_DATA", "=": None}


@pytest.mark.parametrize(("needed", "points", "states"), [
    (3, "0-X-X", "OOOO"), (3, "0----", "OOOO"), (3, "-----", "I=AO"), (3, "0XX-X", "AAAA"), (3, "--X--", "A=AO"),
    (2, "0-X-X", "AAAA"), (2, "00X0X", "AAAA"), (2, "0-X--", "OOAO"), (2, "----0", "OOAO"), (2, "---X-", "A=AO"),
])
@pytest.mark.parametrize("column", range(4))
def test_missing_data_is_treated_as_the_guide_says(needed: int, points: str, states: str, column: int) -> None:
    values = [{"0": 0.0, "X": 1.0, "-": None}[each] for each in points]
    judged = judge(values, lambda value: value > 0, 3, needed, _TREATMENTS[column])
    assert judged.state == _STATES[states[column]]


def test_a_lone_new_breach_does_not_alarm_yet() -> None:
    assert judge([None, None, None, None, 1.0], lambda value: value > 0, 3, 3, "missing").state is None

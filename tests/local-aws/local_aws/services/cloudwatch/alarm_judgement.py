"""What an alarm's state is, by the user guide ("How alarm state is evaluated" and "how alarms treat missing data")."""

from __future__ import annotations

from typing import Callable, Mapping, NamedTuple, Optional, Sequence

OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
#: CloudWatch looks at more periods than an alarm evaluates, for late data; the guide's examples have two more.
MORE_PERIODS = 2

BREACHES: "Mapping[str, Callable[[float, float], bool]]" = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


class Judgement(NamedTuple):
    """The state, None for the one it has; the periods it rests on (positions); how many missing ones were filled in."""

    state: Optional[str]
    evaluated: "list[int]"
    filled: int


def judge(values: "Sequence[Optional[float]]", breaches: "Callable[[float], bool]", periods: int, needed: int,
          missing: str) -> Judgement:
    """Judge the evaluation range, oldest first; `needed` of `periods` datapoints must breach."""
    real = [at for at, value in enumerate(values) if value is not None][-periods:]
    breaching = [at for at in real if breaches(values[at])]  # type: ignore[arg-type]
    filled = periods - len(real)
    if filled == 0:
        return Judgement(ALARM if len(breaching) >= needed else OK, real, 0)
    if missing == "breaching":
        return Judgement(ALARM if len(breaching) + filled >= needed else OK, real, filled)
    if missing == "notBreaching":
        return Judgement(ALARM if len(breaching) >= needed else OK, real, filled)
    if not real:
        return Judgement(INSUFFICIENT if missing == "missing" else None, real, filled)
    if len(breaching) >= needed:
        return Judgement(ALARM, real, 0)
    if len(breaching) < len(real):
        return Judgement(OK, real, 0)
    # All that is there breaches, but is too little: old enough, it counts as an alarm; a lone new one does not yet.
    recent = [at for at in breaching if at >= len(values) - periods]
    old_enough = bool(recent) and len(values) - recent[0] >= needed
    return Judgement(ALARM if missing == "missing" and old_enough else None, real, 0)

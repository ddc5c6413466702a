"""A story: somebody makes drift, Phiward answers, and the demo reads everything back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Callable

from .evidence import PATIENCE_SECONDS, Record, await_records, told_before
from .principals import Principal
from .surroundings import Surroundings, local

#: Reading back waits this long for what a record has already claimed.
_SETTLE_SECONDS = 2.0
#: In mode detect what was told of already leaves nothing new, so nobody waits for it long.
_QUIET_SECONDS = 8.0


@dataclass(frozen=True)
class Story:
    """What is done, by whom, and how to see that it was put right."""

    title: str
    who: Principal
    did: str
    controls: "tuple[str, ...]"
    #: What the record's resource must contain; asked after the act.
    resource: "Callable[[], str]"
    look: "Callable[[], dict[str, Any]]"
    act: "Callable[[], datetime]"
    is_right: "Callable[[dict[str, Any]], bool]"
    #: Not `remediated` where something is lost, or where a person has to act.
    expected: str = "remediated"
    #: Nothing is there to repair: a person is told, in either mode, and all stays as it is.
    only_told: bool = False
    #: What a person does afterwards where Phiward may not: without it the other stories would not be heard.
    put_back: "Callable[[], None] | None" = None


@dataclass
class Result:
    """What came of it."""

    story: Story
    before: "dict[str, Any]"
    after: "dict[str, Any]"
    records: "dict[str, Record]"
    called: datetime
    doubts: "list[str]" = field(default_factory=list)
    #: The controls that were told of before it happened: an unchanged verdict leaves no new record for a day.
    told_before: "frozenset[str]" = frozenset()

    @property
    def verified(self) -> bool:
        return not self.doubts

    @property
    def outcome(self) -> str:
        return ", ".join(sorted({each.outcome for each in self.records.values()})) or "no record"

    @property
    def milliseconds(self) -> "float | None":
        """From the API call to the last verified repair, or to the last record of a plan."""
        new = [record for control, record in self.records.items() if control not in self.told_before]
        moments = [each.moment("repaired") or each.moment("recorded") for each in new]
        known = [each for each in moments if each is not None]
        return max((each - self.called).total_seconds() for each in known) * 1000 if known else None


def now() -> datetime:
    """The moment of an API call."""
    return datetime.now(timezone.utc)


def play(story: Story, around: Surroundings) -> Result:
    """Let it happen, wait for the records, read the live state back, and judge."""
    before = story.look()
    called = story.act()
    ends = around.enforces or story.only_told
    about = story.resource()
    records = await_records(around, story.controls, about, called, PATIENCE_SECONDS if ends else _QUIET_SECONDS)
    silent = [] if ends else [each for each in story.controls if each not in records and _was_looked_at(each, called)]
    earlier = {each: record for each in silent if (record := told_before(around, each, about))}
    after = _settled(story, around)
    result = Result(story, before, after, {**earlier, **records}, called, told_before=frozenset(earlier))
    records = result.records
    expected = story.expected if ends else "detected"
    for control in story.controls:
        if control not in records:
            result.doubts.append(f"no record of {control}")
        elif records[control].outcome != expected:
            result.doubts.append(f"{control} is {records[control].outcome}, not {expected}")
    if ends and not story.is_right(after):
        result.doubts.append("the live state is not what it must be")
    if not ends and story.is_right(after):
        result.doubts.append("the drift is gone, although nothing may be repaired in mode detect")
    if not around.enforces and story.put_back:
        story.put_back()
    return result


def _was_looked_at(control: str, since: datetime) -> bool:
    """Whether the duty has looked since then, and found nothing new to tell."""
    told = local("invocations", since=since.isoformat())["invocations"]
    return any(each["function"] == control.split(".")[0] and not each["error"] for each in told)


def _settled(story: Story, around: Surroundings) -> "dict[str, Any]":
    """A record is written after the repair was verified: so the first look should do; in doubt a few more."""
    until = time.monotonic() + _SETTLE_SECONDS
    seen = story.look()
    while around.enforces and not story.is_right(seen) and time.monotonic() < until:
        time.sleep(0.1)
        seen = story.look()
    return seen

"""How a story is told on the terminal."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .evidence import Record
from .story import Result
from .surroundings import Surroundings

_WIDEST = 300
#: The members of an observation that tell of a control.
_ASPECTS = {
    "buckets.kms-encryption": ("encryption",),
    "buckets.public-access-block": ("public_access_block",),
    "buckets.acls-disabled": ("ownership", "grants"),
    "invocation-logging.enabled": ("configuration",),
    "invocation-logging.destinations": ("configuration",),
    "log-groups.data-protection": ("data_protection_status",),
    "log-groups.present": ("kind",),
    "guardrails.draft": ("arn",),
    "quarantine.phi-outside-sets": ("finding",),
    "object-encryption.kms-key": ("bucket", "state"),
    "encryption-keys.pending-deletion": ("state",),
    "encryption-keys.enabled": ("state",),
    "encryption-keys.rotation": ("rotation",),
}


def story(console: Console, number: int, result: Result, around: Surroundings) -> None:
    """Who did what, what came of it, how long it took, before and after, and where the evidence is."""
    told = result.story
    console.print(f"\n[bold]{number}. {escape(told.title)}[/]")
    _line(console, "who", f"{told.who.name} ({told.who.arn})")
    _line(console, "did", told.did)
    _line(console, "before", _plain(result.before))
    for control, record in result.records.items():
        _line(console, "found", f"{control}: {_plain(_seen(control, record))}")
        if not around.enforces:
            _line(console, "plan", _plain(record.body.get("plan")))
        for task in record.body.get("person") or []:
            _line(console, "person", _plain(task))
    _line(console, "after", f"{_plain(result.after)} (read back from the live state)")
    if result.milliseconds is None:
        _line(console, "outcome", result.outcome)
    else:
        repaired = "verified repair" if around.enforces else "recorded plan"
        end = "record" if told.only_told else repaired
        _line(console, "outcome", f"{result.outcome}, {milliseconds(result)} from the API call to the {end}")
    for control in sorted(result.told_before):
        _line(console, "", f"{control} was told of before: an unchanged verdict leaves no new record for a day")
    for record in result.records.values():
        _line(console, "evidence", f"s3://{around.evidence_bucket}/{record.key}")
    for doubt in result.doubts:
        _line(console, "[red]wrong[/]", doubt)


def table(results: "list[Result]") -> Table:
    """All stories, a row each."""
    shown = Table(title="Stories", title_justify="left")
    shown.add_column("story")
    shown.add_column("control", no_wrap=True)
    shown.add_column("outcome", no_wrap=True)
    shown.add_column("time", justify="right", no_wrap=True)
    shown.add_column("verified", no_wrap=True)
    for result in results:
        verdict = "[green]yes[/]" if result.verified else "[red]no[/]"
        shown.add_row(
            escape(result.story.title), "\n".join(result.story.controls), result.outcome, milliseconds(result), verdict)
    return shown


def milliseconds(result: Result) -> str:
    value = result.milliseconds
    return "-" if value is None else f"{value:.0f} ms"


def _seen(control: str, record: Record) -> Any:
    """Of what the function saw, the part that the control is about."""
    before = record.body.get("before")
    aspects = _ASPECTS.get(control)
    return {name: before.get(name) for name in aspects} if aspects and isinstance(before, dict) else before


def _line(console: Console, label: str, text: str) -> None:
    console.print(f"   {label:<9}" if "[" not in label else f"   {label}    ", end="")
    console.print(escape(text), soft_wrap=True, highlight=False)


def _plain(value: Any) -> str:
    """A short text of a small state, or compact JSON."""
    if isinstance(value, dict) and all(not isinstance(each, (dict, list)) for each in value.values()):
        text = ", ".join(f"{name.replace('_', ' ')} {each}" for name, each in value.items())
    else:
        text = json.dumps(value, separators=(", ", ": "), ensure_ascii=False)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 3] + "..."

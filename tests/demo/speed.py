"""How quickly the functions start and answer, and what they weigh."""

from __future__ import annotations

import os
from typing import Any

from rich.table import Table

from .surroundings import local

_AIMS = {"cold_start_ms": 15.0, "peak_memory_kib": 20 * 1024.0, "zip_bytes": 4 * 1024 * 1024.0}

#: Who sets it gets the functions as they are deployed (see `functions.rs` of xtask).
_OPTIMISED = "CARGO_PROFILE_RELEASE_LTO"


def table() -> Table:
    """One row a function; what misses its aim is marked."""
    shown = Table(title="Speed (this machine; medians)", title_justify="left")
    shown.add_column("function", no_wrap=True)
    for heading in ("cold start", "first event", "warm event", "events", "peak memory", "zip"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for each in local("speed")["functions"]:
        shown.add_row(
            each["function"], _cell(each, "cold_start_ms", 1, "ms"), _cell(each, "first_event_ms", 1, "ms"),
            _cell(each, "warm_event_ms", 1, "ms"), str(each["events"]),
            _cell(each, "peak_memory_kib", 1024, "MiB"), _cell(each, "zip_bytes", 1024 * 1024, "MiB"))
    shown.caption = "Aims: cold start (process start to first /next) under 15 ms, memory under 20 MiB, zip under 4 MiB."
    if _OPTIMISED not in os.environ:
        shown.caption += (" Built quickly, for local use. As `sam build` makes them: "
                          f"{_OPTIMISED}=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 cargo xtask demo")
    return shown


def _cell(each: "dict[str, Any]", name: str, unit: float, label: str) -> str:
    value = each[name]
    if value is None:
        return "-"
    text = f"{value / unit:.1f} {label}"
    return f"[yellow]{text}[/]" if value > _AIMS.get(name, float("inf")) else text

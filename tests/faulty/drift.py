"""What a repair is made of while AWS fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable


@dataclass(frozen=True)
class Drift:
    """What was spoilt: the event that tells of it; what each control must come to, and whether it has."""

    event: "dict[str, Any]"
    goal: "dict[tuple[str, str], str]"
    is_right: "Callable[[str], bool]"

"""What people are told: the outcome topic, heard by a queue."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import Any, Iterator

from .planted import Ears


class Notices:
    """What came since it was made."""

    def __init__(self, ears: Ears) -> None:
        self._ears, self._all = ears, []  # type: ignore[var-annotated]

    def told(self, **wanted: Any) -> "list[dict[str, Any]]":
        """The notices with these members."""
        self._all += [json.loads(each["body"]["Message"]) for each in self._ears.heard() if "Message" in each["body"]]
        return [each for each in self._all if all(each.get(name) == value for name, value in wanted.items())]


@contextmanager
def listening() -> "Iterator[Notices]":
    """As long as the block lasts."""
    ears = Ears()
    try:
        yield Notices(ears)
    finally:
        ears.close()

"""`python -m demo LOCAL_JSON`: tell every story; exit 0 only when each one was verified."""

from __future__ import annotations

import sys

from rich.console import Console

from . import quiet, shown, speed, surroundings
from .stories import all_stories
from .story import Result, play

_WIDTH_OF_A_FILE = 120


def main(state_file: str) -> int:
    """Play the stories one after the other."""
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH_OF_A_FILE)
    around = surroundings.read(state_file)
    results: "list[Result]" = []
    for number, story in enumerate(all_stories(around), start=1):
        result = play(story, around)
        shown.story(console, number, result, around)
        results.append(result)

    console.print()
    console.print(shown.table(results))
    failures = sum(not result.verified for result in results)
    if not around.enforces:
        written = quiet.writes(around)
        failures += bool(written)
        console.print("Nothing was written but evidence." if not written else "[red]Written, although the mode is detect:[/]")
        for line in written:
            console.print(f"   {line}", markup=False)
    console.print()
    console.print(speed.table())
    verb = "repaired or told of, read back and on record" if around.enforces else "detected and on record"
    console.print(f"{len(results) - sum(not each.verified for each in results)} of {len(results)} stories {verb}.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""A function's scenarios, each played once, and what its role was asked meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Iterator

from harness import now, wait_quiet
from harness.local import control

from . import memory
from .cuts import Cut
from .runs import Scenario
from .second_stack import deployed


@dataclass(frozen=True)
class Asked:
    """Something that IAM allowed the role in a scenario."""

    id: int
    scenario: Scenario
    #: The API call that is refused without it; none where nobody hears of the refusal: what Lambda itself does with the
    #: role, and answers that say less to whom may see less.
    call: "str | None"


@dataclass(frozen=True)
class Played:
    """All that a role was allowed while its function's scenarios were played."""

    asked: "tuple[Asked, ...]"

    def needing(self, cuts: "Iterable[Cut]") -> "dict[str, list[Asked]]":
        """By the name of each cut: what IAM would not have allowed under it. The local AWS's own evaluator says so."""
        given = list(cuts)
        documents = {each.name: each.document for each in given}
        assert len(documents) == len(given), "two cuts have one name"
        question = {"ids": [each.id for each in self.asked], "documents": documents}
        answer = control("POST", "authorizations/evaluate", question)["denied"]
        denied = {name: set(ids) for name, ids in answer.items()}
        return {name: [each for each in self.asked if each.id in denied[name]] for name in documents}


def play(scenario: Scenario) -> None:
    """As the first one that is played in a day."""
    memory.let_a_day_pass()
    scenario.play()


def played(function: str, scenarios: "list[Scenario]") -> Played:
    """Play all of them; each must succeed."""
    return Played(tuple(each for scenario in scenarios for each in _asked(function, scenario)))


def _asked(function: str, scenario: Scenario) -> "Iterator[Asked]":
    began = now()
    play(scenario)
    wait_quiet()
    decided = control("GET", "authorizations", role=deployed().role(function), since=began.isoformat())
    for each in decided["authorizations"]:
        if each["allowed"]:
            yield Asked(each["id"], scenario, each["operation"] if each["by"] == "call" else None)

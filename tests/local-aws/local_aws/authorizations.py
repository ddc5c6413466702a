"""Every decision of IAM on what a role may do, with all that it was made of; and the same question under other policies.

The role's own policies are the only thing that is exchanged: limits, the resource's policy and the request's context are
those of the decision, and the evaluator is the one that decided.
"""

from __future__ import annotations

import contextvars
import json
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Deque, Iterator, Mapping, Optional

from . import clock

_KEPT = 50_000

#: What a denial does: an API call is refused, an answer says less, or Lambda itself can't do what it does with the role.
CALL, ANSWER, LAMBDA = "call", "answer", "lambda"


@dataclass(frozen=True)
class Asker:
    """For whose sake IAM is asked."""

    kind: str = CALL
    #: As in `s3:CopyObject`; empty outside of API calls.
    operation: str = ""


_ASKER: "contextvars.ContextVar[Asker]" = contextvars.ContextVar("asker", default=Asker())


@dataclass
class Decision:
    """One question to IAM on a role, and its answer."""

    id: int
    at: float
    role: str
    asker: Asker
    context: Any
    limits: "tuple[Any, ...]"
    allowed: bool
    #: The resource's own policy, its owner, whether it must allow too, and the limits: what it was combined with.
    combined: "Optional[tuple[Any, Any, bool, Any]]" = None

    def as_json(self) -> "dict[str, Any]":
        return {
            "id": self.id, "time": clock.rfc3339(self.at), "role": self.role, "by": self.asker.kind,
            "operation": self.asker.operation, "action": self.context.action, "resource": self.context.resource_arn,
            "context": {**self.context.principal_keys, **self.context.service_context}, "allowed": self.allowed,
        }

    def question(self) -> str:
        """The same for decisions that differ in their time only."""
        return json.dumps([asdict(self.context), self.limits, self.combined], sort_keys=True, default=str)

    def allowed_by(self, policies: "list[Any]") -> bool:
        """Whether it would be allowed if these were the role's policies."""
        from ministack.core import iam_evaluator

        result = iam_evaluator.evaluate(self.context, policies, *self.limits)
        if self.combined is not None:
            policy, owner, required, limits = self.combined
            result = iam_evaluator.combine_resource_policy(
                result, self.context, policy, owner, required=required, limits=limits)
        return result.decision == "Allow"


class Decisions:
    """The decisions of this local AWS, in their order."""

    def __init__(self) -> None:
        self._decisions: "Deque[Decision]" = deque(maxlen=_KEPT)
        self._lock = threading.Lock()

    def add(self, decision: Decision) -> None:
        with self._lock:
            self._decisions.append(decision)

    def clear(self) -> None:
        with self._lock:
            self._decisions.clear()

    def since(self, moment: float, role: str = "") -> "list[Decision]":
        """Those of a role, or of all."""
        with self._lock:
            return [each for each in self._decisions if each.at >= moment and role in ("", each.role)]

    def denied_under(self, ids: "set[int]", documents: "Mapping[str, Any]") -> "dict[str, list[int]]":
        """By the name of each document: those that were allowed and would not be, if it were the role's only policy."""
        from ministack.core.iam_evaluator import parse_policy_document

        alike: "dict[str, list[Decision]]" = {}
        known = {each.id: each for each in self.since(0)}
        for each in (known[id] for id in sorted(ids)):
            if each.allowed:
                alike.setdefault(each.question(), []).append(each)
        found: "dict[str, list[int]]" = {}
        for name, document in documents.items():
            policies = [parse_policy_document(document)]
            found[name] = sorted(each.id for group in alike.values() if not group[0].allowed_by(policies)
                                 for each in group)
        return found


DECISIONS = Decisions()


def asker() -> Asker:
    """For whose sake IAM is asked now."""
    return _ASKER.get()


@contextmanager
def asked_by(kind: str, operation: str = "") -> "Iterator[None]":
    """Questions inside are asked for its sake."""
    token = _ASKER.set(Asker(kind, operation or asker().operation))
    try:
        yield
    finally:
        _ASKER.reset(token)

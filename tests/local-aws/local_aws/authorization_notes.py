"""Notes each decision of IAM on a role, where the emulator's evaluator makes it."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from . import clock
from .authorizations import DECISIONS, Decision, asker
from .principals import role_arn

_NUMBERS = itertools.count(1)


class _OfRole(list):
    """The policies of a role: what is evaluated with them is a decision on it."""


def install() -> None:
    """Note what is evaluated with a role's policies, and what a resource's policy makes of the answer."""
    from ministack.core import iam_evaluator

    gather, evaluate = iam_evaluator._gather_role_policies, iam_evaluator.evaluate
    combine = iam_evaluator.combine_resource_policy

    def gather_role_policies(role_name: str, account_id: str) -> "list[Any]":
        return _OfRole(gather(role_name, account_id))

    def noted_evaluate(ctx: Any, policies: "list[Any]", *limits: Any) -> Any:
        result = evaluate(ctx, policies, *limits)
        if isinstance(policies, _OfRole) and ":assumed-role/" in ctx.principal_arn:
            result.noted = Decision(next(_NUMBERS), clock.now(), role_arn(ctx.principal_arn), asker(), ctx, limits,
                                    result.decision == "Allow")
            DECISIONS.add(result.noted)
        return result

    def noted_combine(identity: Any, ctx: Any, policy: Any, owner_account: Any, required: bool = False,
                      limits: Any = ()) -> Any:
        result = combine(identity, ctx, policy, owner_account, required=required, limits=limits)
        noted = getattr(identity, "noted", None)
        if noted is not None:
            noted.combined = (copy.deepcopy(policy), owner_account, required, limits)
            noted.allowed = result.decision == "Allow"
        return result

    iam_evaluator._gather_role_policies = gather_role_policies
    iam_evaluator.evaluate = noted_evaluate
    iam_evaluator.combine_resource_policy = noted_combine

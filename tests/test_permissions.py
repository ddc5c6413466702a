"""Least privilege: every action and every resource of every role is needed, and what is there is enough.

Each function's scenarios are played once, with IAM enforced. A piece of its policy is needed when IAM would have refused
some of what was asked meanwhile, had the policy lacked it. That a refusal is heard is tried for each kind of call: there
the policy really lacks the piece, and a scenario must fail.
"""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from typing import Any, Iterator

import pytest
from harness.local import control

from permissions import (
    audit_trail, buckets, detectors, encryption_keys, free_text, guardrails, invocation_logging, log_groups, memory,
    object_encryption, operate, quarantine, readiness, residency, retention, storage_surfaces,
)
from permissions.cuts import Cut, Policy, in_force, policy_of
from permissions.played import Asked, Played, play, played
from permissions.second_stack import deployed, rules_off

_FUNCTIONS = {
    "retention": retention, "buckets": buckets, "quarantine": quarantine, "object-encryption": object_encryption,
    "log-groups": log_groups, "invocation-logging": invocation_logging, "encryption-keys": encryption_keys,
    "detectors": detectors, "free-text": free_text,
    "guardrails": guardrails, "storage-surfaces": storage_surfaces, "residency": residency,
    "audit-trail": audit_trail, "operate": operate, "readiness": readiness}


@pytest.fixture(scope="module", autouse=True)
def _alone() -> "Iterator[None]":
    deployed()
    control("DELETE", "authorizations")
    with rules_off():
        yield


@lru_cache(maxsize=None)
def _played(function: str) -> Played:
    return played(function, _FUNCTIONS[function].scenarios())


@lru_cache(maxsize=None)
def _policy(function: str) -> Policy:
    return policy_of(deployed().role(function))


@lru_cache(maxsize=None)
def _needing(function: str) -> "dict[str, list[Asked]]":
    """By cut."""
    return _played(function).needing(_policy(function).cuts())


@pytest.mark.parametrize("function", _FUNCTIONS)
def test_the_role_is_enough(function: str) -> None:
    """And what is asked of the evaluator afterwards is answered as it was then."""
    deployed_one = Cut("nothing", _policy(function).document)
    assert _played(function).asked and _played(function).needing([deployed_one]) == {"nothing": []}


@pytest.mark.parametrize("function", _FUNCTIONS)
def test_each_policy_has_room(function: str) -> None:
    """IAM takes 6,144 characters without blanks; other Regions, partitions and stacks have longer names than this one."""
    policy = _policy(function)
    for arn, sids in policy.parts.items():
        part = {**policy.document, "Statement": [each for each in policy.document["Statement"] if each["Sid"] in sids]}
        assert len(json.dumps(part, separators=(",", ":"))) < 5900, arn


@pytest.mark.parametrize("function", _FUNCTIONS)
def test_every_action_and_resource_of_the_role_is_needed(function: str) -> None:
    unneeded = [cut for cut, refused in _needing(function).items() if not refused]
    assert not unneeded, f"without it nothing would be refused: {unneeded}"


def test_what_is_too_much_is_found() -> None:
    """Of this very test: a statement that nobody needs, one that is there twice, and what is too much within one."""
    policy = _policy("buckets")
    statements = copy.deepcopy(policy.document["Statement"])
    ledger = next(each for each in statements if each["Sid"] == "WriteLedger")
    ledger["Action"].append("dynamodb:UpdateItem")
    ledger["Resource"] = [ledger["Resource"], "arn:aws:dynamodb:us-east-1:000000000000:table/another"]
    ledger["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"].append("state#retention.*")
    told = next(each for each in statements if each["Sid"] == "TellOutcomes")
    statements += [
        {**told, "Sid": "Twice"}, {"Sid": "More", "Effect": "Allow", "Action": "s3:DeleteBucket", "Resource": "*"}]
    cuts = Policy(policy.parts, {**policy.document, "Statement": statements}).cuts()
    unneeded = {name for name, refused in _played("buckets").needing(cuts).items() if not refused}
    assert unneeded == {
        "WriteLedger less dynamodb:UpdateItem", "WriteLedger less state#retention.*",
        "WriteLedger less arn:aws:dynamodb:us-east-1:000000000000:table/another",
        "TellOutcomes less events:PutEvents", "Twice less events:PutEvents", "More less s3:DeleteBucket"}


@pytest.mark.parametrize("function", _FUNCTIONS)
def test_what_is_refused_is_missed(function: str) -> None:
    """Cuts really in force: for each statement one for each kind of call that is refused; and each that refuses none."""
    documents = {cut.name: cut.document for cut in _policy(function).cuts()}
    silent, tried = [], set()  # type: ignore[var-annotated]
    for name, refused in _needing(function).items():
        calls = [each for each in refused if each.call]
        kind = (name.split(" ")[0], calls[0].call) if calls else (name, None)
        if not refused or kind in tried:
            continue
        tried.add(kind)
        with in_force(_policy(function), documents[name]):
            missed = _missed([each for each in refused if each.call == kind[1]])
        print(f"{name}: {missed}")
        silent += [] if missed else [name]
    memory.let_a_day_pass()
    assert not silent, f"taken away, and nothing failed: {silent}"


def _missed(refused: "list[Asked]") -> "str | None":
    """How one of the scenarios fails that ask for it."""
    for scenario in dict.fromkeys(each.scenario for each in refused):
        try:
            play(scenario)
        except AssertionError as error:
            return f"{scenario.name}: {str(error)[:160]}"
    return None

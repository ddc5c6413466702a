"""What the tests of the duty `encryption-keys` share."""

from __future__ import annotations

from typing import Iterator

import pytest
from harness import keys, ledger, wait_quiet


@pytest.fixture(autouse=True)
def _as_before() -> "Iterator[None]":
    """There are three named keys only: each test finds them as they were made, with nothing told of them."""
    named = (keys.own(), keys.data(), keys.further())
    policies = {key: keys.policy(key) for key in named}
    _rest(named)
    yield
    for key in named:
        if keys.policy(key) != policies[key]:
            keys.kms().put_key_policy(KeyId=key, PolicyName="default", Policy=policies[key])
    _rest(named)


def _rest(named: "tuple[str, ...]") -> None:
    for key in named:
        keys.put_right(key)
    wait_quiet()
    for key in named:
        ledger.forget_repairs_of(key)


@pytest.fixture
def records() -> str:
    """The key that the parameter KeyArns names; it rotates every 180 days."""
    return keys.further()

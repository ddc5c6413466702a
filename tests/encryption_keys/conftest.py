"""What the tests of the duty `encryption-keys` share."""

from __future__ import annotations

from typing import Iterator

import pytest
from harness import ledger, wait_quiet
from harness import keys


@pytest.fixture(autouse=True)
def _as_before() -> "Iterator[None]":
    """There are three named keys only: each test finds them as they were, with nothing told of them."""
    named = (keys.own(), keys.data(), keys.further())
    was = {key: keys.as_is(key) for key in named}
    for key in named:
        ledger.forget_repairs_of(key)
    yield
    for key in named:
        keys.restore(key, was[key])
    wait_quiet()
    for key in named:
        ledger.forget_repairs_of(key)


@pytest.fixture
def records() -> str:
    """The key that the parameter KeyArns names; it rotates every 180 days."""
    return keys.further()

"""There is one trail: each test gets it right, and leaves it right."""

from __future__ import annotations

from typing import Iterator

import pytest

from harness import ledger, silenced, wait_quiet
from harness.trail import DUTY, TRAIL, put_right


def _put_right() -> None:
    wait_quiet()
    with silenced(DUTY):
        put_right()
    ledger.forget_repairs_of(TRAIL)


@pytest.fixture(autouse=True)
def _right() -> "Iterator[None]":
    _put_right()
    yield
    _put_right()

"""There is one configuration: each test gets it right, and leaves it right."""

from __future__ import annotations

from typing import Iterator

import pytest

from harness import ledger, silenced, wait_quiet
from harness.invocation_logging import DUTY, ID, put_right


def _put_right() -> None:
    wait_quiet()
    with silenced(DUTY), silenced("buckets"):
        put_right()
    ledger.forget_repairs_of(ID)


@pytest.fixture(autouse=True)
def _right() -> "Iterator[None]":
    _put_right()
    yield
    _put_right()

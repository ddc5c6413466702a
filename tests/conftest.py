"""End-to-end tests against the stack that `cargo xtask test` has deployed on a local AWS, in mode enforce."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Iterator

import pytest

_STATE = os.environ.get("PHIWARD_LOCAL")
if not _STATE:
    pytest.exit("PHIWARD_LOCAL is not set; run these tests with `cargo xtask test`", returncode=4)
for _name, _value in {
    "AWS_ENDPOINT_URL": json.loads(Path(_STATE).read_text())["endpoint"],
    "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
}.items():
    os.environ.setdefault(_name, _value)

pytest.register_assert_rewrite("faulty.checks")

from demo.principals import Principal  # noqa: E402
from demo.surroundings import Surroundings  # noqa: E402

from harness import BucketFactory, Faults, ledger, new_principal, spare, surroundings, wait_quiet  # noqa: E402
from harness.account import DRIFT  # noqa: E402
from harness.operate import heartbeat  # noqa: E402
from harness.planted import Ears, Markers  # noqa: E402


@pytest.fixture(scope="session")
def around() -> Surroundings:
    """The deployed stack."""
    return surroundings()


@pytest.fixture(scope="session")
def admin(around: Surroundings) -> Principal:
    """The account's administrator: `admin.client("s3")`."""
    return around.admin


@pytest.fixture(scope="session")
def drifter() -> Principal:
    """Somebody else, with keys of their own, who makes drift."""
    return new_principal("drifter", DRIFT)


@pytest.fixture
def buckets() -> BucketFactory:
    """Buckets of the test's own: `buckets.logs()`, `buckets.phi()`, `buckets.ordinary()`."""
    return BucketFactory()


@pytest.fixture
def marker() -> Markers:
    """Words that stand for PHI."""
    return Markers()


@pytest.fixture
def ears() -> "Iterator[Ears]":
    """Hears every event of Phiward's own, and every notice."""
    made = Ears()
    yield made
    made.close()


@pytest.fixture
def faults() -> "Iterator[Faults]":
    """Orders for calls to fail; gone after the test."""
    orders = Faults()
    yield orders
    orders.clear()


@pytest.fixture(autouse=True)
def _quiet() -> "Iterator[None]":
    """No test begins while another's events are on their way, nor with its repairs in the ledger or its kills ordered."""
    spare()
    wait_quiet()
    ledger.forget_repairs()
    yield


@pytest.fixture(scope="module", autouse=True)
def _no_run_is_left() -> "Iterator[None]":
    """A run that a file has cut off would be woken by the heartbeat while another file counts calls: it is woken at once."""
    yield
    wait_quiet()
    if ledger.items("run#"):
        ledger.let_runs_end()
        heartbeat()
        wait_quiet()

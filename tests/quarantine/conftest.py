"""What the tests of the duty `quarantine` share."""

from __future__ import annotations

from typing import Iterator

import pytest

from harness.buckets import BucketFactory
from harness.findings import forget
from harness.quarantined import Quarantine

from demo.principals import Principal


@pytest.fixture
def quarantine() -> Quarantine:
    """What came into the quarantine bucket since the test began."""
    return Quarantine()


@pytest.fixture
def versioned(buckets: BucketFactory, admin: Principal) -> str:
    """An ordinary bucket that keeps versions."""
    name = buckets.ordinary()
    admin.client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def unversioned(buckets: BucketFactory) -> str:
    """An ordinary bucket that never kept versions."""
    return buckets.ordinary()


@pytest.fixture(autouse=True)
def _no_findings_remain() -> "Iterator[None]":
    """A sweep of another test would look at them all."""
    yield
    forget()

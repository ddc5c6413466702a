"""What the tests of the duty `object-encryption` share."""

from __future__ import annotations

import secrets

import pytest
from harness import BucketFactory, surroundings, wait_quiet
from harness.written import keep_no_versions


@pytest.fixture
def phi(buckets: BucketFactory) -> str:
    """A PHI bucket, which keeps versions."""
    return buckets.phi()


@pytest.fixture
def plain(buckets: BucketFactory) -> str:
    """A PHI bucket whose objects are the version `null`."""
    name = buckets.phi()
    keep_no_versions(name)
    return name


@pytest.fixture
def locking() -> str:
    """A PHI bucket with Object Lock."""
    name, s3 = f"phi-{secrets.token_hex(4)}", surroundings().admin.client("s3")
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    wait_quiet()
    return name

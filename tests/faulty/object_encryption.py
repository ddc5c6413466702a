"""Re-encryptions of objects, to be made while AWS fails."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any

from harness import surroundings
from harness.objects import put
from harness.written import CONTROL, WRONG, created, data_key, encryption, new_key, resource

from .drift import Drift


@lru_cache(maxsize=None)
def _bucket() -> str:
    """One that keeps no versions: a copy leaves none behind that would have to be reported."""
    name = "phi-of-faults"
    surroundings().admin.client("s3").create_bucket(Bucket=name)
    return name


@lru_cache(maxsize=None)
def _foreign() -> str:
    return new_key()


def updated() -> Drift:
    """An object under S3's own key."""
    return _drift("aws:kms", **WRONG)


def copied() -> Drift:
    """An object under dual-layer encryption with another key, which can only be copied."""
    return _drift("aws:kms:dsse", ServerSideEncryption="aws:kms:dsse", SSEKMSKeyId=_foreign(), Tagging="ward=3")


def _drift(algorithm: str, **given: Any) -> Drift:
    written = put(_bucket(), f"referrals/{secrets.token_hex(8)}.csv", **given)
    goal = {(CONTROL, resource(written)): "remediated"}
    return Drift(created(written), goal, lambda _: encryption(written) == (algorithm, data_key()))

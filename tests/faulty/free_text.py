"""A guardrail tagged with a patient's record number, told of while AWS fails."""

from __future__ import annotations

import secrets

from harness import surroundings
from harness.named import make

from permissions.runs import api_call

from .drift import Drift


def told() -> Drift:
    """Nothing can be repaired: it is right when a person is told."""
    tags = {"note": f"mrn-47{secrets.randbelow(10**6):06}"}
    made = make("guardrail", surroundings().admin, f"faults-{secrets.token_hex(4)}", tags)
    goal = {("free-text.personal-data", made): "reported"}
    return Drift(api_call("bedrock", "TagResource", resourceARN=made), goal, lambda _: True)

"""There are three guardrails: what a test has done to one is put right before the next."""

from __future__ import annotations

from typing import Iterator

import pytest

from harness import ledger, silenced, wait_quiet
from harness import guardrails as rails


@pytest.fixture
def enforced() -> "Iterator[str]":
    """The guardrail that the account enforces."""
    yield from _kept(rails.ENFORCED)


@pytest.fixture
def free() -> "Iterator[str]":
    """One that the account doesn't enforce."""
    yield from _kept(rails.FREE)


def _kept(guardrail: str) -> "Iterator[str]":
    given, configured = rails.as_update(guardrail), rails.enforced()
    yield rails.compliant(guardrail)
    with silenced(rails.DUTY):
        rails.client().update_guardrail(**given)
        version = rails.publish(guardrail) if len(rails.versions(guardrail)) < 20 else rails.versions(guardrail)[-1]
        if guardrail == rails.ENFORCED:
            found = rails.enforced()
            if found and found["guardrailId"] != guardrail:
                rails.client().delete_enforced_guardrail_configuration(configId=found["configId"])
                found = None
            kept = {name: configured[name] for name in ("selectiveContentGuarding", "modelEnforcement")}
            rails.client().put_enforced_guardrail_configuration(
                guardrailInferenceConfig={"guardrailIdentifier": guardrail, "guardrailVersion": version, **kept},
                **({"configId": found["configId"]} if found else {}))
        wait_quiet()
    ledger.forget_repairs()

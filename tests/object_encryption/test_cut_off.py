"""A run that is cut off is finished, though an id that shows no key leads nowhere by itself."""

from __future__ import annotations

import pytest

from harness import kill, ledger, now, wait_quiet, writes_of
from harness.evidence import records
from harness.objects import put
from harness.operate import heartbeat
from harness.written import CONTROL, DUTY, WRONG, data_key, encryption, resource


@pytest.mark.parametrize("phase, ended", [("before", ["failed", "remediated"]), ("after", ["remediated"])])
def test_lambda_s_retry_ends_it(phi: str, phase: str, ended: "list[str]") -> None:
    kill(function=DUTY, service="s3", operation="UpdateObjectEncryption", phase=phase, count=1)
    since, written = now(), put(phi, **WRONG)
    wait_quiet()
    made = [each.outcome for each in records(CONTROL, since, resource(written)) if each.body["kind"] == "outcome"]
    assert made == ended and not ledger.items("run#object-encryption")
    assert encryption(written) == ("aws:kms", data_key())


def test_the_heartbeat_ends_what_died_for_good(phi: str) -> None:
    kill(function=DUTY, service="s3", operation="UpdateObjectEncryption", phase="after", count=1)
    kill(function=DUTY, service="s3", operation="PutObject", phase="before", skip=1, count=2)  # of the outcome
    since, written = now(), put(phi, **WRONG)
    wait_quiet()
    assert ledger.items(f"run#{DUTY}"), "it was not cut off"
    ledger.let_runs_end()
    heartbeat()
    wait_quiet()
    made = records(CONTROL, since, resource(written))
    assert [each.body["kind"] for each in made] == ["intent", "outcome"] and made[1].outcome == "remediated"
    assert made[1].body["recovered"] and not ledger.items("run#object-encryption")
    assert [name for name, _ in writes_of(DUTY, since)] == ["UpdateObjectEncryption"]

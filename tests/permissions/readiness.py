"""What `readiness` must be able to do."""

from __future__ import annotations

import json
from typing import Any

from harness import Faults, guardrails
from harness import readiness as account

from .buckets import spoil
from .objects import flagged
from .runs import Scenario, answer, envelope, of_every_function, sweep
from .second_stack import GUARDRAIL_ENFORCED, LOG_BUCKET, VERSIONED, client, deployed

_DUTY = "readiness"
#: What each report has to know.
_SOURCES = ("config_rules", "agreements", "organization", "bedrock_used", "models", "use_case_form", "log_readers", "memory",
            "previous", "canary")


def scenarios() -> "list[Scenario]":
    return [
        *of_every_function(_DUTY),
        Scenario("finds everything out, and reports it", _reported),
        Scenario("asks under a guardrail that works across Regions", _across),
        Scenario("tells since when something is not right", _since),
        Scenario("asks what a person has released", _released),
        Scenario("goes on where it stopped", _goes_on),
        Scenario("finds out whether Bedrock is used, where no duty has seen anything of it", _used),
    ]


def _report() -> "dict[str, Any]":
    """What it found out."""
    denied = {"target": "unit"}, {"target": "root"}, {"target": "account"}
    policies = [account.denying(f"p{number}", "bedrock:PutAccountDataRetention", **each) for number, each in enumerate(denied)]
    # Of a rule without a result it is asked whether it was evaluated.
    with account.organization("delegated", *policies), account.config_results(efs="INSUFFICIENT_DATA"):
        run = answer(_DUTY, sweep())["run"]
    return _read(run, "findings.json")


def _read(run: str, name: str) -> "dict[str, Any]":
    found = client("s3").get_object(Bucket=deployed().outputs["EvidenceBucketName"], Key=f"readiness/{run}/{name}")
    return dict(json.load(found["Body"]))


def _reported() -> None:
    found = _report()
    unknown = {name: found[name]["unknown"] for name in _SOURCES if "unknown" in found[name]}
    unknown |= {f"model {each['id']}": each["access"]["unknown"] for each in found["models"]["known"] if "unknown" in each["access"]}
    seen = found["organization"].get("known") or {}
    unknown |= {name: each["unknown"] for name, each in seen.items() if isinstance(each, dict) and "unknown" in each}
    failed = {duty: each["failed"] for duty, each in found["duties"].items() if each["failed"]}
    assert not unknown and not failed, f"{unknown}, {failed}"
    assert len(found["duties"]) == 13, sorted(found["duties"])
    assert found["canary"]["known"]["intervened"]


def _across() -> None:
    across = {"crossRegionConfig": {"guardrailProfileIdentifier": "us.guardrail.v1:0"}}
    guardrails.update(GUARDRAIL_ENFORCED, change=lambda given: given.update(across))
    try:
        assert _report()["canary"]["known"]["intervened"]
    finally:
        guardrails.update(GUARDRAIL_ENFORCED, change=lambda given: given.pop("crossRegionConfig", None))


def _since() -> None:
    spoil(client("s3"), LOG_BUCKET)
    found = _report()
    assert any(each["resource"] == LOG_BUCKET for each in found["duties"]["buckets"]["controls"]["buckets.tls-only"]["first"])
    answer("buckets", sweep())


def _released() -> None:
    flagged(VERSIONED)
    found = _report()
    assert found["duties"]["quarantine"]["failed"] is None


def _goes_on() -> None:
    run = "2026-01-01T00-00-00Z-nobody"
    event = envelope("phiward", "Sweep Continuation", {"duty": _DUTY, "after": run, "hop": 1, "failed": 0})
    # What is not there is told from what is forbidden.
    assert "ignored" in answer(_DUTY, event)


def _used() -> None:
    faults = Faults()
    faults.add("lambda", "Invoke", "TooManyRequestsException", principal=deployed().role(_DUTY).split("/")[-1])
    try:
        found = _report()
    finally:
        faults.clear()
    assert all(each["failed"] for each in found["duties"].values()) and "known" in found["bedrock_used"]

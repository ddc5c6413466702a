"""A compliant guardrail costs the reads that the duty's `lib.rs` lists, and no write; another one costs none."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from harness import calls_of, emit, now
from harness.guardrails import DUTY, ENFORCED, FREE, GONE, READS, READS_OF_FREE, compliant, event_of


def _operations(since: datetime) -> "Counter[str]":
    """Without the one question to the ledger with which each process begins: was an earlier run cut off?"""
    return Counter(call["operation"] for call in calls_of(DUTY, since) if call["operation"] != "Query")


@pytest.mark.parametrize("guardrail, reads", [(ENFORCED, READS), (FREE, READS_OF_FREE)])
def test_a_compliant_guardrail_costs_these_reads(guardrail: str, reads: "list[str]") -> None:
    compliant(guardrail)
    since = now()
    answers = emit(event_of("CreateGuardrailVersion", guardrail))
    assert [each["response"] for each in answers] == [{"checked": 1, "outcomes": [], "ignored": None}]
    assert _operations(since) == Counter(reads)


def test_an_enforcement_is_a_reason_to_look_at_all() -> None:
    for guardrail in (ENFORCED, FREE, GONE):
        compliant(guardrail)
    since = now()
    answers = emit("guardrails/delete-enforced-guardrail-configuration.json")
    assert [each["response"] for each in answers] == [{"checked": 3, "outcomes": [], "ignored": None}]
    assert _operations(since) == Counter(READS + READS_OF_FREE * 2)


@pytest.mark.parametrize("change", [
    {"requestParameters": {"guardrailIdentifier": "notnamed0001"}},
    {"errorCode": "AccessDenied", "requestParameters": None},
    {"eventSource": "bedrock-agent.amazonaws.com"},
])
def test_other_guardrails_and_failed_calls_start_nothing(change: "dict[str, Any]") -> None:
    since = now()
    answers = emit({**event_of("CreateGuardrailVersion"), **change})
    assert [each["response"]["checked"] for each in answers] in ([0], [])
    assert _operations(since) == Counter()


def test_what_hides_its_guardrail_may_be_any() -> None:
    for guardrail in (ENFORCED, FREE, GONE):
        compliant(guardrail)
    parameters = {"guardrailIdentifier": "HIDDEN_DUE_TO_SECURITY_REASONS"}
    hidden = {**event_of("CreateGuardrailVersion"), "requestParameters": parameters}
    assert [each["response"]["checked"] for each in emit(hidden)] == [3]

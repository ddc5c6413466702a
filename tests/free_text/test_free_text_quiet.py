"""What looks like no PHI costs the reads that the duty's `lib.rs` lists: no write, no record."""

from __future__ import annotations

import secrets
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from demo.principals import Principal

from harness import BucketFactory, calls_of, emit, now, saved_event, wait_quiet, writes_of
from harness.evidence import records
from harness.named import TAGGED, make

_CONTROL = "free-text.personal-data"
#: Beside the tags: the list of the kind, or of what the resource belongs to.
_LISTS = {
    "agent": "ListAgents", "agent-alias": "ListAgentAliases", "application-inference-profile": "ListInferenceProfiles",
    "custom-model": "ListCustomModels", "evaluation-job": "ListEvaluationJobs", "flow": "ListFlows",
    "flow-alias": "ListFlowAliases", "guardrail": "ListGuardrails", "knowledge-base": "ListKnowledgeBases",
    "model-customization-job": "ListModelCustomizationJobs", "model-import-job": "ListModelImportJobs",
    "model-invocation-job": "ListModelInvocationJobs", "prompt": "ListPrompts", "prompt-router": "ListPromptRouters",
    "provisioned-model": "ListProvisionedModelThroughputs",
}


def operations(since: datetime) -> "Counter[str]":
    """Without the one question to the ledger with which each process begins: was an earlier run cut off?"""
    return Counter(call["operation"] for call in calls_of("free-text", since) if call["operation"] != "Query")


@pytest.mark.parametrize("kind", TAGGED)
def test_a_resource_costs_its_list_and_its_tags(kind: str, drifter: Principal) -> None:
    made = make(kind, drifter, f"quiet-{secrets.token_hex(3)}", {"Owner": "platform", "CostCenter": "1234567893"})
    wait_quiet()
    event = saved_event("free-text/tag-resource.json")
    event["detail"]["requestParameters"]["resourceARN"] = made
    since = now()
    [answer] = emit(event)
    assert answer["response"] == {"checked": 1, "outcomes": [], "ignored": None}
    assert operations(since) == Counter([_LISTS[kind], "ListTagsForResource"])
    assert writes_of("free-text", since) == [] and records(_CONTROL, since) == []


def test_a_data_source_costs_the_list_of_its_knowledge_base(drifter: Principal) -> None:
    base, source = make("data-source", drifter, f"quiet-{secrets.token_hex(3)}").split("/")[1:]
    wait_quiet()
    event = saved_event("free-text/update-data-source.json")
    event["detail"]["responseElements"]["dataSource"].update(knowledgeBaseId=base, dataSourceId=source)
    since = now()
    [answer] = [each for each in emit(event) if each["function"] == "free-text"]
    assert answer["response"] == {"checked": 1, "outcomes": [], "ignored": None}
    assert operations(since) == Counter(["ListDataSources"])


def test_a_bucket_costs_the_list_of_buckets_and_its_tags(buckets: BucketFactory) -> None:
    bucket = buckets.logs()
    event = saved_event("free-text/tag-resource-of-bucket.json")
    event["detail"]["requestParameters"]["resourceArn"] = f"arn:aws:s3:::{bucket}"
    since = now()
    [answer] = emit(event)
    assert answer["response"] == {"checked": 1, "outcomes": [], "ignored": None}
    assert operations(since) == Counter(["ListBuckets", "GetBucketTagging"])


def test_a_sweep_reads_each_list_once_and_each_resource_s_tags_once(drifter: Principal) -> None:
    made = {make(kind, drifter, f"swept-{secrets.token_hex(3)}") for kind in TAGGED}
    wait_quiet()
    since = now()
    emit(_sweep())
    seen = operations(since)
    twice = {"ListAgents", "ListFlows", "ListKnowledgeBases"}  # and once for what belongs to each
    lists = {name: count for name, count in seen.items() if name in _LISTS.values() and "Alias" not in name}
    assert lists == {name: 1 + (name in twice) for name in lists} and twice < set(lists)
    tagged = _tags_read(since)
    assert {tagged[each] for each in made} == {1}, "more only where there is something to tell"
    assert writes_of("free-text", since) == []


def test_a_sweep_goes_on_behind_where_it_stopped(drifter: Principal) -> None:
    first, last = (make(kind, drifter, f"swept-{secrets.token_hex(3)}") for kind in ("evaluation-job", "prompt"))
    wait_quiet()
    since = now()
    [answer] = emit(_sweep(after=first))
    seen = _tags_read(since)
    assert answer["error"] is None and last in seen and min(seen) > first


def _tags_read(since: datetime) -> "Counter[str]":
    """Of which resources, how often."""
    given = (call["parameters"] or {} for call in calls_of("free-text", since) if call["operation"] == "ListTagsForResource")
    return Counter(str(each.get("resourceARN") or each.get("resourceArn")) for each in given)


def _sweep(after: "str | None" = None) -> "dict[str, Any]":
    """What goes on with a sweep."""
    event = saved_event("free-text/sweep-continuation.json")
    return {**event, "detail": {"duty": "free-text", "after": after, "hop": 1, "failed": 0}}

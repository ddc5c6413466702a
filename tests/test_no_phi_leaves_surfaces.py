"""What agents are told, and what prompts, flows and guardrails say, is said nowhere by the duty `storage-surfaces`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from demo.evidence import records
from demo.principals import Principal
from demo.surroundings import Surroundings
from harness import Faults, calls_of, invoke, now
from harness.planted import Ears, Markers, said
from harness.rules import silenced
from harness.surfaces import DUTY, MODEL, ROLE, call_on, control


def _planted(marker: Markers, agents: Any) -> "list[str]":
    """Markers wherever an owner may write what they like, and no key."""
    agent = agents.create_agent(
        agentName=marker("name"), description=marker("description"), instruction=marker("instruction") * 3, foundationModel=MODEL,
        agentResourceRoleArn=ROLE, promptOverrideConfiguration={"promptConfigurations": [{
            "promptType": "ORCHESTRATION", "promptCreationMode": "OVERRIDDEN", "basePromptTemplate": marker("template")}]})["agent"]
    agents.prepare_agent(agentId=agent["agentId"])
    prompt = agents.create_prompt(name=marker("name"), variants=[{
        "name": "v", "templateType": "TEXT", "templateConfiguration": {"text": {"text": marker("text")}}}])
    flow = agents.create_flow(name=marker("name"), executionRoleArn=ROLE, definition={
        "nodes": [{"name": marker("node").replace("-", "_"), "type": "Input"}]})
    return [agent["agentArn"], prompt["arn"], flow["arn"]]


def _invoked(marker: Markers, resource: str) -> None:
    event = call_on(resource)
    event["detail"]["requestParameters"] = {"instruction": marker("parameter"), "name": marker("parameter")}
    invoke(DUTY, json.dumps(event).encode())


def _evidence(around: Surroundings, since: datetime) -> str:
    kept = [each.body for kind in ("agent", "prompt", "flow") for each in records(around, control(kind), since)]
    assert kept
    return json.dumps(kept, ensure_ascii=False)


def test_nothing_when_any_call_is_refused(admin: Principal, around: Surroundings, faults: Faults) -> None:
    marker, agents, ears, since = Markers(), admin.client("bedrock-agent"), Ears(), now()
    with silenced(DUTY):
        for resource in _planted(marker, agents):
            _invoked(marker, resource)
        operations = sorted({(call["service"], call["operation"]) for call in calls_of(DUTY, since)})
        for at, (service, operation) in enumerate(operations):
            error = ("AccessDeniedException", "ValidationException")[at % 2]
            faults.add(service, operation, error, 1, message=f"not with {marker('error')}", principal="StorageSurfaces")
            for resource in _planted(_Renamed(marker, at), agents):  # type: ignore[arg-type]
                _invoked(marker, resource)
            faults.clear()
    assert {"UpdateAgent", "PrepareAgent", "UpdatePrompt", "UpdateFlow", "GetKeyPolicy"} <= {name for _, name in operations}
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    everywhere = {**said(since), "events and notices": json.dumps(heard), "evidence": _evidence(around, since)}
    leaks = {where: found[:3] for where, text in everywhere.items() if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)


class _Renamed:
    """Names are taken."""

    def __init__(self, marker: Markers, at: int) -> None:
        self._marker, self._at = marker, at

    def __call__(self, place: str) -> str:
        return self._marker(f"{place}-{self._at}")

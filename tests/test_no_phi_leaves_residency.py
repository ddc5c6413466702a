"""What people say to models, and how they name profiles, endpoints and sessions, is said nowhere by the duty `residency`."""

from __future__ import annotations

import json
from typing import Any

from demo.principals import Principal
from harness import Faults, calls_of, emit, invoke, now, saved_event, wait_quiet
from harness.evidence import records
from harness.inference import GLOBAL, arn, elsewhere, scribe
from harness.planted import Ears, Markers, said
from harness.rules import silenced

_DUTY = "residency"
_CONTROLS = ("residency.global-inference", "residency.geography", "residency.application-profiles")


def _said(marker: Markers, who: Principal) -> "list[dict[str, Any]]":
    """Markers wherever people may write what they like; the events that tell of it."""
    bedrock = who.client("bedrock")
    who.client("bedrock-runtime").converse(modelId=GLOBAL, messages=[
        {"role": "user", "content": [{"text": marker("prompt")}]}], system=[{"text": marker("system")}],
        requestMetadata={"case": marker("metadata")})
    profile = bedrock.create_inference_profile(
        inferenceProfileName=marker("profile"), description=marker("description"),
        modelSource={"copyFrom": arn("inference-profile", GLOBAL)}, tags=[{"key": "case", "value": marker("tag")}])
    session = elsewhere(who, f"arn:aws:sagemaker:us-east-1:000000000000:endpoint/{marker('endpoint')}", "eu-west-1")
    session["detail"]["userIdentity"] = {
        "type": "AssumedRole", "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::000000000000:role/scribe"}}}
    nowhere = elsewhere(who, GLOBAL, marker("region"))
    made = saved_event("residency/create-inference-profile.json")
    made["detail"]["requestParameters"]["inferenceProfileName"] = marker("profile")
    made["detail"]["responseElements"] = {"inferenceProfileArn": profile["inferenceProfileArn"]}
    return [session, nowhere, made]


def test_nothing_also_when_any_call_is_refused(faults: Faults) -> None:
    marker, ears, since, who = Markers(), Ears(), now(), scribe()
    for event in _said(marker, who):
        emit(event)
    wait_quiet()
    operations = sorted({(call["service"], call["operation"]) for call in calls_of(_DUTY, since)})
    assert ("bedrock", "GetInferenceProfile") in operations
    with silenced(_DUTY):
        for service, operation in operations:
            faults.add(service, operation, "AccessDeniedException", 1, message=f"not with {marker('error')}", principal="Residency")
            for event in _said(_Again(marker, operation), scribe()):  # type: ignore[arg-type]
                invoke(_DUTY, json.dumps(event).encode())
            faults.clear()
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    kept = [each.body for control in _CONTROLS for each in records(control, since)]
    assert len(kept) > len(_CONTROLS)
    everywhere = {**said(since), "events and notices": json.dumps(heard), "evidence": json.dumps(kept)}
    leaks = {where: found[:3] for where, text in everywhere.items() if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)


class _Again:
    """Names are taken."""

    def __init__(self, marker: Markers, operation: str) -> None:
        self._marker, self._operation = marker, operation.lower()

    def __call__(self, place: str) -> str:
        return self._marker(f"{place}-{self._operation}")

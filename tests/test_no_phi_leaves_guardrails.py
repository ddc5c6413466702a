"""What stands in a guardrail's texts, and what the proof finds, is said nowhere by the duty `guardrails`."""

from __future__ import annotations

import json
from typing import Any

from harness import Faults, calls_of, invoke, now
from harness import guardrails as rails
from harness.guardrails import DUTY, FREE, compliant, event_of
from harness.planted import Ears, Markers, said
from harness.rules import silenced


def _planted(marker: Markers) -> None:
    """Markers wherever a guardrail's owner may write what they like, and drift beside them."""
    def change(given: "dict[str, Any]") -> None:
        rails.weaken(given)
        given.update(description=marker("description"), blockedInputMessaging=marker("message"))
        given["topicPolicyConfig"]["topicsConfig"][0].update(definition=marker("topic"), examples=[marker("example")])
        given["wordPolicyConfig"]["wordsConfig"] = [{"text": marker("word")}]
        kept = [each for each in given["sensitiveInformationPolicyConfig"]["regexesConfig"] if each["name"] != "theirs"]
        theirs = {"name": "theirs", "description": marker("regex"), "pattern": "x[0-9]", "action": "BLOCK"}
        given["sensitiveInformationPolicyConfig"]["regexesConfig"] = [*kept, theirs]

    rails.update(FREE, change=change)


def test_nothing_when_any_call_is_refused(faults: Faults) -> None:
    marker, ears = Markers(), Ears()
    before, since = rails.as_update(compliant(FREE)), now()
    event = {**event_of("UpdateGuardrail", FREE), "requestParameters": {
        "guardrailIdentifier": FREE, "description": marker("parameter")}}
    envelope = json.dumps({
        "version": "0", "id": "1", "account": "000000000000", "region": "us-east-1", "time": "2026-01-01T00:00:00Z",
        "source": "aws.bedrock", "detail-type": "AWS API Call via CloudTrail", "detail": event}).encode()
    with silenced(DUTY):
        _planted(marker)
        invoke(DUTY, envelope)
        asked = sorted({(call["service"], call["operation"]) for call in calls_of(DUTY, since)})
        for service, operation in [each for each in asked if each[0].startswith("bedrock")]:
            for error, status in (("AccessDeniedException", 403), ("ValidationException", 400)):
                faults.add(service, operation, error, 1, message=marker("error"), principal="Guardrails", status=status)
                _planted(marker)
                invoke(DUTY, envelope)
                faults.clear()
        rails.client().update_guardrail(**before)
    assert {("bedrock", "UpdateGuardrail"), ("bedrock-runtime", "ApplyGuardrail")} <= set(asked)
    heard = ears.heard()
    ears.close()
    assert any(each["body"].get("detail-type") == "Remediation Outcome" for each in heard)
    leaks = {where: found for where, text in {**said(since), "events and notices": json.dumps(heard)}.items()
             if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)

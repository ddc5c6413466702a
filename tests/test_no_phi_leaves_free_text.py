"""Not even the evidence has what stands in a name or a tag, nor does anything else that Phiward says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from demo.principals import Principal
from demo.surroundings import Surroundings

from harness import Faults, await_outcome, calls_of, emit, invoke, now, outcomes, saved_event, wait_quiet
from harness.evidence import records
from harness.latest import level
from harness.named import endpoint, make, tag
from harness.planted import Ears, Markers, dead_letters, said

_CONTROL = "free-text.personal-data"
_REFUSAL = "User: arn:aws:sts::000000000000:assumed-role/r is not authorized to perform: x on resource: {}"


def _nothing_leaked(marker: Markers, since: Any, ears: Ears) -> "list[Any]":
    heard = ears.heard()
    everything = {
        **said(since), "events and notices": json.dumps(heard),
        "evidence": json.dumps([each.body for each in records(_CONTROL, since)], ensure_ascii=False)}
    for letter in dead_letters():
        letter["body"].pop("requestPayload", None)  # the raw event, for who replays it
        everything["dead letter"] = everything.get("dead letter", "") + json.dumps(letter)
    leaks = {where: found for where, text in everything.items() if (found := marker.in_text(text))}
    assert not leaks, json.dumps(leaks, indent=1)
    return heard


def _planted(marker: Markers, who: Principal, kind: str) -> str:
    """A resource with markers in its name and tags, all of which look like PHI."""
    made = make(kind, who, f"{marker('name')}-mrn-4711008", {"Owner": "platform"})
    tag(who, made, {f"{marker('key')} dob 1980-03-12": marker("value"), "patient": marker("patient"),
                    marker("clean-key"): f"ssn 123-45-6789 {marker('value')}"})
    return made


def test_nothing_of_a_name_or_a_tag(marker: Markers, ears: Ears, drifter: Principal) -> None:
    since = now()
    made = [_planted(marker, drifter, kind) for kind in ("guardrail", "agent", "knowledge-base", "model-import-job")]
    wait_quiet()
    for each in made:
        told = [record.body["before"]["suspects"][0]["findings"] for record in outcomes(_CONTROL, each, since)]
        assert {finding["place"] for finding in told[-1]} == {"name", "tag-key", "tag-value"}
    heard = _nothing_leaked(marker, since, ears)
    notices = [json.loads(each["body"]["Message"]) for each in heard if "Message" in each["body"]]
    assert {each["phiward"] for each in notices} == {"reported"} and len(notices) >= len(made)


def test_nothing_of_what_is_named_by_a_hash(marker: Markers, ears: Ears, drifter: Principal) -> None:
    since = now()
    bucket = f"phi-{marker('x')}-mrn-4711008"
    drifter.client("s3").create_bucket(Bucket=bucket)
    arn = endpoint(drifter, f"{marker('y')}-mrn-4711008")
    wait_quiet()
    made = [each for each in records(_CONTROL, since) if "/sha256:" in each.body["resource"]["id"]]
    assert sorted(each.body["resource"]["id"].split("/")[0] for each in made) == ["bucket", "endpoint"]
    invoke("free-text", json.dumps(saved_event("free-text/schedule.json")).encode())
    drifter.client("s3").delete_bucket(Bucket=bucket)
    drifter.client("bedrock").delete_marketplace_model_endpoint(endpointArn=arn)
    wait_quiet()
    # What the duty `buckets` says of a bucket is its name: that is its own matter.
    everything = {where: text for where, text in _said_by_free_text(since, ears).items()}
    assert not {where: found for where, text in everything.items() if (found := marker.in_text(text))}


def _said_by_free_text(since: Any, ears: Ears) -> "dict[str, str]":
    own = [each for each in ears.heard() if "free-text" in json.dumps(each)]
    lines = [line for line in said(since)["log"].splitlines() if '"duty":"free-text"' in line or "free-text" in line]
    return {"events and notices": json.dumps(own), "log": "\n".join(lines),
            "evidence": json.dumps([each.body for each in records(_CONTROL, since)])}


def test_nothing_of_what_a_refusal_quotes(marker: Markers, ears: Ears, drifter: Principal, faults: Faults) -> None:
    since = now()
    made = _planted(marker, drifter, "guardrail")
    await_outcome(_CONTROL, made, since, "reported")
    wait_quiet()
    wake = saved_event("free-text/wake.json")
    wake["detail"]["resource"] = made
    asked = {(call["service"], call["operation"]) for call in calls_of("free-text", since)} - {("sqs", "SendMessage")}
    assert {("bedrock", "ListGuardrails"), ("bedrock", "ListTagsForResource")} <= asked
    for service, operation in sorted(asked):
        faults.add(service, operation, "AccessDeniedException", 1, message=_REFUSAL.format(marker("refused")), principal="FreeText")
        invoke("free-text", json.dumps(wake).encode())
        faults.clear()
    _nothing_leaked(marker, since, ears)


def test_nothing_of_what_fails_for_good(marker: Markers, ears: Ears, drifter: Principal, faults: Faults) -> None:
    dead_letters()
    since = now()
    message = _REFUSAL.format(marker("refused"))
    faults.add("bedrock", "ListTagsForResource", "AccessDeniedException", message=message, principal="FreeText")
    make("guardrail", drifter, f"{marker('name')}-mrn-4711008", {"note": marker("value")})
    wait_quiet()
    letters = dead_letters()
    assert letters and all(each["body"].pop("requestPayload") for each in letters)
    assert marker.in_text(json.dumps(letters)) == []
    _nothing_leaked(marker, since, ears)


def test_an_event_with_phi_in_its_ids_leads_nowhere_and_is_not_repeated(marker: Markers, ears: Ears) -> None:
    since = now()
    event = saved_event("free-text/tag-resource.json")
    event["detail"]["requestParameters"]["resourceARN"] = f"arn:aws:bedrock:us-east-1:000000000000:guardrail/{marker('id')}-mrn-4711008"
    [answer] = emit(event)
    assert answer["error"] is None and answer["response"]["outcomes"] == []
    _nothing_leaked(marker, since, ears)


@pytest.mark.parametrize("wanted", ["DEBUG", "TRACE"])
def test_nothing_at_the_most_talkative_level(
        marker: Markers, ears: Ears, drifter: Principal, around: Surroundings, wanted: str) -> None:
    made = _planted(marker, drifter, "guardrail")
    wait_quiet()
    event = saved_event("free-text/tag-resource.json")
    event["detail"]["requestParameters"] = {
        "resourceARN": made, "tags": [{"key": marker("key"), "value": f"mrn-4711008 {marker('value')}"}]}
    hidden = saved_event("free-text/answer-hidden.json")
    hidden["detail"]["requestParameters"]["name"] = marker("name")
    since = now()
    with level(around, "free-text", wanted):
        for each in (event, hidden, saved_event("free-text/schedule.json")):
            _, failed = invoke("free-text", json.dumps(each).encode())
            assert failed is None
    _nothing_leaked(marker, since, ears)

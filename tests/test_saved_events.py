"""Every saved event, put on the bus: it starts its own duty and no other, and ends as it must."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from demo.quiet import is_harmless
from demo.surroundings import Surroundings

from harness import Faults, calls, emit, invoke, ledger, now, role_of, saved_event, wait_quiet
from harness.saved import EVENTS, PAYLOADS, corpus, duties_of, duties_of_corpus, event_of, named

#: What a function may say of an event that it can't act on.
TYPED = {"EventError", "ReadError", "ListError", "EvidenceError", "UnrepairedError", "NoticeError", "SweepError",
         "LedgerError", "BusyError"}


@pytest.mark.parametrize("file", EVENTS, ids=named)
def test_an_event_starts_its_own_duty_and_no_other(file: Path) -> None:
    answers = emit(event_of(file))
    assert sorted(each["function"] for each in answers) == sorted(duties_of(file))
    assert [each["error"] for each in answers if each["error"]] == []
    assert {each["attempts"] for each in answers} <= {1}


def _sent(name: str) -> Any:
    [file] = [each for each in PAYLOADS if each.stem == name]
    answer, failed = invoke(file.parent.name, file.read_bytes())
    assert failed is None, answer
    return answer


def test_every_payload_is_sent_by_a_test() -> None:
    assert [named(each) for each in PAYLOADS] == ["operate/function-url-exempt", "operate/show"]


def test_show_shows() -> None:
    shown = _sent("show")
    assert shown["action"] == "show" and set(shown["result"]) == {"pause", "exemptions", "held", "orders", "runs"}


def test_a_request_by_the_url_exempts_until_its_date_has_passed() -> None:
    request = json.loads(saved_event("operate/function-url-exempt.json")["body"])
    key = ("exemption", f"{request['control']}#{request['resource']}")
    try:
        answer = _sent("function-url-exempt")
        body, made = json.loads(answer["body"]), ledger.item(*key)
        expires = datetime.fromisoformat(request["expires"].replace("Z", "+00:00"))
        if expires > datetime.now(timezone.utc):
            assert answer["statusCode"] == 200 and body["result"]["by"].endswith("user/privacy-officer"), answer
            assert made and made["expires"] == expires.timestamp() * 1000
        else:
            assert (answer["statusCode"], made) == (400, None) and "in the past" in body["error"], answer
    finally:
        ledger.remove(*key)


@pytest.mark.parametrize("file", [each for each in EVENTS if each.stem == "failed-attempt"], ids=named)
def test_a_failed_attempt_leads_nowhere(file: Path) -> None:
    since = now()
    answers = [each["response"] for each in emit(event_of(file))]
    led_nowhere = {"checked": 0, "outcomes": [], "ignored": "the call failed and changed nothing"}
    assert answers == [led_nowhere] * len(duties_of(file))
    assert [call for call in calls(since) if call["principal"] == role_of(file.parent.name)] == []


def test_a_sample_finding_leads_nowhere() -> None:
    file = next(each for each in EVENTS if each.stem == "finding-sample")
    assert [each["response"]["outcomes"] for each in emit(event_of(file))] == [[]]


@pytest.mark.skipif(not corpus(), reason="no corpus of real records at ../shared/corpus")
def test_real_records_of_other_accounts_change_nothing_here(around: Surroundings) -> None:
    since, wrong = now(), []
    for file in corpus():
        answers = emit(file)
        started = {each["function"] for each in answers}
        if started != duties_of_corpus(file):
            wrong.append(f"{file.name} starts {started or 'nothing'}")
        wrong += [f"{file.name}: {each['error']}" for each in answers
                  if each["error"] and each["error"]["type"] not in TYPED]
    wait_quiet()
    roles = {role_of(duty) for duty in around.functions}
    written = [call for call in calls(since) if call["principal"] in roles and not is_harmless(call, around)]
    assert (wrong, written) == ([], [])


def test_an_unreadable_state_is_a_typed_error_and_no_write(faults: Faults) -> None:
    faults.add("s3", "GetBucketPolicy", "AccessDenied", principal="Buckets")
    file = next(each for each in EVENTS if each.stem == "delete-bucket-encryption")
    answers = emit(event_of(file))
    assert [(each["error"]["type"], each["attempts"]) for each in answers] == [("ReadError", 3)]

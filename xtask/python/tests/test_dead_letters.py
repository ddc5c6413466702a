"""Dead letters of both kinds, listed and replayed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from operators import dead_letters, letters
from operators.letters import Home
from operators.queue import Queue
from operators.trouble import Trouble

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/dead"
ALIAS = "arn:aws:lambda:eu-west-1:123456789012:function:phiward-buckets:live"
HOME = Home("eu-west-1", "123456789012", frozenset({"phiward-buckets"}))
EVENT = {"id": "11111111-2222-3333-4444-555555555555", "detail-type": "AWS API Call via CloudTrail",
         "detail": {"patient": "Jane Roe"}}


def _message(number: int, body: Any, **attributes: str) -> "dict[str, Any]":
    return {"MessageId": f"m-{number}", "ReceiptHandle": f"r-{number}", "Body": body if isinstance(body, str) else json.dumps(body),
            "Attributes": {"SentTimestamp": "1767323045000"},
            "MessageAttributes": {name: {"StringValue": text, "DataType": "String"} for name, text in attributes.items()}}


def _undelivered(number: int, target: str = ALIAS) -> "dict[str, Any]":
    return _message(number, EVENT, RULE_ARN="arn:aws:events:eu-west-1:123456789012:rule/r", TARGET_ARN=target,
                    ERROR_CODE="NO_PERMISSIONS", ERROR_MESSAGE="Jane Roe may not")


def _failed(number: int, **context: Any) -> "dict[str, Any]":
    return _message(number, {
        "requestContext": {"functionArn": ALIAS, "condition": "RetriesExhausted", **context}, "requestPayload": EVENT,
        "responsePayload": {"errorType": "Failure", "errorMessage": "Jane Roe has no consent"}})


def _receives(stub: Any, *batches: "list[dict[str, Any]]", most: int = 10) -> None:
    for batch in (*batches, []):
        stub.add_response("receive_message", {"Messages": batch} if batch else {}, {
            "QueueUrl": URL, "MaxNumberOfMessages": most, "WaitTimeSeconds": 2, "VisibilityTimeout": 900,
            "AttributeNames": ["SentTimestamp"], "MessageAttributeNames": ["All"]})


def _shows_again(stub: Any, *numbers: int) -> None:
    entries = [{"Id": str(n), "ReceiptHandle": f"r-{number}", "VisibilityTimeout": 0} for n, number in enumerate(numbers)]
    stub.add_response("change_message_visibility_batch", {"Successful": [], "Failed": []}, {"QueueUrl": URL, "Entries": entries})


def _invoked(stub: Any, payload: bytes = json.dumps(EVENT).encode()) -> None:
    stub.add_response("invoke", {"StatusCode": 202},
                      {"FunctionName": ALIAS, "InvocationType": "Event", "Payload": payload})


def _deleted(stub: Any, number: int) -> None:
    stub.add_response("delete_message", {}, {"QueueUrl": URL, "ReceiptHandle": f"r-{number}"})


def test_the_list_says_what_failed_and_nothing_of_the_event(stubbed: Any, capsys: Any) -> None:
    sqs, stub = stubbed("sqs")
    odd = _message(3, {**EVENT, "id": "Jane Roe", "detail-type": "Jane\x1b[2J"}, TARGET_ARN="arn:aws:sns:eu-west-1:1:t")
    twice = _undelivered(1)
    _receives(stub, [_undelivered(1), _failed(2)], [odd, _message(4, "Jane Roe"), twice])
    _shows_again(stub, 1, 2, 3, 4)
    with Queue(sqs, URL) as queue:
        assert dead_letters.show(queue, None) == 0
    said = capsys.readouterr()
    when, event = "2026-01-02T03:04:05Z", f"AWS API Call via CloudTrail  {EVENT['id']}"
    none = "(no error type)  (no detail-type)  (no event id)"
    assert said.out.splitlines() == [
        f"{when}  phiward-buckets:live  NO_PERMISSIONS  {event}", f"{when}  phiward-buckets:live  Failure  {event}",
        f"{when}  (no function)  {none}", f"{when}  (no function)  {none}"]
    assert "4 dead letters" in said.err and "Jane" not in said.out + said.err


def test_a_replay_invokes_the_alias_with_the_event_and_deletes_what_was_accepted(stubbed: Any, capsys: Any) -> None:
    (sqs, queue_stub), (functions, lambda_stub) = stubbed("sqs"), stubbed("lambda")
    elsewhere = ALIAS.replace("phiward-buckets", "somebody-elses")
    _receives(queue_stub, [_undelivered(1), _failed(2), _undelivered(3, elsewhere), _message(4, "?")])
    _invoked(lambda_stub)
    _invoked(lambda_stub)
    _deleted(queue_stub, 1)
    _deleted(queue_stub, 2)
    _shows_again(queue_stub, 3, 4)
    with Queue(sqs, URL) as queue:
        assert dead_letters.replay(queue, functions, HOME, None) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "2 replayed, 2 kept"
    assert "kept: message m-3: its target is no function of this stack" in said.err and "kept: message m-4" in said.err


def test_a_function_that_is_gone_keeps_its_letter_and_stops_no_other(stubbed: Any, capsys: Any) -> None:
    (sqs, queue_stub), (functions, lambda_stub) = stubbed("sqs"), stubbed("lambda")
    _receives(queue_stub, [_undelivered(1), _failed(2)])
    lambda_stub.add_client_error("invoke", "ResourceNotFoundException", http_status_code=404)
    _invoked(lambda_stub)
    _deleted(queue_stub, 2)
    _shows_again(queue_stub, 1)
    with Queue(sqs, URL) as queue:
        assert dead_letters.replay(queue, functions, HOME, None) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 replayed, 1 kept"


def test_an_error_stops_the_replay_and_the_rest_is_kept(stubbed: Any, capsys: Any) -> None:
    (sqs, queue_stub), (functions, lambda_stub) = stubbed("sqs"), stubbed("lambda")
    _receives(queue_stub, [_undelivered(1), _failed(2), _failed(3)])
    _invoked(lambda_stub)
    _deleted(queue_stub, 1)
    lambda_stub.add_client_error("invoke", "AccessDeniedException", "no", http_status_code=403)
    _shows_again(queue_stub, 2, 3)
    with pytest.raises(Trouble, match="stopped at message m-2, which is kept"), Queue(sqs, URL) as queue:
        dead_letters.replay(queue, functions, HOME, None)
    assert capsys.readouterr().out.splitlines()[-1] == "1 replayed, 0 kept"


def test_no_more_than_asked_for(stubbed: Any) -> None:
    sqs, stub = stubbed("sqs")
    stub.add_response("receive_message", {"Messages": [_failed(1), _failed(2)]})
    _shows_again(stub, 1, 2)
    with Queue(sqs, URL) as queue:
        assert len(queue.messages(2)) == 2


def test_an_event_that_grew_too_old_has_no_response_and_is_read_all_the_same() -> None:
    message = _failed(1, condition="EventAgeExceeded")
    body = json.loads(message["Body"])
    del body["responsePayload"]
    letter = letters.read({**message, "Body": json.dumps(body)})
    assert (letter.target, letter.error, json.loads(letter.payload)) == (ALIAS, "EventAgeExceeded", EVENT)


def test_only_the_stack_s_functions_are_at_home() -> None:
    assert HOME.has(ALIAS) and HOME.has(ALIAS.rsplit(":", 1)[0])
    for other in (None, "", ALIAS.replace("eu-west-1", "us-east-1"), ALIAS.replace("123456789012", "210987654321"),
                  ALIAS.replace("buckets", "other"), ALIAS + ":more", "arn:aws:sns:eu-west-1:123456789012:phiward-buckets"):
        assert not HOME.has(other), other

"""The client of the function `operate`."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from operators import function_url, operate
from operators.trouble import Trouble

KEY = "evidence/buckets.tls-only/" + "a" * 32 + "/00000002.json"
ORDERED = {"action": "undo", "by": "arn:aws:iam::1:user/o", "evidence": KEY.replace("2.json", "1.json"),
           "result": {"duty": "buckets", "control": "buckets.tls-only", "resource": "phi-a", "state": "ordered"}}


def _run(session: Any, function: Any, request: "dict[str, Any]", patience: float = 5.0) -> int:
    return operate.run(lambda each: function_url.post(session, function.url, each), request, patience, pause=0.01)


def _shown(done: "bool | None", evidence: str = KEY) -> "dict[str, Any]":
    result = None if done is None else {"done": done, "message": "as it was said", "evidence": None}
    order = {"action": "undo", "evidence": evidence, "by": "arn", "at": 1, "result": result}
    return {"action": "show", "result": {"order": order}, "evidence": None}


def test_a_request_is_signed_for_lambda_in_the_session_s_region(session: Any, function: Any, monkeypatch: Any) -> None:
    function.answers = [(200, {"action": "resume", "result": {}, "evidence": None})]
    assert _run(session, function, {"action": "resume"}) == 0
    (headers, body), = function.requests
    assert body == {"action": "resume"} and headers["X-Amz-Security-Token"] == "token"
    given = headers["Authorization"]
    assert re.match(r"AWS4-HMAC-SHA256 Credential=AKIATEST/\d{8}/eu-west-1/lambda/aws4_request, SignedHeaders=", given)
    # The server signs what it has got, as AWS does.
    again = AWSRequest(method="POST", url=function.url, data=json.dumps(body).encode(),
                       headers={"Content-Type": headers["Content-Type"]})
    again.context["timestamp"] = headers["X-Amz-Date"]
    signer = SigV4Auth(session.get_credentials().get_frozen_credentials(), "lambda", "eu-west-1")
    for name in ("X-Amz-Date", "X-Amz-Security-Token"):
        again.headers[name] = headers[name]
    signature = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
    assert given.endswith(f"Signature={signature}")
    assert hashlib.sha256(again.body).hexdigest() in signer.canonical_request(again)


def test_the_url_names_the_region_that_is_signed_for(session: Any) -> None:
    assert function_url.region_of("https://abc.lambda-url.us-west-2.on.aws/", session) == "us-west-2"
    assert function_url.region_of("http://127.0.0.1:4566/_aws/lambda-url/abc/", session) == "eu-west-1"
    with pytest.raises(Trouble, match="not an https URL"):
        function_url.region_of("http://abc.lambda-url.us-west-2.on.aws/", session)


def test_an_answer_is_printed_and_who_did_it_and_where_it_is_on_record(session: Any, function: Any, capsys: Any) -> None:
    answer = {"action": "pause", "by": "arn:o", "result": {"paused": True, "reason": "für heute"}, "evidence": "evidence/x"}
    function.answers = [(200, answer)]
    assert _run(session, function, {"action": "pause", "reason": "für heute"}) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == answer and "für heute" in said.out and "\n  " in said.out
    assert "arn:o" in said.err and "evidence/x" in said.err


@pytest.mark.parametrize(("status", "answer", "expected"), [
    (400, {"error": "there is no control `x`"}, "there is no control `x` (HTTP 400)"),
    (200, {"error": "no"}, "no (HTTP 200)"),
    (403, {"Message": "Forbidden"}, "Forbidden: you need the policy of the stack's output OperatorPolicyArn (HTTP 403)"),
    (502, b"Internal Server Error", "Internal Server Error (HTTP 502)"),
    (200, b"<html>", "<html> (HTTP 200)"),
    (500, b"", "no text (HTTP 500)"),
    (200, ["a"], '["a"] (HTTP 200)'),
])
def test_an_error_is_one_line(session: Any, function: Any, status: int, answer: Any, expected: str) -> None:
    function.answers = [(status, answer)]
    with pytest.raises(Trouble) as raised:
        _run(session, function, {"action": "resume"})
    assert str(raised.value).startswith(expected) and "\n" not in str(raised.value)


def test_no_answer_at_all_says_what_to_do(session: Any) -> None:
    with pytest.raises(Trouble, match="operate show"):
        function_url.post(session, "http://127.0.0.1:1/", {"action": "resume"})


@pytest.mark.parametrize(("done", "code", "word"), [(True, 0, "done: "), (False, 1, "error: refused: ")])
def test_an_order_is_followed_to_its_end(session: Any, function: Any, capsys: Any, done: bool, code: int,
                                         word: str) -> None:
    nothing = {"action": "show", "result": {"order": None}, "evidence": None}
    function.answers = [(200, ORDERED), (200, nothing), (503, {"message": "busy"}), (200, _shown(True, "evidence/other")),
                        (200, _shown(None)), (200, _shown(done))]
    assert _run(session, function, {"action": "undo", "evidence": KEY}) == code
    assert function.asked() == ["undo"] + ["show"] * 5
    assert function.requests[1][1] == {"action": "show", "control": "buckets.tls-only", "resource": "phi-a"}
    said = capsys.readouterr()
    assert json.loads(said.out)["result"]["order"]["result"]["done"] is done
    assert word + "as it was said" in said.err and "asking again: busy" in said.err


def test_an_order_that_does_not_end_in_time_stands(session: Any, function: Any, capsys: Any) -> None:
    function.answers = [(200, ORDERED), (200, _shown(None))]
    assert _run(session, function, {"action": "undo", "evidence": KEY}, patience=0.1) == 1
    assert "the order stands" in capsys.readouterr().err

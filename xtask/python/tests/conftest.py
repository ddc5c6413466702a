"""Nothing here reaches AWS: clients answer from stubs, function URLs from a server of the test's own."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Callable, Iterator, Optional

import boto3
import pytest
from botocore.stub import Stubber


@pytest.fixture
def session() -> Any:
    """Credentials as a role has them."""
    return boto3.Session(aws_access_key_id="AKIATEST", aws_secret_access_key="secret", aws_session_token="token",
                         region_name="eu-west-1")


@pytest.fixture
def stubbed(session: Any) -> "Iterator[Callable[[str], tuple[Any, Stubber]]]":
    """`client, stub = stubbed("sqs")`: it must be asked exactly what the stub expects."""
    stubs = []

    def make(service: str) -> "tuple[Any, Stubber]":
        client = session.client(service)
        stub = Stubber(client)
        stub.activate()
        stubs.append(stub)
        return client, stub

    yield make
    for stub in stubs:
        stub.assert_no_pending_responses()


class Function:
    """A function URL: what it was sent, and what it answers, one answer after the other; the last one stays."""

    def __init__(self) -> None:
        self.requests: "list[tuple[dict[str, str], dict[str, Any]]]" = []
        self.answers: "list[tuple[int, Any]]" = []
        function = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                function.requests.append((dict(self.headers.items()), json.loads(body)))
                status, answer = function.answers.pop(0) if len(function.answers) > 1 else function.answers[0]
                said = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def asked(self) -> "list[Optional[str]]":
        """The actions."""
        return [body.get("action") for _, body in self.requests]


@pytest.fixture
def function(monkeypatch: pytest.MonkeyPatch) -> "Iterator[Function]":
    """One that answers on this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    made = Function()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()

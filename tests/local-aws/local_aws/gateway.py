"""The ASGI application in front of the emulator: it names each call, injects what a test ordered, and records it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Mapping, Optional

from . import cloudtrail, clock, controls, eventbridge, function_processes, pending
from .authorizations import CALL, LAMBDA, asked_by
from .calls import Call, CallLog
from .faults import CONNECTION_CUT, Fault, Faults
from .kills import Kills
from .operations import Operation, identify
from .principals import Caller, caller_of
from .requests import Request
from .services import rpc_v2_cbor
from .wire_errors import Response, error_response, read_error

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

CALLS = CallLog()
FAULTS = Faults()
KILLS = Kills()

_KEPT_OF_ANSWER = 65_536


class Gateway:
    """Everything that arrives on the port."""

    def __init__(self, emulator: Any) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Mapping, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._emulator(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            return
        request = Request.of_scope(scope, body)
        if request.path.startswith("/_local/"):
            answer = await controls.answer(request, CALLS, FAULTS, KILLS)
            if answer is not None:
                await _send(send, answer)
                return
        operation = identify(request)
        if operation is None:
            await self._emulator(scope, _Replay(body), send)
            return
        pending.REQUESTS.add(1)
        try:
            await self._call(scope, request, operation, send)
        finally:
            pending.REQUESTS.add(-1)

    async def _call(self, scope: Mapping, request: Request, operation: Operation, send: Send) -> None:
        caller = caller_of(request.access_key)
        heard_before = cloudtrail.is_heard(operation, request.region)
        kill = KILLS.take(operation, caller)
        if kill and kill.phase == "before":
            await asyncio.to_thread(function_processes.kill, caller.session_name)
            return
        fault = FAULTS.take(operation, caller)

        def log(answer: _Answer) -> None:
            code = fault.error if fault else read_error(answer.status, answer.headers, bytes(answer.kept))[0]
            CALLS.add(Call(clock.now(), operation, caller.arn, code))

        answer = _Answer(send, log, swallow=kill is not None or fault is not None)
        if fault is None or fault.phase == "after":
            with asked_by(_asker(request), f"{operation.service}:{operation.name}"):
                await self._emulator(scope, _Replay(request.body), answer)
        answer.settle()
        code, message = read_error(answer.status, answer.headers, bytes(answer.kept))
        if fault is not None:
            code, message = fault.error, fault.message or f"{fault.error}: ordered by a test"
        if heard_before or cloudtrail.is_heard(operation, request.region):
            _deliver(request, operation, caller, code, message, answer)
        if kill:
            await asyncio.to_thread(function_processes.kill, caller.session_name)
        elif fault is not None:
            await _fail(send, fault, operation, request, message)


def _asker(request: Request) -> str:
    """Lambda says so where it uses a function's role for its own ends."""
    return LAMBDA if f"app/{LAMBDA}" in request.headers.get("user-agent", "") else CALL


def _deliver(request: Request, operation: Operation, caller: Caller, code: Optional[str], message: str,
             answer: "_Answer") -> None:
    outcome = cloudtrail.Outcome(code, message, answer.status, dict(answer.headers), bytes(answer.kept))
    record = cloudtrail.record(request, operation, caller, outcome)
    if record is not None:
        eventbridge.deliver(cloudtrail.envelope(record))


async def _fail(send: Send, fault: Fault, operation: Operation, request: Request, message: str) -> None:
    if fault.error == CONNECTION_CUT:
        # A promise of a body that never comes: the server then closes the connection.
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        return
    cbor = request.headers.get("smithy-protocol") == rpc_v2_cbor.PROTOCOL
    await _send(send, error_response(operation, request.method, fault.error, message, fault.status, cbor))


async def _read(receive: Receive) -> Optional[bytes]:
    """The whole body; None when the client went away."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, response: Response) -> None:
    status, headers, body = response
    encoded = [(name.lower().encode(), value.encode("utf-8")) for name, value in headers.items()]
    encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


class _Replay:
    """Gives the emulator the body that was read already; then waits as an idle connection does."""

    def __init__(self, body: bytes) -> None:
        self._body: Optional[bytes] = body

    async def __call__(self) -> "dict[str, Any]":
        if self._body is None:
            await asyncio.Event().wait()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


@dataclass
class _Answer:
    """Passes the emulator's answer on, unless it is to be swallowed, and keeps what the record needs.

    The call is logged before the client sees anything, so that whoever has an answer finds its call in the log.
    """

    send: Send
    log: "Callable[[_Answer], None]"
    swallow: bool
    status: int = 0
    headers: "dict[str, str]" = field(default_factory=dict)
    kept: bytearray = field(default_factory=bytearray)
    start: Optional[Mapping[str, Any]] = None
    settled: bool = False

    def settle(self) -> None:
        """Log the call, once."""
        if not self.settled:
            self.settled = True
            self.log(self)

    async def __call__(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.start, self.status = message, message["status"]
            self.headers = {name.decode("latin-1").lower(): value.decode("latin-1")
                            for name, value in message.get("headers", [])}
            return
        if message["type"] == "http.response.body" and len(self.kept) < _KEPT_OF_ANSWER:
            self.kept += message.get("body", b"")[:_KEPT_OF_ANSWER]
        self.settle()
        if self.swallow:
            return
        if self.start is not None:
            start, self.start = self.start, None
            await self.send(start)
        await self.send(message)

"""`cargo xtask operate`: tells the function `operate` what to do, and prints what it answers."""

from __future__ import annotations

import argparse
import json
import time
from typing import Any, Callable, Optional

from botocore.exceptions import BotoCoreError

from . import function_url
from .account import Account, add_arguments
from .trouble import Trouble, guarded, in_words, note

Ask = Callable[["dict[str, Any]"], "dict[str, Any]"]
_POLL_SECONDS = 1.0


def run(ask: Ask, request: "dict[str, Any]", patience: float, pause: float = _POLL_SECONDS) -> int:
    """Carries out one request; the exit code."""
    answer = ask(request)
    result = answer.get("result")
    by = answer.get("by") or (result.get("by") if isinstance(result, dict) else None)
    if request["action"] != "show":
        who, key = f", by {by}" if by else "", answer.get("evidence")
        note(f"{request['action']}: accepted{who}" + (f"; on record as {key}" if key else ""))
    code = 0
    if isinstance(result, dict) and result.get("state") == "ordered":
        order = _await(ask, result, str(request.get("evidence")), patience, pause)
        code = _told(order, result, patience)
        answer = {**answer, "result": {**result, "order": order}} if order else answer
    print(json.dumps(answer, indent=2, ensure_ascii=False), flush=True)
    return code


def _await(ask: Ask, result: "dict[str, Any]", evidence: str, patience: float, pause: float) -> "Optional[dict[str, Any]]":
    """The order once it has ended, or as it is at last; nothing if it was never seen."""
    show = {"action": "show", "control": result.get("control"), "resource": result.get("resource")}
    note(f"ordered: `{result.get('duty')}` carries it out; waiting for up to {patience:.0f} s")
    until, seen = time.monotonic() + patience, None
    while True:
        try:
            order = (ask(show).get("result") or {}).get("order")
        except (Trouble, BotoCoreError) as error:
            # The order stands, whatever becomes of a question.
            order = None
            note(f"asking again: {in_words(error)}")
        if isinstance(order, dict) and order.get("evidence") == evidence:
            seen = order
            if order.get("result"):
                return seen
        if time.monotonic() + pause > until:
            return seen
        time.sleep(pause)


def _told(order: "Optional[dict[str, Any]]", result: "dict[str, Any]", patience: float) -> int:
    ended = (order or {}).get("result")
    if not ended:
        note(f"error: not ended within {patience:.0f} s; the order stands, look again: cargo xtask operate show "
             f"--control {result.get('control')} --resource '{result.get('resource')}'")
        return 1
    key = f"; on record as {ended['evidence']}" if ended.get("evidence") else ""
    note(f"{'done' if ended.get('done') else 'error: refused'}: {ended.get('message')}{key}")
    return 0 if ended.get("done") else 1


def main() -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    parser.add_argument("--url")
    parser.add_argument("--bucket", help="the bucket that the operator has named together with a record's key")
    parser.add_argument("--wait", type=float, default=60.0)
    parser.add_argument("request", type=json.loads)
    options = parser.parse_args()
    account = Account.chosen(options)
    if options.bucket and not options.url and options.bucket != account.output("EvidenceBucketName"):
        raise Trouble(f"`{options.bucket}` is not the evidence bucket of the stack `{options.stack}`")
    url = options.url or account.output("OperateUrl")
    return run(lambda request: function_url.post(account.session, url, request), options.request, options.wait)


if __name__ == "__main__":
    guarded(main)

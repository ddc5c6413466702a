"""What operators ask for, through the function URL, signed as themselves."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from demo.principals import Principal, region

from .account import new_principal, surroundings
from .local import invoke, saved_event, wait_quiet


@lru_cache(maxsize=None)
def operator() -> Principal:
    """Somebody whose only permission is the policy that the stack makes for operators."""
    made = new_principal("operator", ["sts:GetCallerIdentity"])
    name = made.arn.rsplit("/", 1)[-1]
    surroundings().admin.client("iam").attach_user_policy(
        UserName=name, PolicyArn=surroundings().outputs["OperatorPolicyArn"])
    return made


def request(body: "dict[str, Any]", who: "Principal | None" = None) -> "tuple[int, dict[str, Any]]":
    """The HTTP status and the answer."""
    who, url, data = who or operator(), surroundings().outputs["OperateUrl"], json.dumps(body).encode()
    signed = AWSRequest(method="POST", url=url, data=data, headers={"content-type": "application/json"})
    SigV4Auth(Credentials(who.access_key, who.secret_key), "lambda", region()).add_auth(signed)
    call = urllib.request.Request(url, data, dict(signed.headers.items()), method="POST")
    try:
        with urllib.request.urlopen(call, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        return error.code, json.loads(text) if text.startswith("{") else {"error": text}


def operate(action: str, **more: Any) -> "dict[str, Any]":
    """An action that must be done; its result, with the key of its record."""
    status, answer = request({"action": action, **more})
    assert status == 200, f"{action} {more}: HTTP {status}: {answer}"
    return {**answer["result"], "evidence": answer["evidence"]}


def exempt(control: str, resource: str, days: float = 1) -> "dict[str, Any]":
    """Until then."""
    expires = datetime.now(timezone.utc) + timedelta(days=days)
    return operate("exempt", control=control, resource=resource, reason="a reason", owner="an owner",
                   expires=expires.isoformat(timespec="milliseconds"))


def ordered(action: str, evidence: str) -> "dict[str, Any]":
    """An undo or a release; how the duty ended it."""
    given = operate(action, evidence=evidence)
    until = time.monotonic() + 30
    while True:
        order = operate("show", control=given["control"], resource=given["resource"])["order"]
        if order["result"] is not None:
            wait_quiet()
            return order["result"]
        assert time.monotonic() < until, f"nothing came of {order}"
        time.sleep(0.1)


def heartbeat() -> "dict[str, Any]":
    """The heart beats, now; what it found."""
    answer, failed = invoke("operate", json.dumps(saved_event("operate/schedule.json")).encode())
    assert failed is None, f"the heartbeat failed: {answer}"
    wait_quiet()
    return answer

"""Requests to a function URL that asks for IAM: signed as any call of AWS."""

from __future__ import annotations

import json
import re
import urllib.parse
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from .trouble import Trouble

_HOST = re.compile(r"[^.]+\.lambda-url\.([a-z0-9-]+)\.on\.aws(\.cn)?", re.IGNORECASE)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Refused(Trouble):
    """The function, or AWS before it, has answered that it will not."""


def region_of(url: str, session: Any) -> str:
    """The Region that a request is signed for: the URL's own."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise Trouble(f"`{url}` is not an https URL")
    named = _HOST.fullmatch(host)
    region = named.group(1) if named else session.region_name
    if not region:
        raise Trouble("no Region is known: name a --region, or set one in the profile")
    return str(region)


def post(session: Any, url: str, content: "dict[str, Any]") -> "dict[str, Any]":
    """The answer's JSON object."""
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError()
    headers = {"Content-Type": "application/json"}
    request = AWSRequest(method="POST", url=url, data=json.dumps(content).encode(), headers=headers)
    SigV4Auth(credentials.get_frozen_credentials(), "lambda", region_of(url, session)).add_auth(request)
    http = URLLib3Session(timeout=(10, 120), proxies=get_environ_proxies(url))
    try:
        response = http.send(request.prepare())
    except BotoCoreError as error:
        raise Trouble(f"no answer from {url} ({error}); whether the request was carried out is not known: "
                      "look with `cargo xtask operate show`") from error
    return _answer(response.status_code, response.content)


def _answer(status: int, content: bytes) -> "dict[str, Any]":
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and status == 200 and "error" not in answer:
        return answer
    said = answer if isinstance(answer, dict) else {}
    text = next((str(said[name]) for name in ("error", "message", "Message") if said.get(name)), None)
    text = text or content[:300].decode(errors="replace") or "no text"
    if status == 403 and "error" not in said:
        text += ": you need the policy of the stack's output OperatorPolicyArn"
    raise Refused(f"{text} (HTTP {status})")

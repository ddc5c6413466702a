"""One HTTP request as it arrived, in the form that the rest of the gateway reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping
from urllib.parse import parse_qs, quote

_SCOPE = re.compile(r"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/")


@dataclass(frozen=True)
class Request:
    """Header names are in lower case; query values are lists, as ministack has them."""

    method: str
    path: str
    raw_path: str
    query: "dict[str, list[str]]"
    headers: "dict[str, str]"
    body: bytes

    @classmethod
    def of_scope(cls, scope: Mapping, body: bytes) -> "Request":
        """The request of an ASGI scope."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        raw_path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        query = parse_qs(scope.get("query_string", b"").decode("utf-8", "replace"), keep_blank_values=True)
        return cls(scope["method"], scope["path"], raw_path.split("?", 1)[0], query, headers, body)

    @property
    def access_key(self) -> str:
        """The access key that signed it; empty when nobody did."""
        match = _SCOPE.search(self.headers.get("authorization", ""))
        if match:
            return match.group(1)
        return (self.query.get("X-Amz-Credential") or [""])[0].split("/")[0]

    @property
    def region(self) -> str:
        """The Region of the signature."""
        match = _SCOPE.search(self.headers.get("authorization", ""))
        return match.group(2) if match else "us-east-1"

    @property
    def signed_service(self) -> str:
        """The service of the signature; empty when there is none."""
        match = _SCOPE.search(self.headers.get("authorization", ""))
        if match:
            return match.group(3)
        scope = (self.query.get("X-Amz-Credential") or [""])[0].split("/")
        return scope[3] if len(scope) > 3 else ""

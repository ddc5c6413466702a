"""Those who call AWS in the demo: the administrator, and people with users and access keys of their own."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

_NO_RETRIES = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@dataclass(frozen=True)
class Principal:
    """Somebody with credentials."""

    name: str
    arn: str
    access_key: str
    secret_key: str

    @lru_cache(maxsize=None)
    def session(self) -> boto3.Session:
        return boto3.Session(self.access_key, self.secret_key, region_name=region())

    @lru_cache(maxsize=None)
    def client(self, service: str) -> Any:
        """A boto3 client of the local AWS; a call that fails is not repeated."""
        return self.session().client(service, endpoint_url=endpoint(), config=_NO_RETRIES)

    def mantle(self, method: str, path: str, body: "dict[str, Any] | None" = None) -> "dict[str, Any]":
        """A signed request to bedrock-mantle, which no SDK knows."""
        data = b"" if body is None else json.dumps(body).encode()
        signed = AWSRequest(method, endpoint() + path, data=data, headers={"content-type": "application/json"})
        SigV4Auth(self.session().get_credentials(), "bedrock-mantle", region()).add_auth(signed)
        request = urllib.request.Request(signed.url, data or None, dict(signed.headers.items()), method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:300]
            raise RuntimeError(f"{method} {path} of bedrock-mantle: HTTP {error.code}: {said}") from None


def endpoint() -> str:
    """Where the local AWS listens."""
    return os.environ["AWS_ENDPOINT_URL"].rstrip("/")


def region() -> str:
    return os.environ["AWS_REGION"]


def administrator() -> Principal:
    """The account's own keys: the one who deploys, and who checks."""
    return Principal("administrator", "root", os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])

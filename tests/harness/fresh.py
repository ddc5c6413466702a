"""A local AWS beside the stack's own, in which nothing is deployed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator

import boto3
from botocore.config import Config

from .local import ROOT

_PATIENCE_SECONDS = 60.0
_NO_RETRIES = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


@dataclass(frozen=True)
class Person:
    """A user with keys of its own."""

    arn: str
    access_key: str
    secret_key: str


@dataclass
class Fresh:
    """A running local AWS: a trail that logs, Macie on, and nothing else."""

    endpoint: str
    account: str = "000000000000"
    region: str = "us-east-1"
    _clients: "dict[tuple[str, str], Any]" = field(default_factory=dict)

    def client(self, service: str, region: "str | None" = None) -> Any:
        """A boto3 client of the administrator."""
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service, endpoint_url=self.endpoint, region_name=key[1], aws_access_key_id="test",
                aws_secret_access_key="test", config=_NO_RETRIES)
        return self._clients[key]

    def control(self, method: str, name: str, body: Any = None) -> Any:
        """One of the controls under `/_local/`."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_local/{name}", data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def person(self, name: str, *statements: "dict[str, Any]") -> Person:
        """A new user who may do what the statements say."""
        iam = self.client("iam")
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        if statements:
            policy = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_user_policy(UserName=name, PolicyName="work", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return Person(arn, key["AccessKeyId"], key["SecretAccessKey"])


@contextmanager
def fresh(folder: Path) -> "Iterator[Fresh]":
    """Start one, with its output in the folder; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "local-aws.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local_aws", "--port", str(port)], cwd=folder, stdout=output, stderr=output,
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests/local-aws")})
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while '{"endpoint"' not in log.read_text(errors="replace"):
            assert process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")[-4000:]
            time.sleep(0.1)
        yield Fresh(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=20)

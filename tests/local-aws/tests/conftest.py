"""One local AWS for the whole test session, and clients for it."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Optional

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class LocalAws:
    """A running local AWS."""

    endpoint: str
    region: str = "us-east-1"
    account: str = "000000000000"

    def client(self, service: str, credentials: Optional[dict] = None, region: str = "us-east-1") -> Any:
        """A boto3 client, of the administrator unless other credentials (as STS answers them) are given."""
        given = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def role(self, name: str, *statements: dict) -> dict:
        """Credentials of a new role that may do what the statements say."""
        iam = self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{self.account}:root"}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=_policy(*statements))
        return self.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A test control under `/_local/`: its JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.endpoint + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=90) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def signed(
        self, method: str, path: str, body: Any = None, scope: str = "bedrock-mantle",
        credentials: Optional[dict] = None, region: str = "us-east-1", headers: Optional[dict] = None,
    ) -> "tuple[int, Any]":
        """A SigV4-signed request to an API that no SDK knows: (status, JSON)."""
        given = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        request = botocore.awsrequest.AWSRequest(method, self.endpoint + path, data=data, headers=headers or {})
        identity = botocore.credentials.Credentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        botocore.auth.SigV4Auth(identity, scope, region).add_auth(request)
        plain = urllib.request.Request(
            self.endpoint + path, data=data or None, headers=dict(request.headers.items()), method=method)
        try:
            with urllib.request.urlopen(plain, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")


def _policy(*statements: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """The local AWS of this session, as xtask starts it."""
    port = _free_port()
    command = shlex.split(os.environ.get("LOCAL_AWS_COMMAND", f"{sys.executable} -m local_aws"))
    log = tmp_path_factory.mktemp("local-aws") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=tmp_path_factory.mktemp("work"), stdout=output, stderr=output,
            env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        local = LocalAws(f"http://127.0.0.1:{port}")
        _wait_until_ready(local, process, log)
        yield local
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_ready(local: LocalAws, process: subprocess.Popen, log: Path) -> None:
    """Its ready line, which it prints when the account is furnished too."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if f'{{"endpoint": "{local.endpoint}"' in log.read_text(errors="replace"):
            return
        time.sleep(0.1)
    raise RuntimeError("the local AWS does not get ready:\n" + log.read_text(errors="replace")[-4000:])

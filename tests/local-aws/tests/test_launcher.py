"""Starting and stopping: one local port, one ready line, no process left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

import pytest
from conftest import ROOT, LocalAws, _free_port
from functions import function


class Running:
    """A local AWS of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", ready: dict) -> None:
        self.process, self.ready = process, ready
        self.aws = LocalAws(ready["endpoint"])

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    port = _free_port()
    given = {**os.environ, "PYTHONPATH": str(ROOT), "AWS_PROFILE": "nobody", "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
             "HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "TMPDIR": str(tmp_path)}
    process = subprocess.Popen([sys.executable, "-m", "local_aws", "--port", str(port)], stdout=subprocess.PIPE,
                               cwd=tmp_path, env=given)
    assert process.stdout is not None
    yield Running(process, json.loads(process.stdout.readline()))
    process.kill()
    process.wait()


def test_the_ready_line(running: Running) -> None:
    assert running.ready == {"endpoint": running.aws.endpoint, "region": "us-east-1", "account": "000000000000"}
    trails = running.aws.client("cloudtrail")
    (trail,) = trails.describe_trails()["trailList"]
    assert trail["IsMultiRegionTrail"]
    assert trails.get_trail_status(Name=trail["Name"])["IsLogging"]
    calls = running.aws.control("GET", "/_local/calls")["calls"]
    assert [call["operation"] for call in calls] == ["DescribeTrails", "GetTrailStatus"]


@pytest.mark.skipif(not os.path.exists("/proc/net/tcp"), reason="reads Linux's list of sockets")
def test_it_listens_on_one_local_port(running: Running) -> None:
    port = int(running.aws.endpoint.rsplit(":", 1)[1])
    assert _listening(running.process.pid) == {("0100007F", port)}


def test_stopping_leaves_neither_process_nor_file(running: Running, tmp_path: Path) -> None:
    function(running.aws, "lingering")
    answer = running.aws.client("lambda").invoke(FunctionName="lingering", Payload=b"{}")
    pid = json.loads(answer["Payload"].read())["pid"]
    os.kill(pid, 0)
    started = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - started < 6
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert list(tmp_path.glob("local-aws-*")) == []


def test_functions_see_nothing_of_the_users_environment(running: Running) -> None:
    function(running.aws, "curious")
    answer = running.aws.client("lambda").invoke(FunctionName="curious", Payload=b"{}")
    pid = json.loads(answer["Payload"].read())["pid"]
    if os.path.exists(f"/proc/{pid}/environ"):
        names = {each.split("=")[0] for each in Path(f"/proc/{pid}/environ").read_text().split("\0")}
        assert not names & {"AWS_PROFILE", "HTTP_PROXY", "http_proxy", "AUTH", "GATEWAY_PORT", "PYTHONPATH"}
        assert "AWS_ENDPOINT_URL" in names


def test_a_taken_port_is_said_so(running: Running, tmp_path: Path) -> None:
    port = running.aws.endpoint.rsplit(":", 1)[1]
    second = subprocess.run([sys.executable, "-m", "local_aws", "--port", port], cwd=tmp_path, capture_output=True,
                            text=True, timeout=30, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.strip().endswith(f"local AWS: cannot listen on 127.0.0.1:{port}: Address already in use")


def _listening(pid: int) -> "set[tuple[str, int]]":
    inodes = {os.readlink(each)[8:-1] for each in Path(f"/proc/{pid}/fd").iterdir() if "socket:" in os.readlink(each)}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                address, port = fields[1].split(":")
                found.add((address, int(port, 16)))
    return found

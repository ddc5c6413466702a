"""`cargo xtask preflight`, asked as somebody of a local AWS."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from .evidence_commands import ROOT
from .fresh import Fresh, Person

_KEPT = ("PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "CARGO_TARGET_DIR", "XDG_CACHE_HOME", "LANG", "PHIWARD_PREFLIGHT")


@dataclass(frozen=True)
class Answers:
    """What came of it."""

    code: int
    said: str
    troubles: str

    def report(self) -> "dict[str, Any]":
        """Of `--format json`."""
        return json.loads(self.said)

    def item(self, name: str) -> "dict[str, Any]":
        """One answer."""
        [found] = [each for each in self.report()["items"] if each["id"] == name]
        return found

    def states(self) -> "dict[str, str]":
        """By the question."""
        return {each["id"]: each["state"] for each in self.report()["items"]}


def fixes(item: "dict[str, Any]") -> str:
    """Every step and command that mends it."""
    return "\n".join(words for fix in item.get("fixes", []) for words in fix.values())


def environment(aws: Fresh, who: "Person | None", **more: str) -> "dict[str, str]":
    """An environment that knows of this account only: its endpoint, and somebody's keys."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    keys = {"AWS_ACCESS_KEY_ID": who.access_key, "AWS_SECRET_ACCESS_KEY": who.secret_key} if who else {}
    return {
        **kept, **keys, "AWS_ENDPOINT_URL": aws.endpoint, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "NO_PROXY": "127.0.0.1", **more,
    }


def preflight(given: "dict[str, str]", *arguments: str) -> Answers:
    """Ask, in that environment."""
    program = os.environ.get("PHIWARD_XTASK")
    command = [program] if program else ["cargo", "run", "--quiet", "--package", "xtask", "--"]
    done = subprocess.run(
        [*command, "preflight", *arguments], cwd=ROOT, env=given, text=True, capture_output=True, timeout=900)
    return Answers(done.returncode, done.stdout, done.stderr)

"""The local AWS that the demo plays in, as `.phiward/local.json` tells it."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .principals import Principal, administrator, endpoint


@dataclass(frozen=True)
class Surroundings:
    """Names and people."""

    mode: str
    log_buckets: "list[str]"
    ordinary_buckets: "list[str]"
    evidence_bucket: str
    quarantine_bucket: str
    functions: "dict[str, dict[str, str]]"
    outputs: "dict[str, str]"
    people: "dict[str, Principal]"
    admin: Principal

    @property
    def enforces(self) -> bool:
        return self.mode == "enforce"


def read(file: str) -> Surroundings:
    """From the state file that `cargo xtask` keeps."""
    state = json.loads(Path(file).read_text())
    kept = {name: state[name] for name in
            ("mode", "log_buckets", "ordinary_buckets", "evidence_bucket", "quarantine_bucket", "functions",
             "outputs")}
    people = {name: Principal(**each) for name, each in state["people"].items()}
    return Surroundings(**kept, people=people, admin=administrator())


def local(what: str, **query: Any) -> "dict[str, Any]":
    """One of the local AWS's own controls, read."""
    url = f"{endpoint()}/_local/{what}"
    if query:
        url += "?" + urllib.parse.urlencode(query)
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.load(answer)

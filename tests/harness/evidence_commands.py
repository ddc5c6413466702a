"""The commands with which an auditor takes the evidence away and checks it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

from .local import ROOT


def xtask(*arguments: Any) -> "subprocess.CompletedProcess[str]":
    """`cargo xtask …`, with the settings of the local AWS in the environment."""
    program = os.environ.get("PHIWARD_XTASK")
    command = [program] if program else ["cargo", "run", "--quiet", "--package", "xtask", "--"]
    return subprocess.run([*command, *map(str, arguments)], cwd=ROOT, text=True, capture_output=True, timeout=300)


def exported(folder: Path) -> Path:
    """The heads and every record, in a new folder."""
    done = xtask("evidence", "export", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def verified(folder: "Path | str") -> "tuple[int, str]":
    """The exit code of the check, and all that it said."""
    done = xtask("evidence", "verify", folder)
    return done.returncode, done.stdout + done.stderr

"""Errors as an operator reads them: one line each."""

from __future__ import annotations

import sys
from typing import Callable

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError


class Trouble(Exception):
    """What happened, to what, and what to do."""


def in_words(error: BaseException) -> str:
    """An error of AWS or of this machine in one line."""
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        text = f"{error.operation_name}: {said.get('Code', 'unknown error')}: {said.get('Message', '')}"
    elif isinstance(error, NoCredentialsError):
        text = "there are no AWS credentials: name a --profile, or set them in the environment"
    elif isinstance(error, NoRegionError):
        text = "no Region is known: name a --region, or set one in the profile"
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.split())


def guarded(main: "Callable[[], int]") -> "None":
    """Runs a command to its exit code; what fails is said without a trace."""
    try:
        code = main()
    except (Trouble, BotoCoreError, ClientError, OSError) as error:
        note(f"error: {in_words(error)}")
        code = 1
    except KeyboardInterrupt:
        note("interrupted")
        code = 130
    sys.exit(code)


def note(line: str) -> None:
    """A line to the person; results go to stdout."""
    print(line, file=sys.stderr, flush=True)

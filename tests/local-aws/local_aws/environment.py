"""The process environment that the emulator reads while it is imported."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Mapping

REGION = "us-east-1"
ACCOUNT = "000000000000"
HOST = "127.0.0.1"

_KEPT = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")

#: What functions must not see of the emulator's own settings.
_EMULATOR_ONLY = (
    "AUTH", "BIND_HOST", "GATEWAY_PORT", "IOT_MTLS_ENABLED", "SFTP_ENABLED", "LAMBDA_EXECUTOR", "LOG_LEVEL",
    "PERSIST_STATE", "MINISTACK_REGION", "MINISTACK_ACCOUNT_ID", "MINISTACK_WORKER_THREADS", "PYTHONPATH",
    "VIRTUAL_ENV",
)


def endpoint(port: int) -> str:
    """The one address of the local AWS."""
    return f"http://{HOST}:{port}"


def settings(port: int, temporary: str, inherited: Mapping[str, str]) -> "dict[str, str]":
    """Everything the emulator may know: no proxy, profile or credential of the user reaches it or a function."""
    kept = {name: inherited[name] for name in _KEPT if name in inherited}
    return {
        **kept,
        "TMPDIR": temporary,
        "AUTH": "true",
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": endpoint(port),
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "PERSIST_STATE": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": inherited.get("LOCAL_AWS_LOG_LEVEL", "WARNING"),
    }


def prepare(port: int) -> str:
    """Replace this process's environment; the answer is its private temporary folder."""
    temporary = tempfile.mkdtemp(prefix="local-aws-")
    fixed = settings(port, temporary, os.environ)
    os.environ.clear()
    os.environ.update(fixed)
    tempfile.tempdir = temporary
    return temporary


def of_function(environment: "dict[str, str]", config: Mapping) -> "dict[str, str]":
    """A function's environment as Lambda makes it: none of the emulator's settings, but the logging ones."""
    own = {name: value for name, value in environment.items() if name not in _EMULATOR_ONLY}
    variables = (config.get("Environment") or {}).get("Variables") or {}
    own.update({name: variables[name] for name in _EMULATOR_ONLY if name in variables})
    logging = config.get("LoggingConfig") or {}
    name = config.get("FunctionName", "")
    lambda_sets = {
        "AWS_LAMBDA_LOG_FORMAT": "JSON" if logging.get("LogFormat") == "JSON" else "Text",
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup") or f"/aws/lambda/{name}",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "TZ": ":UTC",
    }
    if logging.get("ApplicationLogLevel"):
        lambda_sets["AWS_LAMBDA_LOG_LEVEL"] = logging["ApplicationLogLevel"]
    return {**lambda_sets, **own}


def forget(temporary: str) -> None:
    """Remove the private temporary folder."""
    shutil.rmtree(temporary, ignore_errors=True)

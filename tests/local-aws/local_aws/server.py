"""The running server: the emulator behind the gateway, on one local port."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import urllib.request

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from . import account, environment, plugins
from .gateway import Gateway

_GRACE_SECONDS = 2.0


async def serve(port: int) -> None:
    """Answer requests until SIGTERM or SIGINT."""
    from ministack import app

    listener = _bind(port)
    plugins.install()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = _GRACE_SECONDS
    config.shutdown_timeout = _GRACE_SECONDS
    config.loglevel = app.LOG_LEVEL
    announcing = asyncio.create_task(_announce(port))
    try:
        await hypercorn_serve(Gateway(app.app), config, shutdown_trigger=stop.wait)
    finally:
        announcing.cancel()


def _bind(port: int) -> socket.socket:
    """Take the port before anything else: another local AWS on it must not be mistaken for this one."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((environment.HOST, port))
    return listener


async def _announce(port: int) -> None:
    """Print the ready line once requests are answered and the account is as one is before a deploy."""
    url = environment.endpoint(port)
    while not await asyncio.to_thread(_answers, url):
        await asyncio.sleep(0.02)
    await asyncio.to_thread(account.furnish, url)
    ready = {"endpoint": url, "region": environment.REGION, "account": environment.ACCOUNT}
    print(json.dumps(ready), flush=True)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2):
            return True
    except OSError:
        return False


def stop_functions() -> None:
    """Kill every function process; none may outlive the local AWS."""
    lambda_runtime = sys.modules.get("ministack.core.lambda_runtime")
    if lambda_runtime is not None:
        from . import invocations

        invocations.stop()
        lambda_runtime.reset()

"""Everything that corrects or completes the emulator, installed in one place."""

from __future__ import annotations

import importlib
import pkgutil

from . import (
    authorization_notes, eventbridge, function_logs, function_processes, iam, iam_objects, invocations, payloads,
    process_figures, services, stack_buckets, stack_events,
)


def install() -> None:
    """Install the corrections of the core, then each module of `services`."""
    _leave_docker_alone()
    for module in (iam, iam_objects, authorization_notes, function_processes, process_figures, function_logs, invocations,
                   payloads, eventbridge, stack_events, stack_buckets):
        module.install()
    for found in sorted(pkgutil.iter_modules(services.__path__), key=lambda each: each.name):
        module = importlib.import_module(f"{services.__name__}.{found.name}")
        if hasattr(module, "install"):
            module.install()


def _leave_docker_alone() -> None:
    """The emulator reaps containers that it believes to be its own; here nothing runs in a container."""
    from ministack import app
    from ministack.core import container_reaper

    app._docker_socket_present = lambda: False
    app._stop_docker_containers = lambda include_unlabelled=False: None
    container_reaper.start = lambda client_factory: None

"""The processes of functions: what they are called, the environment they get, what they print, how they are killed."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Deque, Mapping

from . import clock, environment

_KEPT_LINES = 500_000


class LogLines:
    """Every line that any function printed."""

    def __init__(self) -> None:
        self._lines: "Deque[tuple[float, str, str]]" = deque(maxlen=_KEPT_LINES)
        self._lock = threading.Lock()

    def add(self, function: str, line: str) -> None:
        with self._lock:
            self._lines.append((clock.now(), function, line))

    def since(self, moment: float) -> "list[dict[str, Any]]":
        with self._lock:
            kept = [each for each in self._lines if each[0] >= moment]
        return [{"time": clock.rfc3339(at), "function": function, "line": line} for at, function, line in kept]


LINES = LogLines()


def duty_of(config: "Mapping[str, Any]") -> str:
    """What a function is called in the controls: its duty, else its name."""
    variables = (config.get("Environment") or {}).get("Variables") or {}
    return variables.get("PHIWARD_DUTY") or config.get("FunctionName", "")


def duty_of_name(name: str) -> str:
    """The duty of the function with this name."""
    from ministack.services import lambda_svc

    func = lambda_svc._functions.get(name)
    return duty_of(func["config"]) if func else name


def kill(function_name: str) -> int:
    """SIGKILL what is running of a function; the answer is the number of processes."""
    from ministack.core import lambda_runtime

    with lambda_runtime._lock:
        workers = [each for pool in lambda_runtime._workers.values() for each in pool
                   if each.func_name == function_name and each.in_use and each._proc is not None]
        processes = [each._proc for each in workers]
    for process in processes:
        process.kill()
    for process in processes:
        process.wait(timeout=5)
    return len(processes)


class _Tee:
    """A function's output stream that also goes to the log lines."""

    def __init__(self, stream: Any, function: str) -> None:
        self._stream = stream
        self._function = function

    def readline(self) -> Any:
        raw = self._stream.readline()
        if raw:
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
            LINES.add(self._function, text.rstrip("\r\n"))
        return raw

    def __iter__(self) -> Any:
        return iter(self.readline, "")

    def close(self) -> None:
        self._stream.close()


def install() -> None:
    """Keep functions' output, and give their processes Lambda's environment instead of the emulator's."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    pump_output = lambda_runtime.ProvidedWorker._pump_output
    make_environment, update_config = lambda_svc._provided_worker_env, lambda_svc._update_config

    def pump(worker: Any, stream: Any, log_queue: Any) -> None:
        pump_output(worker, _Tee(stream, duty_of(worker.config)), log_queue)

    def read_stderr(worker: Any) -> None:
        try:
            for line in _Tee(worker._proc.stderr, duty_of(worker.config)):
                worker._stderr_queue.put(line.rstrip("\n"))
        except (OSError, ValueError):
            return  # the process is gone, and its pipe with it

    def provided_worker_env(config: dict, code_dir: str, port: int) -> dict:
        return environment.of_function(make_environment(config, code_dir, port), config)

    def update_configuration(name: str, data: dict) -> Any:
        answer = update_config(name, data)
        if "LoggingConfig" in data:  # the level is in the environment of a process
            lambda_runtime.invalidate_worker(name, qualifier="$LATEST")
        return answer

    lambda_svc._update_config = update_configuration
    lambda_runtime.ProvidedWorker._pump_output = pump
    lambda_runtime.Worker._read_stderr = read_stderr
    lambda_svc._provided_worker_env = provided_worker_env

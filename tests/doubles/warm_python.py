"""Runs one-shot commands in forks of an interpreter that has its libraries loaded: two seconds less for each command.

What such a fork runs is `python -m MODULE ARGUMENTS` with its own environment, folder and output. Only libraries are
loaded before, no module of the product, and not the ollama client, which reads the proxies as it is loaded. Whether a
command starts from nothing is shown by tests/bot/cli/test_start.py and tests/scenario, which start real interpreters.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
_LIBRARIES = (
    "httpcore",
    "langchain.chat_models",
    "langchain_core.prompts",
    "langchain_qdrant",
    "prometheus_client",
    "pydantic_settings",
    "qdrant_client",
    "qdrant_edge",
    "rich",
    "yaml",
)
_IMPORTS = "".join(f"import {name}\n" for name in _LIBRARIES)
_lock = threading.Lock()
_server: subprocess.Popen[str] | None = None


def run_module(
    module: str, *arguments: str, env: Mapping[str, str], cwd: Path, timeout: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """Run a module's command to its end, and return its status and what it printed, in UTF-8.

    Raises:
        subprocess.TimeoutExpired: it took longer than `timeout` seconds; it is killed.
    """
    with _lock, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        server = _start_server()
        assert server.stdin
        assert server.stdout
        outputs = [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in (out, err)]
        asked = {"module": module, "arguments": arguments, "env": dict(env), "cwd": str(cwd), "outputs": outputs}
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        pid = int(server.stdout.readline())
        timer = threading.Timer(timeout, os.kill, (pid, signal.SIGKILL))
        timer.start()
        status = int(server.stdout.readline())
        if timer.finished.is_set():
            raise subprocess.TimeoutExpired([module, *arguments], timeout)
        timer.cancel()
        printed = []
        for file in (out, err):
            file.seek(0)
            printed.append(file.read().decode("utf-8"))
    return subprocess.CompletedProcess([module, *arguments], status, *printed)


def _start_server() -> subprocess.Popen[str]:
    global _server  # one for each process that runs tests
    if _server is None or _server.poll() is not None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        _server = subprocess.Popen(  # this very file
            [sys.executable, "-m", "tests.doubles.warm_python"],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        atexit.register(_server.kill)
    return _server


def _serve() -> dict[str, Any] | None:
    """Fork for each command; return what is asked in the fork, and None in the server at its end."""
    exec(_IMPORTS, {})  # noqa: S102  # the names above
    gc.collect()
    gc.freeze()  # no command looks through what is loaded: it would have to be copied
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        pid = os.fork()
        if pid == 0:
            return asked
        _tell(pid)
        _tell(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    return None


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _become(asked: dict[str, Any]) -> None:
    """Make this fork what a new interpreter would be, and run the module."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    files = [nothing, *(os.open(path, os.O_WRONLY | os.O_APPEND) for path in asked["outputs"])]
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, "r"), "utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), "utf-8")
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")), "utf-8", "backslashreplace", line_buffering=True
    )
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv = [asked["module"], *asked["arguments"]]
    sys.path[0] = asked["cwd"]
    runpy.run_module(asked["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if (command := _serve()) is not None:
        _become(command)

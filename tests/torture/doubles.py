"""Starts the doubles of Qdrant and Ollama in one process, and sets their faults and traps over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tests.doubles.ollama_state import Faults as OllamaFaults
from tests.torture.doubles_server import UNEMBEDDABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playground.qdrant.faults import QdrantFault
    from tests.torture.doubles_server import Trap

_LIMIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Doubles:
    """The addresses of both doubles, and what can be set there."""

    qdrant: str
    ollama: str

    def set_trap(self, trap: Trap | None) -> None:
        """Kill a process at one of the next writes; None only counts the writes."""
        _call("PUT", f"{self.qdrant}/_trap", asdict(trap) if trap else None)

    def count_writes(self) -> int:
        """Count the writes since the trap was set."""
        return int(_call("GET", f"{self.qdrant}/_trap")["writes"])

    def count_faults(self) -> dict[str, int]:
        """Count the calls that met a fault, by its kind, and the calls for embeddings."""
        return _call("GET", f"{self.qdrant}/_met")

    def wait_for_writes(self) -> None:
        """Wait until no write is under way: those of a killed worker may come late."""
        if not wait_until(lambda: not _call("GET", f"{self.qdrant}/_trap")["busy"], _LIMIT_SECONDS):
            raise TimeoutError("A write to Qdrant does not end: look at the stand-in.")

    def set_qdrant_faults(self, *faults: QdrantFault) -> None:
        """Set these faults for the next calls to Qdrant, in this order; no argument clears all."""
        _call("DELETE", f"{self.qdrant}/_faults")
        for fault in faults:
            _call("POST", f"{self.qdrant}/_faults", asdict(fault))

    def set_embedding_faults(self, faults: OllamaFaults | None = None) -> None:
        """Let embedding fail in this way until the next call; None ends the failure."""
        faults = replace(faults or OllamaFaults(), bad_text=UNEMBEDDABLE)
        _call("PUT", f"{self.ollama}/_faults", asdict(faults))

    def clear_all(self) -> None:
        """Remove every trap and fault, and wait until no write is under way."""
        self.set_trap(None)
        self.wait_for_writes()
        self.set_qdrant_faults()
        self.set_embedding_faults()


@contextmanager
def start_doubles() -> Iterator[Doubles]:
    """Start the process, and end it after the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.torture.doubles_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The outside process has no pipes.")
        try:
            yield Doubles(**json.loads(process.stdout.readline()))
        finally:
            process.stdin.close()


def _call(method: str, url: str, body: object = None) -> dict[str, int]:
    data = None if method in ("GET", "DELETE") else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310 (our own loopback address)
    with urllib.request.urlopen(request, timeout=_LIMIT_SECONDS) as answer:  # noqa: S310 (our own loopback address)
        return cast("dict[str, int]", json.load(answer))


_POLL_SECONDS = 0.01
_DEAD = ("Z", "X")


def children_of(parent: int) -> list[int]:
    """List the living children of a process."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _is_child(pid, parent)]


def descendants_of(parent: int) -> list[int]:
    """List the living children of a process, and theirs."""
    children = children_of(parent)
    return [*children, *(pid for child in children for pid in descendants_of(child))]


def is_stopped(pid: int) -> bool:
    """Say whether a process is stopped or has ended."""
    return _state(pid)[0] in ("T", *_DEAD)


def kill_survivors(pids: Iterable[int], seconds: float) -> list[int]:
    """Wait so many seconds for these processes to end; kill and return those that did not."""
    wait_until(lambda: all(_state(pid)[0] in _DEAD for pid in pids), seconds)
    survivors = [pid for pid in pids if _state(pid)[0] not in _DEAD]
    for pid in survivors:
        kill_process(pid)
    return survivors


def kill_process(pid: int) -> None:
    """Kill a process if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, at most so many seconds; say whether it holds."""
    last = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > last:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _is_child(pid: int, parent: int) -> bool:
    state, its_parent = _state(pid)
    return its_parent == parent and state not in _DEAD


def _state(pid: int) -> tuple[str, int]:
    try:
        # The name, in brackets, may hold anything; state and parent follow it.
        state, parent = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    return state, int(parent)

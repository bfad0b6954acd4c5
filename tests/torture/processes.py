"""Lists, stops and kills processes on Linux, and waits for them."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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

"""Looks at processes on Linux: who reads for a worker, who is left when it has died, who sleeps."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LOOK_SECONDS = 0.01
_DEAD = ("Z", "X")


def children_of(parent: int) -> list[int]:
    """The living children of a process."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _is_child(pid, parent)]


def sleeps(pid: int) -> bool:
    """Whether a process was stopped; its end counts as well: it does nothing more."""
    return _state(pid)[0] in ("T", *_DEAD)


def outlived(pids: Iterable[int], seconds: float) -> list[int]:
    """Which of these are still there after so many seconds; they are killed then."""
    until(lambda: all(_state(pid)[0] in _DEAD for pid in pids), seconds)
    left = [pid for pid in pids if _state(pid)[0] not in _DEAD]
    for pid in left:
        strike(pid)
    return left


def strike(pid: int) -> None:
    """Kill a process, if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, so long at most; whether it came to hold."""
    last = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > last:
            return False
        time.sleep(_LOOK_SECONDS)
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

"""Looks at the processes of a group, on Linux: who reads for a worker, and who is left when it has died."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_SECONDS = 0.01


def readers_of(group: int) -> list[int]:
    """The living processes of a group besides its leader."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if pid != group and _lives(pid, group)]


def outlived(group: int, seconds: float) -> bool:
    """Whether anybody of a group whose leader died is still there after so many seconds; then it is killed."""
    if until(lambda: not readers_of(group), seconds):
        return False
    for pid in readers_of(group):
        os.kill(pid, 9)
    return True


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, so long at most; whether it came to hold."""
    last = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > last:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def sleeps(pid: int) -> bool:
    """Whether a process was stopped; its end counts as well: it does nothing more."""
    return _state(pid)[0] in ("T", "Z", "X")


def _lives(pid: int, group: int) -> bool:
    state, its_group = _state(pid)
    return its_group == group and state not in ("Z", "X")


def _state(pid: int) -> tuple[str, int]:
    try:
        # The name, in brackets, may hold anything; state, parent and group follow it.
        state, _, group = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    return state, int(group)

"""Looks at the processes of a group, on Linux: who reads for a worker, and who is left when it has died."""

from __future__ import annotations

import os
import time
from pathlib import Path

_LOOK_SECONDS = 0.05


def readers_of(group: int) -> list[int]:
    """The living processes of a group besides its leader."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if pid != group and _lives(pid, group)]


def outlived(group: int, seconds: float) -> bool:
    """Whether anybody of a group whose leader died is still there after so many seconds; then it is killed."""
    until = time.monotonic() + seconds
    while left := readers_of(group):
        if time.monotonic() > until:
            for pid in left:
                os.kill(pid, 9)
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def _lives(pid: int, group: int) -> bool:
    try:
        # The name, in brackets, may hold anything; state, parent and group follow it.
        state, _, its_group = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return int(its_group) == group and state not in ("Z", "X")

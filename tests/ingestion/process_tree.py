"""Reads from /proc the children, state and environment of processes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_GONE = (FileNotFoundError, ProcessLookupError)


def children_of(pid: int) -> set[int]:
    """Return the living processes that `pid` started."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent_of(entry) == pid:
            found.add(int(entry.name))
    return found


def descendants_of(pid: int) -> set[int]:
    """Return the living processes that `pid` started, and those that they started."""
    children = children_of(pid)
    return children.union(*map(descendants_of, children))


def is_alive(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    return _parent_of(Path(f"/proc/{pid}")) is not None


def seconds_of(pid: int) -> float:
    """Return the processor time of a process, in seconds."""
    fields = _fields(Path(f"/proc/{pid}"))
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def environment_of(pid: int) -> dict[str, str]:
    """Return the environment that a process was started with."""
    lines = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8", errors="replace").split("\0")
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _parent_of(entry: Path) -> int | None:
    fields = _fields(entry)
    return int(fields[1]) if fields and fields[0] not in "ZX" else None


def _fields(entry: Path) -> list[str]:
    """Return the fields of /proc/PID/stat after the program's name: the state, the parent, and so on."""
    with suppress(*_GONE):
        return (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return []

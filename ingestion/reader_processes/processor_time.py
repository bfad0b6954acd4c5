"""Measures how long a reader may still be waited for: by the processor time that it used, and by the clock.

A busy machine is not the document's fault. Where the system does not tell the processor time, the clock counts.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

WALL_FACTOR = 10  # times its processor time that a reader may take by the clock
_MAX_WAIT_SECONDS = 1.0  # then the processor time is looked at again
_LEAST_WAIT_SECONDS = 0.05
_PROCESSES = Path("/proc")
_TIMES = slice(11, 15)  # in user and system mode, then the same of ended children; the fields behind the name


class StarvedError(Exception):
    """A reader had the time of the clock, and got less processor time than it may use."""


class ReadingClock:
    """Counts from now on the time that `process` takes, which may use `seconds` of processor time."""

    def __init__(self, process: int, seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._began_at = time.monotonic()
        self._used_before = measure_processor_seconds(process)

    def choose_wait(self) -> float:
        """Return for how many seconds the reader may be waited for before this is asked again.

        Raises:
            TimeoutError: it has used its processor time.
            StarvedError: it has used less, and the time by the clock is over.
        """
        passed = time.monotonic() - self._began_at
        used = self.measure_use()
        if used >= self._seconds:
            raise TimeoutError
        if passed >= self._seconds * WALL_FACTOR:
            raise StarvedError
        return min(max(self._seconds - used, _LEAST_WAIT_SECONDS), _MAX_WAIT_SECONDS)

    def measure_use(self) -> float:
        """Return the seconds that the process has used so far."""
        if self._used_before is None:
            return time.monotonic() - self._began_at
        now = measure_processor_seconds(self._process)
        return 0.0 if now is None else now - self._used_before  # None: it has ended, as its socket will tell


def measure_processor_seconds(process: int) -> float | None:
    """Return the processor time of a process and of its children that have ended; None if the system does not tell."""
    try:
        status = (_PROCESSES / str(process) / "stat").read_bytes()
    except OSError:
        return None
    fields = status.rpartition(b")")[2].split()  # the name before it may hold anything
    return sum(map(int, fields[_TIMES])) / os.sysconf("SC_CLK_TCK")

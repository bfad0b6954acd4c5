"""Measures whether time grows faster than the length of a text, in this thread's own CPU time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

FLOOR_SECONDS = 0.004  # a longer text that takes less is quick enough, and too short to measure
MAX_RATIO = 9.0  # 4 times the length: linear is 4 times the time, quadratic is 16
FACTOR = 4
_ROUNDS = 5


def grows_faster_than_length(run: Callable[[str], object], make: Callable[[int], str], length: int) -> str:
    """Returns what was measured if `run` grows faster than its text, else "".

    Two lengths are compared, `length` and four times as much. A part with a fixed limit grows until its limit, so a
    suspect is measured once more at four times these lengths.
    """
    if _measure(run, make(length * FACTOR), rounds=1) < FLOOR_SECONDS:
        return ""
    found = ""
    for size in (length, length * FACTOR):
        short, long = _measure(run, make(size)), _measure(run, make(size * FACTOR))
        if long < FLOOR_SECONDS or long / max(short, 1e-6) <= MAX_RATIO:
            return ""
        found = f"{size} characters: {short * 1000:.1f} ms; {size * FACTOR}: {long * 1000:.1f} ms"
        if long > 1:  # a second for so little needs no second look
            break
    return found


def _measure(run: Callable[[str], object], text: str, rounds: int = _ROUNDS) -> float:
    """Returns the least CPU time of several runs, in seconds; a slow run is not repeated."""
    best = float("inf")
    enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            started = time.thread_time()
            run(text)
            best = min(best, time.thread_time() - started)
            if best > 0.25:
                break
    finally:
        if enabled:
            gc.enable()
    return best

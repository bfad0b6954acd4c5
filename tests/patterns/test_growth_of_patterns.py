"""Each regular expression of the product takes time in proportion to the text, whatever the text is."""

from __future__ import annotations

import ast
import gc
import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

import pytest

from tests.patterns.adversarial import INPUTS, generate_texts
from tests.patterns.collect import (
    FoundPattern,
    evaluate_pattern,
    find_calls,
    list_patterns,
    list_unregistered,
)

_LENGTH = 1_000  # characters; the longer texts have four times as many
_LIMIT_SECONDS = 1.0  # of CPU time for one text: what takes longer has certainly grown faster
_PATTERNS = list_patterns()


class _TooSlow(BaseException):
    """The limit of CPU time was reached."""


@contextmanager
def _cpu_limit(seconds: float) -> Iterator[None]:
    """Raises `_TooSlow` after so much CPU time; a regular expression looks at signals while it runs."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def find_growth(found: FoundPattern) -> str:
    """Returns the first text for which a pattern grows faster than the text, and what was measured; else ""."""
    texts: dict[int, list[str]] = {}

    def make(length: int, number: int) -> str:
        if length not in texts:
            texts[length] = generate_texts(found.pattern, length)
        return texts[length][number]

    for number in range(INPUTS):
        try:
            with _cpu_limit(_LIMIT_SECONDS):
                measured = grows_faster_than_length(found.run, partial(make, number=number), _LENGTH)
        except _TooSlow:
            measured = f"more than {_LIMIT_SECONDS} s"
        if measured:
            return f"{found.place} {found.pattern.pattern!r} on {make(60, number)!r}: {measured}"
    return ""


@pytest.mark.parametrize("package", ["bot", "ingestion", "knowledge", "playground", "qdrant_engine"])
def test_every_pattern_is_linear(package: str) -> None:
    faults = [fault for one in _PATTERNS if one.place.startswith(package) and (fault := find_growth(one))]
    assert faults == [], "\n".join(faults)


def test_each_pattern_gets_a_hundred_texts_of_the_length_asked_for() -> None:
    for found in _PATTERNS:
        texts = generate_texts(found.pattern, 1_000)
        assert len(texts) == INPUTS == 100
        assert sum(900 <= len(text) <= 1_300 for text in texts) > 90


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+b", r"\s+$", r"<[^>]*>", r"(?:\w+\s?)+:", r"a.*?b", r"(\w+(?:-\w+)*)!", r"\d+[.]\d+[.]\d+x", r"\s*\n\s*x"],
)
def test_a_pattern_that_grows_faster_is_found(pattern: str) -> None:
    assert find_growth(FoundPattern("here:1", re.compile(pattern), "finditer"))


@pytest.mark.parametrize("pattern", [r"<[^<>]*>", r"(?<!\s)\s++$", r"(?<!\w)\w++:", r"a[^ab]*b"])
def test_a_linear_pattern_is_not_blamed(pattern: str) -> None:
    assert not find_growth(FoundPattern("here:1", re.compile(pattern), "finditer"))


def test_every_pattern_made_at_run_time_has_a_registered_maker() -> None:
    assert list_unregistered() == []


def test_a_pattern_made_at_run_time_must_be_registered() -> None:
    tree = ast.parse("import re\ndef find(word):\n    return re.search(word + 'x', 'y')\n")
    ((call, function, outer),) = find_calls(tree)
    assert outer == "find"
    with pytest.raises(AssertionError, match="register it"):
        evaluate_pattern(json, call, function)


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

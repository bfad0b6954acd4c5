"""Decides whether a model only repeats itself. Pure."""

from __future__ import annotations

_TAIL = 4_000  # characters that are looked at
_LONGEST = 80  # words of a stretch that is repeated
_TIMES = 4
_WORDS = 40  # said again and again: fewer may be a table's line, or a refrain


def loops(text: str) -> bool:
    """Whether `text` ends with one stretch of words, several times over."""
    words = text[-_TAIL:].split()
    return any(_repeated(words, period) for period in range(1, min(_LONGEST, len(words) // _TIMES) + 1))


def _repeated(words: list[str], period: int) -> bool:
    times = max(_TIMES, -(-_WORDS // period))
    last = words[-period:]
    return len(words) >= times * period and all(
        words[len(words) - n * period : len(words) - (n - 1) * period] == last for n in range(2, times + 1)
    )

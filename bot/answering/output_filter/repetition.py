"""Decides whether a model only repeats itself. Pure."""

from __future__ import annotations

_TAIL_CHARACTERS = 4_000  # characters that are looked at
_MAX_PERIOD_WORDS = 80  # words of a stretch that is repeated
_MIN_REPETITIONS = 4
_MIN_REPEATED_WORDS = 40  # said again and again: fewer may be a table's line, or a refrain


def ends_in_repetition(text: str) -> bool:
    """Whether `text` ends with one stretch of words, several times over."""
    words = text[-_TAIL_CHARACTERS:].split()
    return any(
        _repeats_with_period(words, period)
        for period in range(1, min(_MAX_PERIOD_WORDS, len(words) // _MIN_REPETITIONS) + 1)
    )


def _repeats_with_period(words: list[str], period: int) -> bool:
    times = max(_MIN_REPETITIONS, -(-_MIN_REPEATED_WORDS // period))
    last = words[-period:]
    return len(words) >= times * period and all(
        words[len(words) - n * period : len(words) - (n - 1) * period] == last for n in range(2, times + 1)
    )

"""Decide in which ranges of pages to read a long PDF, and which pages tell how the whole looks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.readers.pdf.headings import Entry

Range = tuple[int, int]  # its first and its last page, which count from 1

_SHORTEST, _USUAL, LONGEST = 48, 64, 96
_LEAST_REST = 24
_WINDOWS, _WINDOW = 12, 4
_BEFORE = 8  # pages before a range in which the headings over its start are looked for, where no outline tells


def cut(pages: int, outline: Sequence[Entry]) -> list[Range]:
    """The ranges: each starts where the shallowest entry of the outline does that is about a range's length away."""
    found: list[Range] = []
    first = 1
    while pages - first + 1 > LONGEST:
        latest = min(first + LONGEST, pages - _LEAST_REST + 1)
        starts = [entry for entry in outline if first + _SHORTEST <= entry.page <= latest]
        usual = first + _USUAL
        nearest = min(starts, key=lambda entry: (entry.level, abs(entry.page - usual)), default=None)
        start = nearest.page if nearest else usual
        found.append((first, start - 1))
        first = start
    return [*found, (first, pages)]


def sampled(pages: int) -> list[int]:
    """A few runs of pages, evenly spread, for what must be known of the whole document before a range is read."""
    step = max((pages - _WINDOW) / (_WINDOWS - 1), _WINDOW)
    starts = [1 + int(step * n) for n in range(_WINDOWS)]
    return [page for start in starts for page in range(start, start + _WINDOW) if page <= pages]


def before(first: int, outline: Sequence[Entry]) -> list[int]:
    """The pages before a range that bear the headings over its start: the outline's, else the last few."""
    if not outline:
        return list(range(max(first - _BEFORE, 1), first))
    above: list[Entry] = []
    for entry in outline:
        if entry.page < first:
            above = [each for each in above if each.level < entry.level] + [entry]
    return sorted({entry.page for entry in above})

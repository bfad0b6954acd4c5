"""Decides the page ranges of a long PDF, and the sample pages for its general look. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.readers.pdf.headings import OutlineEntry

PdfPageRange = tuple[int, int]  # its first and its last page, which count from 1

_MIN_RANGE_PAGES, _USUAL_RANGE_PAGES, MAX_RANGE_PAGES = 48, 64, 96
_MIN_LAST_RANGE_PAGES = 24
_SAMPLE_RUNS, _SAMPLE_RUN_PAGES = 12, 4
_HEADING_PAGES_BEFORE = (
    8  # pages before a range in which the headings over its start are looked for, where no outline tells
)


def plan_page_ranges(pages: int, outline: Sequence[OutlineEntry]) -> list[PdfPageRange]:
    """The page ranges; each starts at the shallowest outline entry about a range's length away."""
    found: list[PdfPageRange] = []
    first = 1
    while pages - first + 1 > MAX_RANGE_PAGES:
        latest = min(first + MAX_RANGE_PAGES, pages - _MIN_LAST_RANGE_PAGES + 1)
        starts = [entry for entry in outline if first + _MIN_RANGE_PAGES <= entry.page <= latest]
        usual = first + _USUAL_RANGE_PAGES
        nearest = min(starts, key=lambda entry: (entry.level, abs(entry.page - usual)), default=None)
        start = nearest.page if nearest else usual
        found.append((first, start - 1))
        first = start
    return [*found, (first, pages)]


def choose_sample_pages(pages: int) -> list[int]:
    """A few evenly spread runs of pages, read before the ranges."""
    step = max((pages - _SAMPLE_RUN_PAGES) / (_SAMPLE_RUNS - 1), _SAMPLE_RUN_PAGES)
    starts = [1 + int(step * n) for n in range(_SAMPLE_RUNS)]
    return [page for start in starts for page in range(start, start + _SAMPLE_RUN_PAGES) if page <= pages]


def find_heading_pages(first: int, outline: Sequence[OutlineEntry]) -> list[int]:
    """The pages before a range with the headings over its start: by the outline, else the last few."""
    if not outline:
        return list(range(max(first - _HEADING_PAGES_BEFORE, 1), first))
    above: list[OutlineEntry] = []
    for entry in outline:
        if entry.page < first:
            above = [each for each in above if each.level < entry.level] + [entry]
    return sorted({entry.page for entry in above})

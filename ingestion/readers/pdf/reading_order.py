"""Puts the parts of a page in order of height, where none stands beside another: a title may be drawn last. Pure."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingestion.readers.pdf.lines import PdfLine

_RISE = 2.0  # times the size: a line that stands so much higher than the one before begins another part


def order_pages(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines; the parts of each page from its top to its bottom, where they follow one another."""
    ordered: list[PdfLine] = []
    for _, page in groupby(lines, key=lambda line: line.page):
        drawn = list(page)
        parts = sorted(_parts(drawn), key=lambda part: -_top(part))
        follow = all(_bottom(above) > _top(below) for above, below in pairwise(parts))
        is_upright = all(line.is_upright for line in drawn)
        ordered += [line for part in parts for line in part] if follow and is_upright else drawn
    return ordered


def _parts(lines: Iterable[PdfLine]) -> Iterator[list[PdfLine]]:
    """The lines in parts, each drawn downwards."""
    part: list[PdfLine] = []
    for line in lines:
        if part and line.y - part[-1].y > _RISE * max(line.size, part[-1].size):
            yield part
            part = []
        part.append(line)
    if part:
        yield part


def _top(part: list[PdfLine]) -> float:
    return max(line.y for line in part)


def _bottom(part: list[PdfLine]) -> float:
    return min(line.y for line in part)

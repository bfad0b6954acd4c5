"""Joins the letters of text that runs upwards or downwards, which pdfium takes for lines of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingestion.readers.pdf.lines import PdfLine

_BESIDE = 0.3  # times the size: letters of one line stand as far to the right
_SPACE, _APART = 0.2, 1.0  # times the size: what parts two words, and what parts two lines


def join_turned_lines(pieces: Iterable[tuple[PdfLine, float | None]]) -> Iterator[PdfLine]:
    """The lines of a page; each is given with how high it ends if it is short and turned by a quarter, else None."""
    joined: PdfLine | None = None
    end = 0.0
    for line, stop in pieces:
        gap = abs(line.y - end)
        if joined and stop is not None and gap <= _APART * line.size and abs(line.x - joined.x) <= _BESIDE * line.size:
            between = " " if gap > _SPACE * line.size else ""
            joined = replace(joined, text=f"{joined.text}{between}{line.text}", right=max(joined.right, line.right))
            end = stop
            continue
        if joined:
            yield joined
        joined, end = (None, 0.0) if stop is None else (line, stop)
        if stop is None:
            yield line
    if joined:
        yield joined

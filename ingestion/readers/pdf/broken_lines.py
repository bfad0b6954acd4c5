"""Mends lines that pdfium breaks at a raised or lowered mark, and those whose letters are drawn twice. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.readers.doubt_marks import insert_doubt_mark, remove_doubt_marks
from ingestion.readers.pdf.lines import LineCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingestion.readers.pdf.lines import PdfLine

_MARK_SIZE = 0.85  # times the size of its line: a mark is at most so large
_MARK_CHARACTERS = 12
_MARK_DISTANCE = 0.8  # times the size: how far a mark stands above or below
_SAME_LEVEL = 0.45  # times the size: how far two parts of a line may be apart in height; one may begin with a mark
_NEAR = 0.7  # times the size: how far they may be apart
_OVERLAP = 0.6  # times the size: a raised mark may stand over what follows
_FEWEST_DOUBLED = 8  # characters
_SPACE = 0.15


def join_broken_lines(lines: Iterable[PdfLine]) -> Iterator[PdfLine]:
    """The lines, each with its marks and with what follows them on the same level."""
    whole: PdfLine | None = None
    for line in map(_halve_letters, lines):
        joined = _join(whole, line) if whole is not None else None
        if joined is None and whole is not None:
            yield whole
        whole = joined or line
    if whole is not None:
        yield whole


def _halve_letters(line: PdfLine) -> PdfLine:
    """The line with each letter once, where every letter of it comes twice."""
    text = remove_doubt_marks(line.text)
    if len(text) < _FEWEST_DOUBLED or any(word[::2] != word[1::2] for word in text.split()):
        return line
    cells = tuple(replace(cell, text=_halve(cell.text)) for cell in line.cells)
    return replace(line, text=_halve(line.text), cells=cells, bold=True)


def _halve(text: str) -> str:
    plain = remove_doubt_marks(text)
    once = " ".join(word[::2] for word in plain.split())
    return once if plain == text else insert_doubt_mark(once)


def _join(whole: PdfLine, line: PdfLine) -> PdfLine | None:
    """The line with the next one at its end; None if that is a line of its own."""
    size = max(whole.size, line.size)
    gap, rise = line.x - whole.right, abs(line.y - whole.y)
    if whole.page != line.page or not -_OVERLAP * size < gap < _NEAR * size or whole.mono or line.mono:
        return None
    if _is_mark(line, whole) or (line.size == whole.size and rise < _SAME_LEVEL * size):
        return _append(whole, line, gap, whole)
    return _append(whole, line, gap, line) if _is_mark(whole, line) else None


def _is_mark(mark: PdfLine, line: PdfLine) -> bool:
    return (
        mark.size <= _MARK_SIZE * line.size
        and len(mark.text) <= _MARK_CHARACTERS
        and abs(mark.y - line.y) < _MARK_DISTANCE * line.size
    )


def _append(whole: PdfLine, line: PdfLine, gap: float, look: PdfLine) -> PdfLine:
    """Both as one line, which looks and stands as `look` does."""
    space = " " if gap > _SPACE * look.size or look is line else ""
    cells: tuple[LineCell, ...] = ()
    if whole.cells or line.cells:
        *before, last = whole.cells or (LineCell(whole.text, whole.x, whole.right),)
        first, *after = line.cells or (LineCell(line.text, line.x, line.right),)
        cells = (*before, LineCell(f"{last.text}{space}{first.text}", last.x, first.right, last.gap), *after)
    return replace(look, text=f"{whole.text}{space}{line.text}", x=whole.x, right=line.right, cells=cells)

"""Joins the header lines whose cells span several columns to the table below them. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ingestion.readers.pdf.lines import LineCell

if TYPE_CHECKING:
    from collections.abc import Container

    from ingestion.readers.elements import Rows
    from ingestion.readers.pdf.lines import PdfLine

Columns = list[tuple[float, float]]  # the left and right edge of each

MOST_HEADER_LINES = 2
_NEAR = 2.5  # times the size: the header is right above its table
_WIDE = 0.7  # times the size: a gap that tells cells apart
_FIGURE = re.compile(r"[-+−]?[\d.,%€$£]+(?:\s[-+−]?[\d.,%€$£]+)*")


def find_header_lines(lines: list[PdfLine], start: int, floor: int, columns: Columns, barriers: Container[int]) -> int:
    """The number of lines right above a table that begins at `start` whose cells stand over its columns."""
    found = 0
    while found < MOST_HEADER_LINES and start - found - 1 >= floor:
        at = start - found - 1
        if at in barriers or not _is_header(lines[at], lines[at + 1], columns):
            break
        found += 1
    return found


def add_header(rows: Rows, header: list[PdfLine], columns: Columns, *, is_named: bool) -> Rows:
    """The rows with one header; `is_named` says that their first row names the columns already."""
    lowest = None if is_named else header[-1]
    named = [_spread(_cells(line), columns, is_lowest=line is lowest) for line in header]
    named += [list(rows[0])] if is_named else []
    names = tuple("\n".join(filter(None, column)) for column in zip(*named, strict=True))
    return (names, *rows[is_named:])


def names_columns(row: tuple[str, ...]) -> bool:
    """Whether a row is a header: none of its cells is a figure."""
    return not any(_FIGURE.fullmatch(cell) for cell in row)


def _is_header(line: PdfLine, below: PdfLine, columns: Columns) -> bool:
    near = line.page == below.page and 0 < line.y - below.y < _NEAR * below.size and abs(line.size - below.size) < 1
    cells = _cells(line)
    if not near or line.mono or len(cells) < 2 or len(cells) >= len(columns):
        return False
    spans = [_columns_under(cell, columns) for cell in cells]
    spanning = all(spans) and any(len(span) > 1 for span in spans)
    return spanning and names_columns(tuple(cell.text for cell in cells))


def _cells(line: PdfLine) -> list[LineCell]:
    """The cells of a line, parted by wide gaps."""
    cells: list[LineCell] = []
    for cell in line.cells or (LineCell(line.text, line.x, line.right),):
        if cells and cell.gap <= _WIDE * line.size:
            before = cells.pop()
            cells.append(LineCell(f"{before.text} {cell.text}", before.x, cell.right, before.gap))
        else:
            cells.append(cell)
    return cells


def _columns_under(cell: LineCell, columns: Columns) -> list[int]:
    """The columns that a cell stands over."""
    return [n for n, (left, right) in enumerate(columns) if min(right, cell.right) > max(left, cell.x)]


def _spread(cells: list[LineCell], columns: Columns, *, is_lowest: bool) -> list[str]:
    """The name of each column: the words of the cell over it, or one of them, where each names a column right below."""
    names = [""] * len(columns)
    spans = [_columns_under(cell, columns) for cell in cells]
    for cell, span in zip(cells, spans, strict=True):
        words = cell.text.split()
        for word, place in enumerate(span):
            names[place] = words[word] if is_lowest and len(words) == len(span) else cell.text
    wide = [cell for cell, span in zip(cells, spans, strict=True) if len(span) > 1]
    reach = min(((_middle(b.x, b.right) - _middle(a.x, a.right)) / 2 for a, b in pairwise(wide)), default=0.0)
    for n, column in enumerate(columns):
        near = [cell for cell in wide if abs(_middle(cell.x, cell.right) - _middle(*column)) < reach]
        if near and not names[n]:
            names[n] = near[0].text
    return names


def _middle(left: float, right: float) -> float:
    return (left + right) / 2

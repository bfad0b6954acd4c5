"""Keeps the rows of tables that a PDF hardly shows: drawn column by column, or without clear columns. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from ingestion.readers.pdf.lines import LineCell, PdfLine

_FEWEST_ROWS = 3
_LONGEST = 40  # characters: longer ones are lines of text, which may stand in columns too
_USUAL_LENGTH = 22  # characters that cells have at most on the average
_LEVEL = 2.0  # points by which cells of a row may differ in height, and aligned cells at an edge
_NEXT_ROW = 4.0  # times the size: cells further apart are of two tables
_WIDE = 1.0  # times the size: a gap between cells, wider than the spaces of justified text
_SHORT = 0.5  # of the room: a line that leaves so much free did not end for lack of it
_SHORT_CHARACTERS = 30
_SENTENCE_ENDS = (".", ":", "!", "?")
_GOES_ON = re.compile(r"[^\W\d_A-Z]{2}")  # a word in small letters: the cell of a narrow column goes on
_CUT = ("\ufffe", "\x02", "-")  # a word goes on in the next line
_BESIDE = 1.2  # times the size: how far lines beside each other may differ in height
_MATCHING_SHARE = 0.6  # of a column's cells that stand beside one of the first column


def gather_column_tables(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines, with one for each row of a table that was drawn column by column."""
    found: list[PdfLine] = []
    at = 0
    while at < len(lines):
        columns = [_column_from(lines, at)]
        end = at + len(columns[0])
        while end < len(lines):
            column = _column_from(lines, end)
            if not _is_beside(columns, column):
                break
            columns.append(column)
            end += len(column)
        if len(columns) > 1 and _is_short(columns):
            found += _rows(columns)
        else:
            end = at + len(columns[0])
            found += columns[0]
        at = end
    return found


def _column_from(lines: list[PdfLine], start: int) -> list[PdfLine]:
    """The line at a place, and those that follow it downwards along an edge."""
    column = [lines[start]]
    for line in lines[start + 1 :]:
        above = column[-1]
        down = above.y - line.y
        if line.page != above.page or not _LEVEL < down < _NEXT_ROW * above.size or not _is_cell(above, line):
            break
        column.append(line)
    return column


def _is_cell(above: PdfLine, line: PdfLine) -> bool:
    """Whether two lines may be cells of one column."""
    if any(each.cells or each.mono or len(each.text) > _LONGEST for each in (above, line)):
        return False
    middles = abs(above.x + above.right - line.x - line.right) / 2
    return min(abs(above.x - line.x), abs(above.right - line.right), middles) < _LEVEL


def _is_beside(columns: list[list[PdfLine]], column: list[PdfLine]) -> bool:
    """Whether a column stands right of those before it, and its cells beside those of the first one."""
    first = columns[0]
    if len(column) < _FEWEST_ROWS or len(first) < _FEWEST_ROWS or column[0].page != first[0].page:
        return False
    if min(line.x for line in column) <= max(line.right for line in columns[-1]):
        return False
    beside = sum(any(abs(line.y - cell.y) < _LEVEL for cell in first) for line in column)
    return beside >= _FEWEST_ROWS and beside >= _MATCHING_SHARE * len(column)


def _is_short(columns: list[list[PdfLine]]) -> bool:
    cells = [line for column in columns for line in column]
    return sum(len(cell.text) for cell in cells) <= _USUAL_LENGTH * len(cells)


def _rows(columns: list[list[PdfLine]]) -> list[PdfLine]:
    """One line for each row; what stands in the first column above the others is a line of its own."""
    rows: list[list[PdfLine]] = []
    for line in sorted((line for column in columns for line in column), key=lambda line: -line.y):
        if rows and abs(rows[-1][0].y - line.y) < _LEVEL:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_row(sorted(cells, key=lambda cell: cell.x)) for cells in rows]


def _row(cells: list[PdfLine]) -> PdfLine:
    if len(cells) == 1:
        return cells[0]
    parts: list[LineCell] = []
    for cell in cells:
        gap = cell.x - parts[-1].right if parts else 0.0
        parts.append(LineCell(cell.text, cell.x, cell.right, gap))
    return replace(
        cells[0],
        text=" ".join(cell.text for cell in cells),
        right=cells[-1].right,
        bold=all(cell.bold for cell in cells),
        cells=tuple(parts),
    )


def find_kept_breaks(lines: list[PdfLine]) -> frozenset[int]:
    """The places of lines that keep their break in a paragraph, such as rows: short without need, or with wide gaps."""
    by_page: defaultdict[int, list[PdfLine]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    rooms = {page: _Rooms(own) for page, own in by_page.items()}
    is_short = [rooms[line.page].is_short(line) for line in lines]
    is_wide = list(map(_has_cells, lines))
    kept = {
        at
        for at, (above, below) in enumerate(pairwise(lines), 1)
        if above.page == below.page and not above.text.endswith(_CUT)
        if (is_wide[at - 1] and is_wide[at]) or (is_short[at - 1] and is_short[at] and not _GOES_ON.match(below.text))
    }
    firsts = {at - 1 for at in kept if at > 1 and lines[at - 2].text.endswith(_SENTENCE_ENDS)}
    return frozenset(kept | firsts)


def _has_cells(line: PdfLine) -> bool:
    """Whether a line is parted by a wide gap as a row is: not after a bullet, and not into columns of text."""
    is_parted = any(cell.gap > _WIDE * line.size for cell in line.cells[2 if _is_bullet(line) else 1 :])
    return is_parted and sum(len(cell.text) > _SHORT_CHARACTERS for cell in line.cells) < 2


def _is_bullet(line: PdfLine) -> bool:
    return bool(line.cells) and len(line.cells[0].text) < 2


class _Rooms:
    """Says how much room the lines of a page have to their right."""

    def __init__(self, lines: list[PdfLine]) -> None:
        self._edge = max(line.right for line in lines)
        self._starts = sorted((line.y, line.x) for line in lines)

    def is_short(self, line: PdfLine) -> bool:
        """Whether a line ends although there is much room: up to the page's text edge, or to what stands beside it."""
        if len(line.text) > _SHORT_CHARACTERS or line.right - line.x >= _SHORT * (self._edge - line.x):
            return False
        first = bisect_left(self._starts, (line.y - _BESIDE * line.size,))
        last = bisect_left(self._starts, (line.y + _BESIDE * line.size,))
        end = min((x for _, x in self._starts[first:last] if x > line.right), default=self._edge)
        return line.right - line.x < _SHORT * (end - line.x)

"""Finds the tables of a PDF, their cells and the headers that span columns, by the positions of line parts. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, replace
from itertools import pairwise

from ingestion.readers.elements import Rows
from ingestion.readers.pdf.lines import LineCell, PdfLine

Columns = list[tuple[float, float]]  # the left and right edge of each
_MAX_ALIGNMENT_OFFSET = 2.0  # points by which aligned cells may differ
_WIDE = 0.7  # times the size: a gap that tells cells apart by itself
_NEXT_ROW = 6.0  # times the size: rows further apart are of two tables
_HIGHER = 0.3  # times the size: a cell that stands higher than the line before is beside it
_NEXT_LINE = 1.75  # times the size: the same cell's next line
_MARK = re.compile(r"[^\w\s]|\(?(?:\d{1,3}|[a-zA-Z])[.)]|[A-Z]{3,11}")
_FIGURE = re.compile(r"[-+−]?\d[\d\s.,%€$£/-]*")
MOST_HEADER_LINES = 2
_NEAR = 2.5  # times the size: the header is right above its table
_FIGURES = re.compile(r"[-+−]?[\d.,%€$£]+(?:\s[-+−]?[\d.,%€$£]+)*")


@dataclass(frozen=True, slots=True)
class PdfTable:
    """A table: its cells, with their line breaks, and its number of lines."""

    rows: Rows
    lines: int
    header: bool
    bold_header: bool = False


@dataclass(frozen=True, slots=True)
class _CellLine:
    """One line of one cell, in its column."""

    text: str
    column: int
    y: float


def find_tables(
    lines: list[PdfLine], barriers: Container[int] = (), places: range | None = None
) -> dict[int, PdfTable]:
    """The tables at `places` (or all), by the index of their first line; none crosses a line in `barriers`."""
    found: dict[int, PdfTable] = {}
    places = range(len(lines)) if places is None else places
    at = floor = places.start
    while at < places.stop:
        table = None
        if at not in barriers and _is_row(lines[at]):
            start, end, columns = _table_extent(lines, at, floor, barriers)
            table = _build_table(lines[start:end], columns)
            if table is not None:
                start, table = _add_spanning_header(lines, start, table, columns, barriers, found)
        if table is None:
            at += 1
        else:
            found[start] = table
            at = floor = end
    return found


def _add_spanning_header(
    lines: list[PdfLine],
    start: int,
    table: PdfTable,
    columns: Columns,
    barriers: Container[int],
    found: dict[int, PdfTable],
) -> tuple[int, PdfTable]:
    """The table with the header above it that spans columns, and its start; such lines are no table of their own."""
    above, before = next(reversed(found.items()), (0, None))
    end = above + before.lines if before else 0
    is_header_alone = before is not None and end == start and before.lines <= MOST_HEADER_LINES
    number = find_header_lines(lines, start, above if is_header_alone else end, columns, barriers)
    if not number or (is_header_alone and number < start - above):
        return start, table
    if is_header_alone:
        del found[above]
    header = lines[start - number : start]
    is_named = table.header and names_columns(table.rows[0])
    rows = add_header(table.rows, header, columns, is_named=is_named)
    return start - number, PdfTable(rows, table.lines + number, header=True, bold_header=header[0].bold)


def join_tables_across_pages(found: dict[int, PdfTable]) -> dict[int, PdfTable]:
    """Join tables that continue at the first line of the next page."""
    whole: dict[int, PdfTable] = {}
    for at, table in found.items():
        start, above = next(reversed(whole.items()), (at, None))
        if above is not None and start + above.lines == at and _continues_table(above, table):
            rows = table.rows[1:] if table.rows[0] == above.rows[0] else table.rows
            whole[start] = replace(above, rows=above.rows + rows, lines=above.lines + table.lines)
        else:
            whole[at] = table
    return whole


def _continues_table(above: PdfTable, below: PdfTable) -> bool:
    if len(above.rows[0]) != len(below.rows[0]):
        return False
    return above.rows[0] == below.rows[0] or (above.bold_header and not below.bold_header)


def _is_row(line: PdfLine) -> bool:
    """Whether a line has cells, and not only a list mark or a label before text."""
    if line.mono:
        return False
    cells = _split_cells(line, [])
    return len(cells) > 2 or (len(cells) == 2 and _MARK.fullmatch(cells[0].text) is None)


def _split_cells(line: PdfLine, columns: Columns) -> list[LineCell]:
    """The cells of a line: separated by a wide gap, or by a narrow gap at a known column."""
    cells: list[LineCell] = []
    for cell in line.cells or (LineCell(line.text, line.x, line.right),):
        apart = cell.gap > _WIDE * line.size or any(
            abs(cell.x - left) < _MAX_ALIGNMENT_OFFSET for left, _ in columns[1:]
        )
        if cells and not apart:
            before = cells.pop()
            cells.append(LineCell(f"{before.text} {cell.text}", before.x, cell.right, before.gap))
        else:
            cells.append(cell)
    return cells


def _table_extent(lines: list[PdfLine], at: int, floor: int, barriers: Container[int]) -> tuple[int, int, Columns]:
    """The lines around a row that keep to its columns, and the columns."""
    start, end = at, at + 1
    columns = _find_columns(lines[start:end], [])
    while end < len(lines) and end not in barriers and _follows_row(lines[end - 1], lines[end]):
        if not (wider := _find_columns(lines[start : end + 1], columns)):
            break
        columns, end = wider, end + 1
    while start > floor and start - 1 not in barriers and _belongs_to_row_below(lines[start - 1], lines[at]):
        if not (wider := _find_columns(lines[start - 1 : end], columns)):
            break
        columns, start = wider, start - 1
    return start, end, columns


def _follows_row(above: PdfLine, below: PdfLine) -> bool:
    """Whether a line is close enough to a row, and not the heading after the table."""
    heading = below.bold and not above.bold and len(below.cells) < 2
    near = abs(above.y - below.y) < _NEXT_ROW * above.size
    return above.page == below.page and abs(below.size - above.size) < 1 and near and not heading


def _belongs_to_row_below(above: PdfLine, row: PdfLine) -> bool:
    """Whether a line above a row belongs to that row, as a line of another cell."""
    near = abs(above.y - row.y) < _NEXT_LINE * row.size
    return above.page == row.page and near and above.size == row.size and above.bold == row.bold


def _find_columns(lines: list[PdfLine], known: Columns) -> Columns:
    """The columns of the lines' cells; empty if two cells of a line share one."""
    if not all(_runs_right(line) for line in lines):
        return []
    rows = [_split_cells(line, known) for line in lines]
    columns: Columns = []
    for cell in sorted((cell for row in rows for cell in row), key=lambda cell: cell.x):
        if columns and cell.x < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], cell.right))
        else:
            columns.append((cell.x, cell.right))
    return columns if all(len({_column_index(columns, cell) for cell in row}) == len(row) for row in rows) else []


def _runs_right(line: PdfLine) -> bool:
    """Whether the parts of a line go from left to right; pdfium may add later drawn text."""
    cells = line.cells or (LineCell(line.text, line.x, line.right),)
    return all(cell.x <= cell.right for cell in cells) and all(left.x <= right.x for left, right in pairwise(cells))


def _build_table(lines: list[PdfLine], columns: Columns) -> PdfTable | None:
    """The lines as a table if they have at least two rows and two aligned columns."""
    if len(columns) < 2 or not _is_aligned(lines, columns):
        return None
    rows = _cells_by_row(lines, columns)
    if len(rows) < 2:
        return None
    header = lines[0].bold or not any(line.bold for line in lines)
    return PdfTable(tuple(tuple(row) for row in rows), len(lines), header, lines[0].bold)


def _column_index(columns: Columns, cell: LineCell) -> int:
    return next(n for n, (left, right) in enumerate(columns) if left <= cell.x <= right)


def _is_aligned(lines: list[PdfLine], columns: Columns) -> bool:
    """Whether cells beyond the first column share an edge, unlike words of justified text."""
    inner: defaultdict[int, list[LineCell]] = defaultdict(list)
    for line in lines:
        for cell in _split_cells(line, columns)[1:]:
            inner[_column_index(columns, cell)].append(cell)
    return any(_share_an_edge(above, below) for cells in inner.values() for above, below in pairwise(cells))


def _share_an_edge(above: LineCell, below: LineCell) -> bool:
    figures = _FIGURE.fullmatch(above.text) or _FIGURE.fullmatch(below.text)
    middles = abs(above.x + above.right - below.x - below.right) / 2
    return (
        abs(above.x - below.x) < _MAX_ALIGNMENT_OFFSET
        or (figures is not None and abs(above.right - below.right) < _MAX_ALIGNMENT_OFFSET)
        or middles < _MAX_ALIGNMENT_OFFSET
    )


def _cells_by_row(lines: list[PdfLine], columns: Columns) -> list[list[str]]:
    """The cells by row; writers draw a table row by row, from left to right."""
    rows: list[list[str]] = []
    last: _CellLine | None = None
    for line in lines:
        for cell in _split_cells(line, columns):
            part = _CellLine(cell.text, _column_index(columns, cell), line.y)
            if last is None or _starts_row(last, part, line.size):
                rows.append([""] * len(columns))
            elif part.y > last.y + _HIGHER * line.size:
                _join_split_last_row(rows)
            rows[-1][part.column] = f"{rows[-1][part.column]}\n{part.text}".strip()
            last = part
    return rows


def _join_split_last_row(rows: list[list[str]]) -> None:
    """Join the last two rows if both are lines of one first cell."""
    if len(rows) > 1 and not any("".join(row[1:]) for row in rows[-2:]):
        rows[-2][0] += "\n" + rows.pop()[0]


def _starts_row(last: _CellLine, part: _CellLine, size: float) -> bool:
    if part.column > last.column:
        return part.y < last.y - _NEXT_LINE * size
    near = last.y - part.y < _NEXT_LINE * size
    return not (near and (part.column == last.column or part.column > 0))


def find_header_lines(lines: list[PdfLine], start: int, floor: int, columns: Columns, barriers: Container[int]) -> int:
    """The number of lines right above a table that begins at `start` whose cells stand over its columns."""
    found = 0
    while found < MOST_HEADER_LINES and start - found - 1 >= floor:
        at = start - found - 1
        if at in barriers or not _is_header_line(lines[at], lines[at + 1], columns):
            break
        found += 1
    return found


def add_header(rows: Rows, header: list[PdfLine], columns: Columns, *, is_named: bool) -> Rows:
    """The rows with one header; `is_named` says that their first row names the columns already."""
    lowest = None if is_named else header[-1]
    named = [_spread(_header_cells(line), columns, is_lowest=line is lowest) for line in header]
    named += [list(rows[0])] if is_named else []
    names = tuple("\n".join(filter(None, column)) for column in zip(*named, strict=True))
    return (names, *rows[is_named:])


def names_columns(row: tuple[str, ...]) -> bool:
    """Whether a row is a header: none of its cells is a figure."""
    return not any(_FIGURES.fullmatch(cell) for cell in row)


def _is_header_line(line: PdfLine, below: PdfLine, columns: Columns) -> bool:
    near = line.page == below.page and 0 < line.y - below.y < _NEAR * below.size and abs(line.size - below.size) < 1
    cells = _header_cells(line)
    if not near or line.mono or len(cells) < 2 or len(cells) >= len(columns):
        return False
    spans = [_columns_under(cell, columns) for cell in cells]
    spanning = all(spans) and any(len(span) > 1 for span in spans)
    return spanning and names_columns(tuple(cell.text for cell in cells))


def _header_cells(line: PdfLine) -> list[LineCell]:
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

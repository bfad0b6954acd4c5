"""Reads Excel workbooks: a section for each sheet, a table for each block of cells, values as they are shown."""

from __future__ import annotations

import datetime
import math
import re
import traceback
from contextlib import ExitStack, closing
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING

from ingestion.readers.elements import (
    MAX_TABLE_COLUMNS,
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    insert_doubt_mark,
)
from ingestion.readers.office.excel_hidden_cells import HiddenCells, find_hidden_cells
from ingestion.readers.office.package import EXCEL_STYLES, copy_with_part, plain_office_file, simplify_styles
from ingestion.readers.office.sheet_objects import SheetExtras, margin_elements
from ingestion.readers.reading_options import READ_OPTIONS
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook
    from openpyxl.cell import ReadOnlyCell as Cell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

Row = dict[int, str]  # the text of each column that holds some

MAX_CELLS = 2_000_000
_LARGE_SHEET_BYTES = 20 << 20
_CHUNK_BYTES = 1 << 20
_VALUE_MARKS = (b"<v>", b"<is>")
_TABLE_COLUMNS = 2
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_BRACKETED = re.compile(r"\[\$([^\[\]-]*+)(?:-[^\[\]]*+)?\]")
_OTHER_BRACKETS = re.compile(r"\[[^\[\]]*+\]")
_SPACING = re.compile(r"[_*].")
_NUMBER = re.compile(r"[#0?][#0?,. ]*")
_THOUSANDS = re.compile(r"[#0?],[#0?]")
_ALL_DIGITS, _MANY_DIGITS = ".15g", 10**15
_CURRENCY = re.compile(r"[€$£¥]|CHF|EUR|USD|GBP")


def read_xlsx(path: Path) -> ParsedDocument:
    """A workbook, one section for each sheet, without pages.

    Where its styles are broken, it is read without them: no colour says then what is hidden, and all is doubtful.
    """
    try:
        return _read_workbook(path, _open_source(path))
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        plain = copy_with_part(path, EXCEL_STYLES, simplify_styles)
        if plain is None:
            raise
        reading = _read_workbook(path, plain, is_doubtful=True)
        last = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"step=styles error={type(error).__name__} at={last.name}:{last.lineno} pages=1"
        return replace(reading, plain_pages=1, faults=(fault,))


def _read_workbook(path: Path, source: BytesIO, *, is_doubtful: bool = False) -> ParsedDocument:
    from openpyxl import load_workbook

    book = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    with ExitStack() as undo:
        undo.callback(book.close)
        elements: list[Element] = []
        cells_left = MAX_CELLS
        hidden_by_sheet = find_hidden_cells(path)
        extras = undo.enter_context(closing(SheetExtras(path, comments=READ_OPTIONS.comments)))
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if sum(_count_large_sheet(book, sheet) for sheet in shown) > MAX_CELLS:
            raise make_unreadable(FailureCode.TOO_MANY_CELLS, name=path.name, most=MAX_CELLS)
        for sheet in book.worksheets:
            hidden_cells = hidden_by_sheet.setdefault(sheet.title, HiddenCells())
            hidden_cells.is_doubtful |= is_doubtful
            if sheet.sheet_state != "visible":
                hidden_cells.places = int(any(cell.value is not None for row in sheet.iter_rows() for cell in row))
                continue
            rows = _visible_rows(path.name, sheet, cells_left, hidden_cells)
            cells_left -= sum(map(len, rows))
            found = [*sheet_elements(rows), *extras.sheet_elements(sheet.title, hidden_cells)]
            if found:
                elements += [Element(sheet.title, "heading", 1), *found]
        elements += margin_elements(extras.margins)
        declared = book.properties.title or ""
    hidden = sum(one.places for one in hidden_by_sheet.values())
    return ParsedDocument(choose_document_title(path, [], declared), None, elements, hidden=hidden)


def _open_source(path: Path) -> BytesIO:
    """The workbook in the form that openpyxl reads, whatever its file is called."""
    plain = plain_office_file(path)
    return BytesIO(path.read_bytes()) if isinstance(plain, str) else plain


def _count_large_sheet(book: Workbook, sheet: ReadOnlyWorksheet) -> int:
    """Count the values of a large sheet before it is parsed, which takes minutes where there are millions; else 0."""
    archive, part = book._archive, sheet._worksheet_path  # openpyxl says it nowhere else
    if archive.getinfo(part).file_size < _LARGE_SHEET_BYTES:
        return 0
    count, rest = 0, b""
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK_BYTES):
            count += sum((rest + chunk).count(mark) for mark in _VALUE_MARKS)
            rest = chunk[-2:]  # no mark fits into it: none is counted twice
    return count


def _visible_rows(name: str, sheet: ReadOnlyWorksheet, cells_left: int, hidden_cells: HiddenCells) -> list[Row]:
    """The visible rows of a sheet, with one empty row for each gap."""
    rows: list[Row] = []
    columns: set[int] = set()
    sheet.reset_dimensions()  # a sheet may declare any size: what it holds decides
    for cells in sheet.iter_rows():
        row: Row = {}
        for cell in cells:
            if cell.value is None or not (text := _cell_text(cell)):
                continue
            if (seen := hidden_cells.judge_cell(cell)) != "hidden":
                row[cell.column] = insert_doubt_mark(text) if seen == "doubt" else text
        if not row and any(cell.value is not None for cell in cells):
            continue  # people see the rows around it side by side
        if row or (rows and rows[-1]):
            rows.append(row)
        columns.update(row)
        cells_left -= len(row)
        if cells_left < 0:
            raise make_unreadable(FailureCode.TOO_MANY_CELLS, name=name, most=MAX_CELLS)
        if len(columns) > MAX_TABLE_COLUMNS:
            raise make_unreadable(FailureCode.TOO_WIDE_A_SHEET, name=name, most=MAX_TABLE_COLUMNS, sheet=sheet.title)
    return rows


def _cell_text(cell: Cell) -> str:
    value = cell.value
    return collapse_whitespace(value) if isinstance(value, str) else format_cell_value(value, cell.number_format)


def sheet_elements(rows: list[Row]) -> Iterator[Element]:
    """A table for each block of rows, after the single-cell lines above it."""
    blocks = [list(run) for filled, run in groupby(rows, key=bool) if filled]
    for block in _join_headers(blocks):
        for table in _split_side_by_side(block):
            yield from _table_elements(table)


def _join_headers(blocks: list[list[Row]]) -> Iterator[list[Row]]:
    """The blocks of rows, each with the header that a blank row parts from it."""
    header: list[Row] = []
    for block in blocks:
        if header and header[0].keys() >= block[0].keys() and any(map(_is_number, block[0].values())):
            yield [*header, *block]
            header = []
            continue
        if header:
            yield header
            header = []
        last = block[-1]
        if len(last) >= _TABLE_COLUMNS and len(block) == 1 and not any(map(_is_number, last.values())):
            header = block
        else:
            yield block
    if header:
        yield header


def _is_number(text: str) -> bool:
    return any(c.isdecimal() for c in text)


def _split_side_by_side(rows: list[Row]) -> list[list[Row]]:
    """Split tables of at least two columns at empty columns; else keep all rows together."""
    columns = sorted({column for row in rows for column in row})
    groups: list[list[int]] = []
    for column in columns:
        if groups and column == groups[-1][-1] + 1:
            groups[-1].append(column)
        else:
            groups.append([column])
    if min(map(len, groups)) < _TABLE_COLUMNS:
        return [rows]
    return [[{n: row[n] for n in group if n in row} for row in rows] for group in groups]


def _table_elements(rows: list[Row]) -> Iterator[Element]:
    rows = [row for row in rows if row]
    lines = next((n for n, row in enumerate(rows) if len(row) >= _TABLE_COLUMNS), len(rows))
    for row in rows[:lines]:
        yield Element(" ".join(row.values()))
    columns = sorted({column for row in rows[lines:] for column in row})
    if columns:
        cells = tuple(tuple(row.get(column, "") for column in columns) for row in rows[lines:])
        yield Element("", "table", rows=cells)


def format_cell_value(value: object, number_format: str) -> str:
    """The value of a cell as text, in its number format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _format_number(value, *_parse_number_format(number_format))
    if isinstance(value, datetime.datetime):
        whole = value.time() == datetime.time()
        return str(value.date()) if whole else f"{value.date()} {_format_time(value.time(), number_format)}"
    if isinstance(value, datetime.time):
        return _format_time(value, number_format)
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(abs(value).seconds + 86_400 * abs(value).days, 60)
        sign = "-" if value < datetime.timedelta() else ""
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}{_format_fraction(value.microseconds)}"
    return " ".join(str(value).split())


def _format_time(value: datetime.time, number_format: str) -> str:
    if "AM/PM" in number_format.upper():
        return value.strftime("%I:%M:%S %p").lstrip("0")
    return f"{value.replace(microsecond=0).isoformat()}{_format_fraction(value.microsecond)}"


def _format_fraction(microseconds: int) -> str:
    """The fraction of a second, if there is one."""
    return f".{microseconds:06}".rstrip("0") if microseconds else ""


def _format_number(value: float, shape: str, before: str, after: str) -> str:
    if after.startswith("%"):
        value *= 100
    is_long = isinstance(value, float) and math.isfinite(value) and abs(value) >= _MANY_DIGITS
    shown = Decimal(f"{value:{_ALL_DIGITS}}") if is_long else value  # Excel shows no more of its digits
    return f"{before}{shown:{shape}}{after}"


@lru_cache(maxsize=1024)
def _parse_number_format(number_format: str) -> tuple[str, str, str]:
    """How Python formats the digits, and the text before and after them; thousands and decimals as in English."""
    first = _SPACING.sub("", _QUOTED.sub(r"\1\2", _BRACKETED.sub(r"\1", number_format.split(";")[0])))
    first = _OTHER_BRACKETS.sub("", first)
    digits = _NUMBER.search(first)
    if digits is None or "E+" in first.upper() or "/" in first:
        return _ALL_DIGITS, "", ""
    whole, _, behind = digits[0].partition(".")
    decimals, zeros = sum(c in "0#?" for c in behind), whole.count("0")  # as many digits at least, as in 00042
    width = f"0{zeros + bool(decimals) + decimals}" if zeros > 1 else ""
    shape = f"{',' if _THOUSANDS.search(whole) else width}.{decimals}f"
    before, after = first[: digits.start()], first[digits.end() :].strip()
    if "%" in after:
        return shape, "", "%"
    money = _CURRENCY.search(first)
    if money is None:
        return shape, "", ""
    return (shape, money[0], "") if money[0] in before else (shape, "", f" {money[0]}")

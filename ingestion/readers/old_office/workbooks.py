"""Reads Excel's binary workbooks (XLS, XLSB): a section for each visible sheet, numbers as they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from ingestion.readers.elements import (
    MAX_TABLE_COLUMNS,
    Element,
    ParsedDocument,
    choose_document_title,
    collapse_whitespace,
    insert_doubt_mark,
)
from ingestion.readers.office.excel import MAX_CELLS, Row, format_cell_value, sheet_elements
from ingestion.readers.office.sheet_objects import margin_elements
from ingestion.readers.old_office.workbook_records import (
    HiddenLines,
    XlsStream,
    find_hidden_lines,
    list_fonts,
    margin_lines,
    sheet_object_elements,
)
from ingestion.readers.reading_options import READ_OPTIONS
from ingestion.readers.zip_archives import starts_as_zip
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

if TYPE_CHECKING:
    from pathlib import Path

    from python_calamine import CalamineSheet


def read_binary_workbook(path: Path) -> ParsedDocument:
    """A workbook in a binary format, without pages."""
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    except PasswordError as error:
        raise make_unreadable(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name) from error
    lines_by_sheet = find_hidden_lines(path)
    elements: list[Element] = []
    hidden = 0
    cells_left = MAX_CELLS
    objects = _SheetObjects.open(path)
    for sheet in book.sheets_metadata:
        lines = lines_by_sheet.get(sheet.name, HiddenLines())
        rows: list[Row] = []
        if sheet.typ == SheetTypeEnum.WorkSheet:
            content = book.get_sheet_by_name(sheet.name)
            if sheet.visible == SheetVisibleEnum.Visible:
                rows = _visible_rows(path.name, content, lines, cells_left)
            else:
                hidden += content.height > 0
        if sheet.visible != SheetVisibleEnum.Visible:
            continue
        cells_left -= sum(map(len, rows))
        found = [*sheet_elements(rows), *objects.sheet_elements(sheet.name, lines)]
        hidden += lines.places
        if found:
            elements += [Element(sheet.name, "heading", 1), *found]
    elements += margin_elements(objects.margins)
    return ParsedDocument(choose_document_title(path, []), None, elements, hidden=hidden)


@dataclass(slots=True)
class _SheetObjects:
    """What the sheets of a workbook show beside their cells; an XLSB gives none of it."""

    book: XlsStream | None
    places: dict[str, range] = field(default_factory=dict)
    unread: set[range] = field(default_factory=set)
    fonts: list[tuple[int, int]] = field(default_factory=list)
    margins: list[str] = field(default_factory=list)  # of the sheets that were asked for

    @classmethod
    def open(cls, path: Path) -> _SheetObjects:
        """Find the sheets of the workbook at `path`."""
        if starts_as_zip(path):
            return cls(None)
        book = XlsStream.open(path)
        places = book.list_sheets()
        return cls(book, places, set(places.values()), list_fonts(book))

    def sheet_elements(self, name: str, lines: HiddenLines) -> list[Element]:
        """The elements of a sheet, once where damaged sheets share a place; `lines` counts the hidden ones."""
        place = self.places.get(name)
        if self.book is None or place not in self.unread:
            return []
        self.unread.remove(place)
        records = list(self.book.read_records(place))
        self.margins += margin_lines(records, is_old=self.book.is_old)
        return list(sheet_object_elements(records, lines, self.fonts, with_comments=READ_OPTIONS.comments))


def _visible_rows(name: str, sheet: CalamineSheet, lines: HiddenLines, cells_left: int) -> list[Row]:
    """The visible rows of a sheet, with one empty row for each gap."""
    if sheet.width > MAX_TABLE_COLUMNS:
        raise make_unreadable(FailureCode.TOO_WIDE_A_SHEET, name=name, most=MAX_TABLE_COLUMNS, sheet=sheet.name)
    first_row, first_column = sheet.start or (0, 0)
    rows: list[Row] = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first_row):
        words = {at: text for at, cell in enumerate(cells, first_column) if (text := _cell_text(cell))}
        row = {} if number in lines.rows else {at: text for at, text in words.items() if at not in lines.columns}
        lines.places += len(row) < len(words)
        if words and not row:
            continue  # people see the rows around it side by side
        if number in lines.doubtful_rows:
            row = {at: insert_doubt_mark(text) for at, text in row.items()}
        if row or (rows and rows[-1]):
            rows.append(row)
        cells_left -= len(row)
        if cells_left < 0:
            raise make_unreadable(FailureCode.TOO_MANY_CELLS, name=name, most=MAX_CELLS)
    return rows


def _cell_text(value: object) -> str:
    return collapse_whitespace(value) if isinstance(value, str) else format_cell_value(value, "General")

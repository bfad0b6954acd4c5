"""Write a sample document as a workbook: each chapter is a sheet with one table."""

import re
from datetime import UTC, date, datetime, time
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from playground.sample_writer.reproducible_zip import make_reproducible
from playground.sample_writer.source_format import Heading, SampleDocument, Table

_AMBER = PatternFill("solid", fgColor="FFB06A0E")
_WHITE = Font(bold=True, color="FFFFFFFF")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WIDEST = 48


def write_workbook(document: SampleDocument) -> bytes:
    """Return the bytes of the workbook: always the same for the same document."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _describe(book, document)
    for block in document.blocks:
        match block:
            case Heading(text):
                book.create_sheet(text)
            case Table():
                _draw_table(book.worksheets[-1], block)
            case _:
                raise ValueError(f"a sheet cannot show {block!r}; use a table")
    packed = BytesIO()
    book.save(packed)
    return make_reproducible(packed.getvalue(), document.written_on)


def _describe(book: Workbook, document: SampleDocument) -> None:
    about = book.properties
    about.title, about.subject, about.creator = document.title, document.subtitle, document.author
    about.identifier, about.language = document.reference, document.language
    about.created = datetime.combine(document.written_on, time(9), UTC).replace(tzinfo=None)


def _draw_table(sheet: Worksheet, grid: Table) -> None:
    sheet.append(grid.header)
    for row in grid.rows:
        sheet.append([_value(cell) for cell in row])
    for cell in sheet[1]:
        cell.fill, cell.font = _AMBER, _WHITE
    for line in sheet.iter_rows():
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, date):
                cell.number_format = "dd/mm/yyyy"
    for at, column in enumerate(zip(grid.header, *grid.rows, strict=True), start=1):
        widest = max(len(cell) for cell in column)
        sheet.column_dimensions[get_column_letter(at)].width = min(widest, _WIDEST) + 3
    sheet.freeze_panes = "A2"


def _value(cell: str) -> str | int | date:
    if _DAY.fullmatch(cell):
        return date.fromisoformat(cell)
    return int(cell) if cell.isdecimal() else cell

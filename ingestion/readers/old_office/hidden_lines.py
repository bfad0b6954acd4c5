"""Finds the hidden rows and columns of Excel's binary workbooks; those that a filter hides are doubtful."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingestion.readers.old_office.xls_stream import XlsStream
from ingestion.readers.xml_tree import attribute_value, parse_xml
from ingestion.readers.zip_archives import starts_as_zip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingestion.readers.old_office.xls_stream import Record

_MAX_COLUMNS = 16_384
# The records of XLS, and the bits of a row and of columns that say "hidden".
_ROW, _COLUMNS, _FILTERED = 0x0208, 0x007D, 0x009B
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 1
# The same of XLSB.
_B_SHEET, _B_ROW, _B_COLUMNS, _B_FILTER = 156, 0, 60, 161
_B_ROW_HIDDEN = 0x10
_B_BOOK, _B_RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"


@dataclass(slots=True)
class HiddenLines:
    """The hidden rows and columns of a sheet, counted from 0; `places` counts those that hold something."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    doubtful_rows: set[int] = field(default_factory=set)
    places: int = 0

    def hide_columns(self, first: int, last: int) -> None:
        """Note the columns from `first` to `last` as hidden."""
        self.columns.update(range(first, min(last + 1, _MAX_COLUMNS)))

    def doubt_rows(self) -> None:
        """Note that a filter hides the rows: its button shows them again."""
        self.rows, self.doubtful_rows = set(), self.rows


def find_hidden_lines(path: Path) -> dict[str, HiddenLines]:
    """The hidden rows and columns of each sheet, by its name."""
    if starts_as_zip(path):
        with zipfile.ZipFile(path) as archive:
            return _find_in_xlsb(archive, path.name)
    book = XlsStream.open(path)
    places = book.list_sheets()
    found = {place: _lines_of_xls_sheet(book.read_records(place)) for place in set(places.values())}
    return {name: replace(found[place]) for name, place in places.items()}


def _lines_of_xls_sheet(records: Iterator[Record]) -> HiddenLines:
    lines, is_filtered = HiddenLines(), False
    for kind, content in records:
        if kind == _ROW and len(content) >= 16:
            row, options = struct.unpack_from("<H10xI", content)
            lines.rows |= {row} if options & _ROW_HIDDEN else set()
        elif kind == _COLUMNS and len(content) >= 10:
            first, last, options = struct.unpack_from("<HH4xH", content)
            if options & _COLUMN_HIDDEN:
                lines.hide_columns(first, last)
        is_filtered |= kind == _FILTERED
    if is_filtered:
        lines.doubt_rows()
    return lines


def _find_in_xlsb(archive: zipfile.ZipFile, name: str) -> dict[str, HiddenLines]:
    relations = parse_xml(archive.read(_B_RELATIONS), name)
    parts = {attribute_value(node, "Id"): posixpath.join("xl", attribute_value(node, "Target")) for node in relations}
    found: dict[str, HiddenLines] = {}
    for kind, content in _xlsb_records(archive.read(_B_BOOK)):
        if kind == _B_SHEET:
            relation, rest = _wide_text(content[8:])
            part = posixpath.normpath(parts.get(relation, "")).lstrip("/")
            if part in archive.namelist():
                found[_wide_text(rest)[0]] = _lines_of_xlsb_sheet(_xlsb_records(archive.read(part)))
    return found


def _wide_text(content: bytes) -> tuple[str, bytes]:
    """A text with its length before it, and what follows."""
    end = 4 + 2 * int.from_bytes(content[:4], "little")
    return content[4:end].decode("utf-16-le", "replace"), content[end:]


def _xlsb_records(content: bytes) -> Iterator[Record]:
    at = 0
    while at < len(content):
        kind, at = _packed_number(content, at, 2)
        length, at = _packed_number(content, at, 4)
        yield kind, content[at : at + length]
        at += length


def _packed_number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place after it."""
    number = 0
    for n, byte in enumerate(content[at : at + most]):
        number |= (byte & 0x7F) << 7 * n
        at += 1
        if byte < 0x80:
            break
    return number, at


def _lines_of_xlsb_sheet(records: Iterator[Record]) -> HiddenLines:
    lines, is_filtered = HiddenLines(), False
    for kind, content in records:
        if kind == _B_ROW and len(content) >= 12:
            if content[11] & _B_ROW_HIDDEN:
                lines.rows.add(int.from_bytes(content[:4], "little"))
        elif kind == _B_COLUMNS and len(content) >= 18:
            first, last, options = struct.unpack_from("<II8xH", content)
            if options & 1:
                lines.hide_columns(first, last)
        is_filtered |= kind == _B_FILTER
    if is_filtered:
        lines.doubt_rows()
    return lines

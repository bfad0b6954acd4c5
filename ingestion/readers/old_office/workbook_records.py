"""Reads the records of Excel's binary workbooks: hidden rows and columns, text boxes, comments, charts, margins."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from olefile import OleFileIO

from ingestion.readers.elements import Element, collapse_whitespace, insert_doubt_mark, label_comment
from ingestion.readers.office.sheet_objects import words_of_margin
from ingestion.readers.xml_tree import attribute_value, parse_xml
from ingestion.readers.zip_archives import starts_as_zip

_MAX_COLUMNS = 16_384
# The records of XLS, and the bits of a row and of columns that say "hidden".
_ROW, _COLUMNS, _FILTERED = 0x0208, 0x007D, 0x009B
_ROW_HIDDEN, _COLUMN_HIDDEN = 0x20, 1
# The same of XLSB.
_B_SHEET, _B_ROW, _B_COLUMNS, _B_FILTER = 156, 0, 60, 161
_B_ROW_HIDDEN = 0x10
_B_BOOK, _B_RELATIONS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
Record = tuple[int, bytes]
BEGIN, END = 0x0809, 0x000A
_SHEET = 0x0085
_STREAMS = ("Workbook", "Book")
_FONT, _HEADER, _FOOTER, _NOTE, _CONTINUE = 0x0031, 0x0014, 0x0015, 0x001C, 0x003C
_DRAWING, _OBJECT, _TEXT_OBJECT, _CHART_TEXT = 0x00EC, 0x005D, 0x01B6, 0x100D
_COMMENT = 0x19  # a kind of object
_PROPERTIES, _SHOWN_FLAGS, _HIDDEN = 0xF00B, 0x03BF, 0x20002  # of a shape: flags, and those that hide it
_CONTAINER, _HEAD_BYTES = 0xF, 8
_WHITE, _MAX_TINY_SIZE = (1, 9), 30  # colours of the palette; twentieths of a point
_NO_FONT = 4  # the number that the list of fonts passes over


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


@dataclass(frozen=True, slots=True)
class XlsStream:
    """The records of a workbook; one that `is_old` is of before 1997, with texts of one byte a letter."""

    content: bytes
    is_old: bool

    @classmethod
    def open(cls, path: Path) -> XlsStream:
        """Read the stream of the workbook at `path`."""
        with OleFileIO(str(path)) as ole:
            name = next((each for each in _STREAMS if ole.exists(each)), None)
            return cls(ole.openstream(name).read() if name else b"", name == _STREAMS[1])

    def list_sheets(self) -> dict[str, range]:
        """The place of each sheet's records, by its name: up to that of the next, so no record is in two places."""
        starts = {
            self._sheet_name(content[6:]): int.from_bytes(content[:4], "little")
            for kind, content in self.read_records()
            if kind == _SHEET and len(content) > 8
        }
        ordered = sorted(set(starts.values()))
        ends = dict(zip(ordered, [*ordered[1:], len(self.content)], strict=True))
        return {name: range(start, ends[start]) for name, start in starts.items()}

    def read_records(self, place: range | None = None) -> Iterator[Record]:
        """The records of what begins where `place` does, up to its end or that of `place`; None: the workbook."""
        place = range(len(self.content)) if place is None else place
        depth, at = 0, place.start
        while at + 4 <= place.stop:
            kind, length = struct.unpack_from("<HH", self.content, at)
            yield kind, self.content[at + 4 : at + 4 + length]
            depth += (kind == BEGIN) - (kind == END)
            if kind == END and depth <= 0:
                return
            at += 4 + length

    def _sheet_name(self, content: bytes) -> str:
        if self.is_old:
            return content[1 : 1 + content[0]].decode("cp1252", "replace")
        return decode_letters(content[1:], content[0])


def decode_letters(content: bytes, length: int) -> str:
    """A text of `length` letters, after the byte that says whether each has two bytes."""
    if content[:1] and content[0] & 1:
        return content[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return content[1 : 1 + length].decode("latin-1")


@dataclass(slots=True)
class _Box:
    """A text of a sheet, with its runs: the letter from which a font holds, and the number of that font."""

    number: int
    is_comment: bool
    is_hidden: bool
    text: str = ""
    runs: list[tuple[int, int]] = field(default_factory=list)


def sheet_object_elements(
    records: list[Record], lines: HiddenLines, fonts: list[tuple[int, int]], *, with_comments: bool
) -> Iterator[Element]:
    """The elements of the sheet of these records; `lines` counts the hidden ones."""
    boxes = {box.number: box for box in _text_boxes(records)}
    for box in boxes.values():
        if not box.is_comment and box.text.strip():
            if box.is_hidden:
                lines.places += 1
            elif words := _shown_words(box, fonts, lines):
                yield Element(words)
    for kind, content in records:
        if kind == _CHART_TEXT and len(content) > 4 and (name := decode_letters(content[3:], content[2]).strip()):
            yield Element(collapse_whitespace(name))
        elif kind == _NOTE and len(content) >= 8 and with_comments:
            row, column, _, number = struct.unpack_from("<4H", content)
            if (told := boxes.get(number)) and told.is_comment and (words := _shown_words(told, fonts, lines)):
                if row in lines.rows or column in lines.columns:
                    lines.places += 1
                else:
                    author = decode_letters(content[10:], int.from_bytes(content[8:10], "little"))
                    yield Element(label_comment(words, author, _cell_name(row, column)))


def margin_lines(records: list[Record], *, is_old: bool) -> Iterator[str]:
    """The words of the header and footer of the sheet of these records."""
    for kind, content in records:
        if kind in (_HEADER, _FOOTER) and len(content) > 2:
            length = content[0] if is_old else int.from_bytes(content[:2], "little")
            text = (
                content[1 : 1 + length].decode("cp1252", "replace") if is_old else decode_letters(content[2:], length)
            )
            yield words_of_margin(text)


def list_fonts(book: XlsStream) -> list[tuple[int, int]]:
    """The size (in twentieths of a point) and the colour of each font, by the number that runs give it."""
    found = [
        struct.unpack_from("<H2xH", content)
        for kind, content in book.read_records()
        if kind == _FONT and len(content) >= 6
    ]
    return [*found[:_NO_FONT], (0xFFFF, 0), *found[_NO_FONT:]]


def _text_boxes(records: list[Record]) -> Iterator[_Box]:
    """The texts of objects: an object, then its text, whose letters and runs follow in records of their own."""
    box, is_hidden = _Box(0, is_comment=False, is_hidden=False), False
    letters = runs = 0  # that are still to come
    for kind, content in records:
        if kind == _DRAWING:
            is_hidden = _hides_shape(content)
        elif kind == _OBJECT and len(content) >= 8:
            what, number = struct.unpack_from("<HH", content, 4)
            box = _Box(number, what == _COMMENT, is_hidden)
        elif kind == _TEXT_OBJECT and len(content) >= 14:
            letters, runs = struct.unpack_from("<HH", content, 10)
        elif kind == _CONTINUE and letters > 0:
            part = decode_letters(content, letters)
            box.text += part
            letters -= len(part) or letters
            if letters <= 0 and not runs:
                yield box
        elif kind == _CONTINUE and runs:
            box.runs = [struct.unpack_from("<HH", content, at) for at in range(0, len(content) - 7, 8)]
            runs = 0
            yield box


def _hides_shape(drawing: bytes) -> bool:
    """Whether the properties of a shape hide it."""
    at = 0
    while at + _HEAD_BYTES <= len(drawing):
        version, kind, length = struct.unpack_from("<HHI", drawing, at)
        at += _HEAD_BYTES
        if kind == _PROPERTIES:
            end = min(at + 6 * (version >> 4), len(drawing) - 5)
            found = (struct.unpack_from("<HI", drawing, one) for one in range(at, end, 6))
            return any(name == _SHOWN_FLAGS and value & _HIDDEN == _HIDDEN for name, value in found)
        if version & 0xF != _CONTAINER:
            at += length
    return False


def _shown_words(box: _Box, fonts: list[tuple[int, int]], lines: HiddenLines) -> str:
    """The words of a text without those that are too small to see; white ones are doubtful: a box has any colour."""
    words = ""
    starts = [(0, _NO_FONT)]
    for run in box.runs:
        if run[0] >= starts[-1][0]:  # else the file is damaged: no letter is taken twice
            starts.append(run)
    for (start, font), (end, _) in zip(starts, [*starts[1:], (len(box.text), 0)], strict=True):
        part = box.text[start:end]
        size, ink = fonts[font] if font < len(fonts) else (0xFFFF, 0)
        if size <= _MAX_TINY_SIZE:
            lines.places += bool(part.strip())
            continue
        words += insert_doubt_mark(part) if ink in _WHITE and part.strip() else part
    return collapse_whitespace(words)


def _cell_name(row: int, column: int) -> str:
    high, low = divmod(column, 26)
    return f"{chr(64 + high) if high else ''}{chr(65 + low)}{row + 1}"

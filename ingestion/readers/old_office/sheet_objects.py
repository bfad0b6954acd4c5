"""Reads what an Excel sheet of before 2007 shows beside its cells: text boxes, comments, names of charts, margins."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingestion.readers.doubt_marks import insert_doubt_mark
from ingestion.readers.elements import Element, collapse_whitespace
from ingestion.readers.office.sheet_margins import words_of_margin
from ingestion.readers.old_office.xls_stream import decode_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.readers.old_office.hidden_lines import HiddenLines
    from ingestion.readers.old_office.xls_stream import Record, XlsStream

_FONT, _HEADER, _FOOTER, _NOTE, _CONTINUE = 0x0031, 0x0014, 0x0015, 0x001C, 0x003C
_DRAWING, _OBJECT, _TEXT_OBJECT, _CHART_TEXT = 0x00EC, 0x005D, 0x01B6, 0x100D
_COMMENT = 0x19  # a kind of object
_PROPERTIES, _SHOWN_FLAGS, _HIDDEN = 0xF00B, 0x03BF, 0x20002  # of a shape: flags, and those that hide it
_CONTAINER, _HEAD_BYTES = 0xF, 8
_WHITE, _MAX_TINY_SIZE = (1, 9), 30  # colours of the palette; twentieths of a point
_NO_FONT = 4  # the number that the list of fonts passes over


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
                    yield Element(f"Comment ({_cell_name(row, column)}): {words}")


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

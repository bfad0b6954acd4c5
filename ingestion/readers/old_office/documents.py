"""Reads Word and PowerPoint files of before 2007 (DOC, PPT), which LibreOffice turns into DOCX and PPTX first."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from olefile import OleFileIO

from ingestion.readers.elements import Element, ParsedDocument, collapse_whitespace, label_comment
from ingestion.readers.named_files import open_named_content
from ingestion.readers.old_office.libreoffice import convert_document
from ingestion.readers.reading_options import READ_OPTIONS
from ingestion.readers.zip_archives import open_zip_archive
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_SUMMARY = "EncryptedSummary"
_ENCRYPTED = 0x0100
_FORMAT_BYTES = 32
_WORD = "WordDocument"
_FLAGS_AT, _SECOND_TABLE = 0x0A, 0x0200  # in the first bytes of a Word file
_LENGTHS_AT = 0x4C  # of the text, the footnotes, the headers, the macros and the comments, in characters
_REFERENCES_AT, _TEXTS_AT = 0xBE, 0xC6  # how long the lists of comments are, in bytes
_PIECES_AT = 0x1A2  # where the table of pieces begins in its stream, and how long it is
_SETTINGS, _PIECES = 1, 2  # what a part of that table holds
_ONE_BYTE = 1 << 30  # of a piece's place: its characters have one byte each
_FIRST_BYTES = 0x1AA
_MARK = "\x05"  # before each comment


def read_doc(path: Path) -> ParsedDocument:
    """A Word file of before 2007, through LibreOffice."""
    from ingestion.readers.office.word_and_powerpoint import read_docx

    taken = take_out_comments(path.read_bytes())
    with open_named_content(taken.content, path.name) as plain:
        reading = _read_converted(plain, ".docx", read_docx)
    comments = taken.comments if READ_OPTIONS.comments else ()
    told = [Element(label_comment(words)) for words in comments]
    return replace(reading, elements=[*reading.elements, *told])


def read_ppt(path: Path) -> ParsedDocument:
    """A PowerPoint file of before 2007, through LibreOffice."""
    from ingestion.readers.office.word_and_powerpoint import read_pptx

    return _read_converted(path, ".pptx", read_pptx)


def _read_converted(path: Path, suffix: str, read: Callable[[Path], ParsedDocument]) -> ParsedDocument:
    if _is_encrypted(path):
        raise make_unreadable(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name)
    with open_named_content(convert_document(path, suffix), path.name) as converted:
        open_zip_archive(converted).close()  # it may have become a bomb
        return read(converted)


def _is_encrypted(path: Path) -> bool:
    with OleFileIO(str(path)) as ole:
        if ole.exists(_SUMMARY):
            return True
        start = ole.openstream(_WORD).read(_FORMAT_BYTES) if ole.exists(_WORD) else b""
    return bool(int.from_bytes(start[_FLAGS_AT : _FLAGS_AT + 2], "little") & _ENCRYPTED)


@dataclass(frozen=True, slots=True)
class WithoutComments:
    """A Word file without its comments, and their words."""

    content: bytes
    comments: tuple[str, ...]


def take_out_comments(content: bytes) -> WithoutComments:
    """The file in `content` without comments; as it is where it has none."""
    file = BytesIO(content)
    with OleFileIO(file, write_mode=True) as ole:
        stream = bytearray(ole.openstream(_WORD).read() if ole.exists(_WORD) else b"")
        if len(stream) < _FIRST_BYTES or not any(stream[_REFERENCES_AT : _REFERENCES_AT + 4]):
            return WithoutComments(content, ())
        name = "1Table" if int.from_bytes(stream[_FLAGS_AT : _FLAGS_AT + 2], "little") & _SECOND_TABLE else "0Table"
        text = _comment_text(stream, ole.openstream(name).read() if ole.exists(name) else b"")
        for place in (_REFERENCES_AT, _TEXTS_AT):
            stream[place : place + 4] = bytes(4)
        ole.write_stream(_WORD, bytes(stream))
        plain = file.getvalue()
    words = (collapse_whitespace(comment.replace("\r", " ")) for comment in text.split(_MARK))
    return WithoutComments(plain, tuple(filter(None, words)))


def _comment_text(stream: bytes | bytearray, table: bytes) -> str:
    """The characters of all comments: they stand behind those of the text, the footnotes, the headers and macros."""
    *before, count = struct.unpack_from("<5I", stream, _LENGTHS_AT)
    first, text = sum(before), ""
    for begin, end, place in _list_pieces(table, *struct.unpack_from("<II", stream, _PIECES_AT)):
        low, high = max(begin, first), min(end, first + count)
        if low >= high:
            continue
        if place & _ONE_BYTE:
            from_ = (place ^ _ONE_BYTE) // 2 - begin
            text += stream[from_ + low : from_ + high].decode("cp1252", "replace")
        else:
            text += stream[place + 2 * (low - begin) : place + 2 * (high - begin)].decode("utf-16-le", "replace")
    return text


def _list_pieces(table: bytes, at: int, length: int) -> Iterator[tuple[int, int, int]]:
    """The first and last character of each piece of the file, and where its characters are."""
    part = table[at : at + length]
    at = 0
    while part[at : at + 1] == bytes([_SETTINGS]):
        at += 3 + int.from_bytes(part[at + 1 : at + 3], "little")
    if part[at : at + 1] != bytes([_PIECES]):
        return
    pieces = part[at + 5 :]
    count = (len(pieces) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", pieces) if count > 0 else ()
    for n in range(count):
        (place,) = struct.unpack_from("<I", pieces, 4 * (count + 1) + 8 * n + 2)
        yield ends[n], ends[n + 1], place

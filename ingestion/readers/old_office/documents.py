"""Reads Word and PowerPoint files of before 2007 (DOC, PPT), which LibreOffice turns into DOCX and PPTX first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element
from ingestion.readers.named_files import open_named_content
from ingestion.readers.old_office.libreoffice import convert_document
from ingestion.readers.old_office.word_comments import take_out_comments
from ingestion.readers.reading_options import READ_OPTIONS
from ingestion.readers.zip_archives import open_zip_archive
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingestion.readers.elements import ParsedDocument

_WORD, _SUMMARY = "WordDocument", "EncryptedSummary"
_FLAGS_AT, _ENCRYPTED = 10, 0x0100  # in the first bytes of a Word file
_FORMAT_BYTES = 32


def read_doc(path: Path) -> ParsedDocument:
    """A Word file of before 2007, through LibreOffice."""
    from ingestion.readers.office.word_and_powerpoint import read_docx

    taken = take_out_comments(path.read_bytes())
    with open_named_content(taken.content, path.name) as plain:
        reading = _read_converted(plain, ".docx", read_docx)
    comments = taken.comments if READ_OPTIONS.comments else ()
    told = [Element(f"Comment: {words}") for words in comments]
    return replace(reading, elements=[*reading.elements, *told])


def read_ppt(path: Path) -> ParsedDocument:
    """A PowerPoint file of before 2007, through LibreOffice."""
    from ingestion.readers.office.word_and_powerpoint import read_pptx

    return _read_converted(path, ".pptx", read_pptx)


def _read_converted(path: Path, suffix: str, read: Callable[[Path], ParsedDocument]) -> ParsedDocument:
    if _is_encrypted(path):
        raise UnreadableDocument(make_failure(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name))
    with open_named_content(convert_document(path, suffix), path.name) as converted:
        open_zip_archive(converted).close()  # it may have become a bomb
        return read(converted)


def _is_encrypted(path: Path) -> bool:
    from olefile import OleFileIO

    with OleFileIO(str(path)) as ole:
        if ole.exists(_SUMMARY):
            return True
        start = ole.openstream(_WORD).read(_FORMAT_BYTES) if ole.exists(_WORD) else b""
    return bool(int.from_bytes(start[_FLAGS_AT : _FLAGS_AT + 2], "little") & _ENCRYPTED)

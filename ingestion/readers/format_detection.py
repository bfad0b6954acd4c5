"""Reads one file: finds its format by name and first bytes, and runs the format's reader.

The table of all formats is in `formats.py`.
"""

from __future__ import annotations

import re
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from ingestion.readers.elements import ParsedDocument, remove_invisible_text
from ingestion.readers.formats import FORMATS
from ingestion.readers.office.default_password import ENCRYPTED_PART, OLE_MAGIC, open_decrypted
from ingestion.readers.text.encodings import decode_text, is_text
from ingestion.readers.zip_archives import open_whole_zip, open_zip_archive, reject_xml_definitions
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import (
    BusyDocument,
    Failure,
    SouffleurError,
    UnreadableDocument,
    make_failure,
    make_unreadable,
)

_OLD_SHEETS = (".xls", ".xlt")
_PAGE_START = re.compile(r"<(?:!doctype\s++html|html|head|body|meta|table|style)\b", re.I)
_USUAL_SUFFIXES = (".pdf", ".docx", ".pptx", ".xlsx", ".odt", ".html", ".md", ".txt", ".csv")
_START_BYTES = 4096
_PDF_MARK_WITHIN = 1024
_OTHER_OFFICE = {".pages": ".docx", ".numbers": ".xlsx", ".key": ".pptx"}
_XML_OUT_OF_MEMORY = 2  # libxml2's number; lxml calls it a mistake in the document
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")


def read_document_file(path: Path) -> ParsedDocument:
    """Read the file at `path`. It is meant to run in a child process.

    Raises:
        UnreadableDocument: the file cannot be read; the sentence says what to do.
        BusyDocument: the file vanished, or cannot be opened now.
    """
    with _translate_reader_errors(path):
        with open_decrypted(path) as plain, open_whole_zip(plain) as whole:
            document = remove_invisible_text(_load_reader(check_file_suffix(whole))(whole))
        _require_text(path.name, document)
        return document


def list_page_ranges(path: Path) -> list[tuple[int, int]]:
    """The page ranges (first, last) that several processes may read at once; empty for a format that is read whole."""
    with _translate_reader_errors(path):
        if path.suffix.lower() != ".pdf":
            return []  # its content is looked at as it is read
        check_file_suffix(path)
        from ingestion.readers.pdf import reader as pdf

        return pdf.list_pdf_ranges(path)


def read_page_range(path: Path, first: int, last: int) -> ParsedDocument:
    """Read one page range; the first range gives the title and the number of pages."""
    with _translate_reader_errors(path):
        from ingestion.readers.pdf import reader as pdf

        return remove_invisible_text(pdf.read_pdf_range(path, first, last))


def merge_page_ranges(path: Path, parts: Sequence[ParsedDocument]) -> ParsedDocument:
    """Join the ranges of a document, given in order."""
    from ingestion.readers.pdf import reader as pdf

    document = pdf.merge_pdf_ranges(path.name, parts)
    _require_text(path.name, document)
    return document


@contextmanager
def _translate_reader_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (SouffleurError, MemoryError):
        raise
    except PermissionError as error:
        raise BusyDocument(make_failure(FailureCode.FORBIDDEN, name=path.name)) from error
    except FileNotFoundError as error:
        raise BusyDocument(make_failure(FailureCode.VANISHED, name=path.name)) from error
    except RecursionError as error:
        raise make_unreadable(FailureCode.TOO_DEEP, name=path.name) from error
    except Exception as error:  # a parser may raise anything on hostile bytes
        if getattr(error, "code", None) == _XML_OUT_OF_MEMORY and isinstance(error, SyntaxError):
            raise MemoryError from error
        raise make_unreadable(FailureCode.DAMAGED, name=path.name, error=type(error).__name__) from error


def _require_text(name: str, document: ParsedDocument) -> None:
    if any(element.text or element.rows for element in document.elements):
        return
    if any(member.document for member in document.members):
        return
    if document.members:
        count, first = len(document.members), document.members[0].failure
        raise make_unreadable(FailureCode.MEMBERS_UNREAD, name=name, count=count, first=first)
    if document.hidden:
        raise make_unreadable(FailureCode.ONLY_HIDDEN_TEXT, name=name, places=document.hidden)
    raise make_unreadable(FailureCode.NO_TEXT, name=name)


def _load_reader(suffix: str) -> Callable[[Path], ParsedDocument]:
    module, name = FORMATS[suffix].reader
    reader: Callable[[Path], ParsedDocument] = getattr(import_module(f"ingestion.readers.{module}"), name)
    return reader


def check_file_suffix(path: Path) -> str:
    """The suffix of a file, in lower case, after its content was compared with it."""
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    if not start:
        raise make_unreadable(FailureCode.EMPTY, name=path.name)
    actual = _suffix_from_content(path, start)
    format_ = FORMATS.get(suffix)
    if actual == (format_.preferred_suffix if format_ and format_.preferred_suffix else suffix):
        return suffix
    if actual is not None:
        better = f"{path.stem}{actual}"
        raise make_unreadable(FailureCode.MISNAMED, name=path.name, kind=FORMATS[actual].label, better=better)
    if format_ is None:
        raise UnreadableDocument(_unsupported_failure(path.name, suffix))
    at, mark = format_.mark
    if mark and start[at:].startswith(mark):
        return suffix
    if format_.ole_parts and (told := _suffix_of_exported_text(suffix, start)):
        return told
    if format_.label is not FailureCode.TEXT or not is_text(start):
        raise UnreadableDocument(_mismatch_failure(path.name, suffix, start))
    return suffix


def _suffix_from_content(path: Path, start: bytes) -> str | None:
    """The suffix that a file's first bytes or parts show; None if they show none."""
    if start.startswith(b"PK"):
        return _suffix_from_zip(path)
    if start.startswith(OLE_MAGIC):
        return _suffix_from_ole(path)
    if b"%PDF-" in start[:_PDF_MARK_WITHIN]:
        return ".pdf"
    start = start.removeprefix(BOM_UTF8).lstrip(b"\r\n\t ")
    return next((suffix for suffix, one in FORMATS.items() if start.startswith(one.first_bytes)), None)


def _suffix_of_exported_text(suffix: str, start: bytes) -> str | None:
    """How a text is read that a program exported under the suffix of an old Office file: such files open in Office."""
    if not is_text(start):
        return None
    text = decode_text(start).lstrip("\ufeff \t\r\n")
    if _PAGE_START.match(text):
        return ".html"
    if text.startswith("<?xml"):
        return ".xml"
    return ".tsv" if suffix in _OLD_SHEETS and "\t" in text else None


def _suffix_from_zip(path: Path) -> str | None:
    """The suffix of a document in a zip file, which is checked for bombs first."""
    try:
        with open_zip_archive(path) as archive:
            parts = set(archive.namelist())
            mime = archive.read("mimetype").strip() if "mimetype" in parts else b""
            types = (suffix for suffix, one in FORMATS.items() if mime and mime == one.zip_type)
            named = (suffix for suffix, one in FORMATS.items() if one.zip_part and one.zip_part in parts)
            found = next(types, None) or next(named, None)
            if found and FORMATS[found].zip_part:
                reject_xml_definitions(archive, path.name)
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    return found


def _suffix_from_ole(path: Path) -> str | None:
    """The suffix of a document in an OLE file; None for an unknown one."""
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as ole:
            if ole.exists(ENCRYPTED_PART):
                raise make_unreadable(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name)
            return next((suffix for suffix, one in FORMATS.items() if any(map(ole.exists, one.ole_parts))), None)
    except OSError:
        return None


def _unsupported_failure(name: str, suffix: str) -> Failure:
    if suffix in _OTHER_OFFICE:
        return make_failure(FailureCode.OTHER_OFFICE, name=name, suffix=suffix, better=_OTHER_OFFICE[suffix])
    if suffix in _ARCHIVES:
        return make_failure(FailureCode.ARCHIVE, name=name)
    formats = ", ".join(_USUAL_SUFFIXES)
    if suffix:
        return make_failure(FailureCode.UNSUPPORTED, name=name, suffix=suffix, formats=formats)
    return make_failure(FailureCode.WITHOUT_SUFFIX, name=name, formats=formats)


def _mismatch_failure(name: str, suffix: str, start: bytes) -> Failure:
    if start.startswith(OLE_MAGIC) and not FORMATS[suffix].ole_parts:
        return make_failure(FailureCode.OLD_OR_DAMAGED, name=name, better=suffix)
    if start.startswith(_ARCHIVE_MAGIC):
        return make_failure(FailureCode.ARCHIVE_OR_DAMAGED, name=name, kind=FORMATS[suffix].label)
    return make_failure(FailureCode.NOT_OF_ITS_KIND, name=name, kind=FORMATS[suffix].label)

"""Reads one file: finds its format by name and first bytes, and runs the format's reader.

`_FORMATS` is the table of all formats; a new format is a new line in it.
"""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING

from ingestion.readers.elements import remove_invisible_text
from ingestion.readers.text.encodings import is_text
from ingestion.readers.zip_archives import open_zip_archive, reject_xml_definitions
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import BusyDocument, SouffleurError, UnreadableDocument, make_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ingestion.readers.elements import ParsedDocument
    from knowledge.core.failures import Failure


@dataclass(frozen=True, slots=True)
class _FileFormat:
    """How a format is recognized and read.

    `reader` names a module below `ingestion.readers` and its function, so that only the needed parsers are imported.
    Content of this format starts with one of `first_bytes`, or is a zip file with the part `zip_part` or the type
    `zip_type`. `preferred_suffix` is the usual suffix of the format, if it is another one.
    """

    reader: tuple[str, str]
    label: FailureCode = FailureCode.TEXT
    first_bytes: tuple[bytes, ...] = ()
    zip_part: str = ""
    zip_type: bytes = b""
    preferred_suffix: str = ""


_IMAGE = ("images.image_files", "read_image")
_HTML = ("markup.html", "read_html")
_MARKDOWN = ("markup.html", "read_markdown")
_CSV = ("text.text_files", "read_csv")
_TIFF_BYTES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_WORD = _FileFormat(
    ("office.word_and_powerpoint", "read_docx"), FailureCode.A_WORD_DOCUMENT, zip_part="word/document.xml"
)
_POWERPOINT = _FileFormat(
    ("office.word_and_powerpoint", "read_pptx"), FailureCode.A_POWERPOINT_FILE, zip_part="ppt/presentation.xml"
)
_EXCEL = _FileFormat(("office.excel", "read_xlsx"), FailureCode.AN_EXCEL_FILE, zip_part="xl/workbook.xml")
_FORMATS = {
    ".pdf": _FileFormat(("pdf.reader", "read_pdf"), FailureCode.A_PDF),
    ".docx": _WORD,
    ".docm": replace(_WORD, preferred_suffix=".docx"),
    ".dotx": replace(_WORD, preferred_suffix=".docx"),
    ".dotm": replace(_WORD, preferred_suffix=".docx"),
    ".pptx": _POWERPOINT,
    ".pptm": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".ppsx": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".ppsm": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".potx": replace(_POWERPOINT, preferred_suffix=".pptx"),
    ".xlsx": _EXCEL,
    ".xlsm": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".xltx": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".xltm": replace(_EXCEL, preferred_suffix=".xlsx"),
    ".odt": _FileFormat(
        ("opendocument.odt", "read_odt"),
        FailureCode.AN_OPENDOCUMENT_TEXT,
        zip_type=b"application/vnd.oasis.opendocument.text",
    ),
    ".rtf": _FileFormat(("text.rtf", "read_rtf"), FailureCode.A_RICH_TEXT_FILE, (b"{\\rtf",)),
    ".epub": _FileFormat(("markup.epub", "read_epub"), FailureCode.AN_EPUB_BOOK, zip_type=b"application/epub+zip"),
    ".html": _FileFormat(_HTML),
    ".htm": _FileFormat(_HTML),
    ".md": _FileFormat(_MARKDOWN),
    ".markdown": _FileFormat(_MARKDOWN),
    ".rst": _FileFormat(("markup.rst", "read_rst")),
    ".txt": _FileFormat(("text.text_files", "read_plain_text")),
    ".csv": _FileFormat(_CSV),
    ".tsv": _FileFormat(_CSV),
    ".json": _FileFormat(("text.json_and_xml", "read_json")),
    ".xml": _FileFormat(("text.json_and_xml", "read_xml")),
    ".eml": _FileFormat(("mail", "read_eml")),
    ".msg": _FileFormat(("mail", "read_msg"), FailureCode.AN_OUTLOOK_MESSAGE),
    ".png": _FileFormat(_IMAGE, FailureCode.A_PNG_PICTURE, (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": _FileFormat(_IMAGE, FailureCode.A_JPEG_PICTURE, (b"\xff\xd8\xff",)),
    ".jpeg": _FileFormat(_IMAGE, FailureCode.A_JPEG_PICTURE, preferred_suffix=".jpg"),
    ".tif": _FileFormat(_IMAGE, FailureCode.A_TIFF_PICTURE, _TIFF_BYTES),
    ".tiff": _FileFormat(_IMAGE, FailureCode.A_TIFF_PICTURE, preferred_suffix=".tif"),
}
SUPPORTED_SUFFIXES = tuple(_FORMATS)
_START_BYTES = 4096
_PDF_MARK_WITHIN = 1024
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OUTLOOK_PART, _ENCRYPTED_PART = "__properties_version1.0", "EncryptedPackage"
_OLD_OFFICE = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".dot": ".docx", ".pps": ".pptx"}
_OTHER_OFFICE = {".ods": ".xlsx", ".odp": ".pptx", ".pages": ".docx", ".numbers": ".xlsx", ".key": ".pptx"}
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")


def read_document_file(path: Path) -> ParsedDocument:
    """Read the file at `path`. It is meant to run in a child process.

    Raises:
        UnreadableDocument: the file cannot be read; the sentence says what to do.
        BusyDocument: the file vanished, or cannot be opened now.
    """
    with _translate_reader_errors(path):
        document = remove_invisible_text(_load_reader(check_file_suffix(path))(path))
        _require_text(path.name, document)
        return document


def list_page_ranges(path: Path) -> list[tuple[int, int]]:
    """The page ranges (first, last) that several processes may read at once; empty for a format that is read whole.

    Raises:
        UnreadableDocument, BusyDocument: as `read_document_file` does.
    """
    with _translate_reader_errors(path):
        if check_file_suffix(path) != ".pdf":
            return []
        from ingestion.readers.pdf import reader as pdf

        return pdf.list_pdf_ranges(path)


def read_page_range(path: Path, first: int, last: int) -> ParsedDocument:
    """Read one page range; the first range gives the title and the number of pages.

    Raises:
        UnreadableDocument, BusyDocument: as `read_document_file` does, except for a range without any text.
    """
    with _translate_reader_errors(path):
        from ingestion.readers.pdf import reader as pdf

        return remove_invisible_text(pdf.read_pdf_range(path, first, last))


def merge_page_ranges(path: Path, parts: Sequence[ParsedDocument]) -> ParsedDocument:
    """Join the ranges of a document, given in order.

    Raises:
        UnreadableDocument: no range has any text.
    """
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
        raise UnreadableDocument(make_failure(FailureCode.TOO_DEEP, name=path.name)) from error
    except Exception as error:  # a parser may raise anything on hostile bytes
        raise UnreadableDocument(
            make_failure(FailureCode.DAMAGED, name=path.name, error=type(error).__name__)
        ) from error


def _require_text(name: str, document: ParsedDocument) -> None:
    if any(element.text or element.rows for element in document.elements):
        return
    if document.hidden:
        raise UnreadableDocument(make_failure(FailureCode.ONLY_HIDDEN_TEXT, name=name, places=document.hidden))
    raise UnreadableDocument(make_failure(FailureCode.NO_TEXT, name=name))


def _load_reader(suffix: str) -> Callable[[Path], ParsedDocument]:
    module, name = _FORMATS[suffix].reader
    reader: Callable[[Path], ParsedDocument] = getattr(import_module(f"ingestion.readers.{module}"), name)
    return reader


def check_file_suffix(path: Path) -> str:
    """The suffix of a file, in lower case, after its content was compared with it.

    Raises:
        UnreadableDocument: the format is not supported, the content is of another one, or it is a zip bomb.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    if not start:
        raise UnreadableDocument(make_failure(FailureCode.EMPTY, name=path.name))
    actual = _suffix_from_content(path, start)
    format_ = _FORMATS.get(suffix)
    if actual == (format_.preferred_suffix if format_ and format_.preferred_suffix else suffix):
        return suffix
    if actual is not None:
        better = f"{path.stem}{actual}"
        raise UnreadableDocument(
            make_failure(FailureCode.MISNAMED, name=path.name, kind=_FORMATS[actual].label, better=better)
        )
    if format_ is None:
        raise UnreadableDocument(_unsupported_failure(path.name, suffix))
    if format_.label is not FailureCode.TEXT or not is_text(start):
        raise UnreadableDocument(_mismatch_failure(path.name, suffix, start))
    return suffix


def _suffix_from_content(path: Path, start: bytes) -> str | None:
    """The suffix that a file's first bytes or parts show; None if they show none."""
    if start.startswith(b"PK"):
        return _suffix_from_zip(path)
    if start.startswith(_OLE_MAGIC):
        return _suffix_from_ole(path)
    if b"%PDF-" in start[:_PDF_MARK_WITHIN]:
        return ".pdf"
    return next((suffix for suffix, one in _FORMATS.items() if start.startswith(one.first_bytes)), None)


def _suffix_from_zip(path: Path) -> str | None:
    """The suffix of a document in a zip file, which is checked for bombs first."""
    try:
        with open_zip_archive(path) as archive:
            parts = set(archive.namelist())
            mime = archive.read("mimetype").strip() if "mimetype" in parts else b""
            types = (suffix for suffix, one in _FORMATS.items() if mime and mime == one.zip_type)
            named = (suffix for suffix, one in _FORMATS.items() if one.zip_part and one.zip_part in parts)
            found = next(types, None) or next(named, None)
            if found and _FORMATS[found].zip_part:
                reject_xml_definitions(archive, path.name)
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    return found


def _suffix_from_ole(path: Path) -> str | None:
    """The suffix of a document in an OLE file; None for an old Office format.

    Raises:
        UnreadableDocument: the file is an office document with a password.
    """
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as ole:
            if ole.exists(_ENCRYPTED_PART):
                raise UnreadableDocument(make_failure(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name))
            return ".msg" if ole.exists(_OUTLOOK_PART) else None
    except OSError:
        return None


def _unsupported_failure(name: str, suffix: str) -> Failure:
    if suffix in _OLD_OFFICE:
        return make_failure(FailureCode.OLD_OFFICE, name=name, better=_OLD_OFFICE[suffix])
    if suffix in _OTHER_OFFICE:
        return make_failure(FailureCode.OTHER_OFFICE, name=name, suffix=suffix, better=_OTHER_OFFICE[suffix])
    if suffix in _ARCHIVES:
        return make_failure(FailureCode.ARCHIVE, name=name)
    formats = ", ".join(SUPPORTED_SUFFIXES)
    if suffix:
        return make_failure(FailureCode.UNSUPPORTED, name=name, suffix=suffix, formats=formats)
    return make_failure(FailureCode.WITHOUT_SUFFIX, name=name, formats=formats)


def _mismatch_failure(name: str, suffix: str, start: bytes) -> Failure:
    if start.startswith(_OLE_MAGIC):
        return make_failure(FailureCode.OLD_OR_DAMAGED, name=name, better=suffix)
    if start.startswith(_ARCHIVE_MAGIC):
        return make_failure(FailureCode.ARCHIVE_OR_DAMAGED, name=name, kind=_FORMATS[suffix].label)
    return make_failure(FailureCode.NOT_OF_ITS_KIND, name=name, kind=_FORMATS[suffix].label)

"""Decide what a file is by its first bytes, and whether its name says the same. Leaves reading to the readers."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from ingestion.readers.text.encodings import is_text
from ingestion.readers.zip_archives import open_zip_archive, reject_xml_definitions
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge.core.failures import Failure

SUPPORTED_SUFFIXES = (
    ".pdf",
    ".docx",
    ".pptx",
    ".xlsx",
    ".odt",
    ".rtf",
    ".epub",
    ".html",
    ".htm",
    ".md",
    ".markdown",
    ".rst",
    ".txt",
    ".csv",
    ".tsv",
    ".json",
    ".xml",
    ".eml",
    ".msg",
    ".png",
    ".jpg",
    ".jpeg",
    ".tif",
    ".tiff",
)
_START_BYTES = 4096
_PDF_MARK_WITHIN = 1024
_KIND_BY_SUFFIX = {
    ".pdf": FailureCode.A_PDF,
    ".docx": FailureCode.A_WORD_DOCUMENT,
    ".pptx": FailureCode.A_POWERPOINT_FILE,
    ".xlsx": FailureCode.AN_EXCEL_FILE,
    ".odt": FailureCode.AN_OPENDOCUMENT_TEXT,
    ".rtf": FailureCode.A_RICH_TEXT_FILE,
    ".epub": FailureCode.AN_EPUB_BOOK,
    ".msg": FailureCode.AN_OUTLOOK_MESSAGE,
    ".png": FailureCode.A_PNG_PICTURE,
    ".jpg": FailureCode.A_JPEG_PICTURE,
    ".tif": FailureCode.A_TIFF_PICTURE,
}
_SUFFIX_ALIASES = {".jpeg": ".jpg", ".tiff": ".tif"}
_MAGIC_BYTES = {
    b"{\\rtf": ".rtf",
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"II+\0": ".tif",
    b"MM\0+": ".tif",
}
_SUFFIX_BY_ZIP_PART = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "xl/workbook.xml": ".xlsx"}
_MIME_TYPES = {b"application/vnd.oasis.opendocument.text": ".odt", b"application/epub+zip": ".epub"}
_OFFICE_SUFFIXES = frozenset(_SUFFIX_BY_ZIP_PART.values())
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MESSAGE, _PACKAGE = "__properties_version1.0", "EncryptedPackage"
_OLD_OFFICE = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".dot": ".docx", ".pps": ".pptx"}
_OTHER_OFFICE = {".ods": ".xlsx", ".odp": ".pptx", ".pages": ".docx", ".numbers": ".xlsx", ".key": ".pptx"}
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")


def check_file_suffix(path: Path) -> str:
    """The suffix by which to read a file, in lower case, once its content agrees with it.

    Raises:
        UnreadableDocument: no reader knows this format, the content is of another, or it would burst.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    if not start:
        raise UnreadableDocument(make_failure(FailureCode.EMPTY, name=path.name))
    actual = _suffix_from_content(path, start)
    if actual == _SUFFIX_ALIASES.get(suffix, suffix):
        return suffix
    if actual is not None:
        better = f"{path.stem}{actual}"
        raise UnreadableDocument(
            make_failure(FailureCode.MISNAMED, name=path.name, kind=_KIND_BY_SUFFIX[actual], better=better)
        )
    if suffix not in SUPPORTED_SUFFIXES:
        raise UnreadableDocument(_unsupported_failure(path.name, suffix))
    if _kind_of_suffix(suffix) is not FailureCode.TEXT or not is_text(start):
        raise UnreadableDocument(_mismatch_failure(path.name, suffix, start))
    return suffix


def _suffix_from_content(path: Path, start: bytes) -> str | None:
    """The suffix that a file's content asks for, None where nothing in it tells."""
    if start.startswith(b"PK"):
        return _suffix_from_zip(path)
    if start.startswith(_OLE_MAGIC):
        return _suffix_from_ole(path)
    if b"%PDF-" in start[:_PDF_MARK_WITHIN]:
        return ".pdf"
    return next((suffix for mark, suffix in _MAGIC_BYTES.items() if start.startswith(mark)), None)


def _suffix_from_zip(path: Path) -> str | None:
    """Which document a zip file is; it is checked before any parser opens it."""
    try:
        with open_zip_archive(path) as archive:
            parts = set(archive.namelist())
            mime = archive.read("mimetype").strip() if "mimetype" in parts else b""
            found = _MIME_TYPES.get(mime) or next(
                (suffix for part, suffix in _SUFFIX_BY_ZIP_PART.items() if part in parts), None
            )
            if found in _OFFICE_SUFFIXES:
                reject_xml_definitions(archive, path.name)
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    return found


def _suffix_from_ole(path: Path) -> str | None:
    """Which document an OLE file is, an old Office format aside.

    Raises:
        UnreadableDocument: it is an office document under a password.
    """
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as ole:
            if ole.exists(_PACKAGE):
                raise UnreadableDocument(make_failure(FailureCode.OFFICE_UNDER_PASSWORD, name=path.name))
            return ".msg" if ole.exists(_MESSAGE) else None
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
        return make_failure(FailureCode.ARCHIVE_OR_DAMAGED, name=name, kind=_kind_of_suffix(suffix))
    return make_failure(FailureCode.NOT_OF_ITS_KIND, name=name, kind=_kind_of_suffix(suffix))


def _kind_of_suffix(suffix: str) -> FailureCode:
    return _KIND_BY_SUFFIX.get(_SUFFIX_ALIASES.get(suffix, suffix), FailureCode.TEXT)

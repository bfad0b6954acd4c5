"""Decide what a file is by its first bytes, and whether its name says the same. Leaves reading to the readers."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from ingestion.readers.text.encodings import is_text
from ingestion.readers.zip_archives import check_definitions, opened
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from pathlib import Path

SUPPORTED = (
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
_LOOKED_AT = 4096
_PDF_WITHIN = 1024
_KINDS = {
    ".pdf": Reason.A_PDF,
    ".docx": Reason.A_WORD_DOCUMENT,
    ".pptx": Reason.A_POWERPOINT_FILE,
    ".xlsx": Reason.AN_EXCEL_FILE,
    ".odt": Reason.AN_OPENDOCUMENT_TEXT,
    ".rtf": Reason.A_RICH_TEXT_FILE,
    ".epub": Reason.AN_EPUB_BOOK,
    ".msg": Reason.AN_OUTLOOK_MESSAGE,
    ".png": Reason.A_PNG_PICTURE,
    ".jpg": Reason.A_JPEG_PICTURE,
    ".tif": Reason.A_TIFF_PICTURE,
}
_SAME = {".jpeg": ".jpg", ".tiff": ".tif"}
_STARTS = {
    b"{\\rtf": ".rtf",
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"II+\0": ".tif",
    b"MM\0+": ".tif",
}
_PARTS = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "xl/workbook.xml": ".xlsx"}
_MIME_TYPES = {b"application/vnd.oasis.opendocument.text": ".odt", b"application/epub+zip": ".epub"}
_OFFICE = frozenset(_PARTS.values())
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MESSAGE, _PACKAGE = "__properties_version1.0", "EncryptedPackage"
_OLD_OFFICE = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".dot": ".docx", ".pps": ".pptx"}
_OTHER_OFFICE = {".ods": ".xlsx", ".odp": ".pptx", ".pages": ".docx", ".numbers": ".xlsx", ".key": ".pptx"}
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")


def checked_suffix(path: Path) -> str:
    """The suffix by which to read a file, in lower case, once its content agrees with it.

    Raises:
        UnreadableDocument: no reader knows this format, the content is of another, or it would burst.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if not start:
        raise UnreadableDocument(Reason.EMPTY.about(name=path.name))
    actual = _actual(path, start)
    if actual == _SAME.get(suffix, suffix):
        return suffix
    if actual is not None:
        better = f"{path.stem}{actual}"
        raise UnreadableDocument(Reason.MISNAMED.about(name=path.name, kind=_KINDS[actual], better=better))
    if suffix not in SUPPORTED:
        raise UnreadableDocument(_unsupported(path.name, suffix))
    if _kind(suffix) is not Reason.TEXT or not is_text(start):
        raise UnreadableDocument(_mismatch(path.name, suffix, start))
    return suffix


def _actual(path: Path, start: bytes) -> str | None:
    """The suffix that a file's content asks for, None where nothing in it tells."""
    if start.startswith(b"PK"):
        return _zipped(path)
    if start.startswith(_OLE):
        return _stored(path)
    if b"%PDF-" in start[:_PDF_WITHIN]:
        return ".pdf"
    return next((suffix for mark, suffix in _STARTS.items() if start.startswith(mark)), None)


def _zipped(path: Path) -> str | None:
    """Which document a zip file is; it is checked before any parser opens it."""
    try:
        with opened(path) as archive:
            parts = set(archive.namelist())
            mime = archive.read("mimetype").strip() if "mimetype" in parts else b""
            found = _MIME_TYPES.get(mime) or next((suffix for part, suffix in _PARTS.items() if part in parts), None)
            if found in _OFFICE:
                check_definitions(archive, path.name)
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    return found


def _stored(path: Path) -> str | None:
    """Which document an OLE file is, an old Office format aside.

    Raises:
        UnreadableDocument: it is an office document under a password.
    """
    from olefile import OleFileIO

    try:
        with OleFileIO(str(path)) as ole:
            if ole.exists(_PACKAGE):
                raise UnreadableDocument(Reason.OFFICE_UNDER_PASSWORD.about(name=path.name))
            return ".msg" if ole.exists(_MESSAGE) else None
    except OSError:
        return None


def _unsupported(name: str, suffix: str) -> str:
    if suffix in _OLD_OFFICE:
        return Reason.OLD_OFFICE.about(name=name, better=_OLD_OFFICE[suffix])
    if suffix in _OTHER_OFFICE:
        return Reason.OTHER_OFFICE.about(name=name, suffix=suffix, better=_OTHER_OFFICE[suffix])
    if suffix in _ARCHIVES:
        return Reason.ARCHIVE.about(name=name)
    formats = ", ".join(SUPPORTED)
    if suffix:
        return Reason.UNSUPPORTED.about(name=name, suffix=suffix, formats=formats)
    return Reason.WITHOUT_SUFFIX.about(name=name, formats=formats)


def _mismatch(name: str, suffix: str, start: bytes) -> str:
    if start.startswith(_OLE):
        return Reason.OLD_OR_DAMAGED.about(name=name, better=suffix)
    if start.startswith(_PACKED):
        return Reason.ARCHIVE_OR_DAMAGED.about(name=name, kind=_kind(suffix))
    return Reason.NOT_OF_ITS_KIND.about(name=name, kind=_kind(suffix))


def _kind(suffix: str) -> Reason:
    return _KINDS.get(_SAME.get(suffix, suffix), Reason.TEXT)

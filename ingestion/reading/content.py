"""Decide what a file is by its first bytes, and whether its name says the same. Leaves reading to the readers."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from ingestion.reading.decoding import is_text
from ingestion.reading.packed import check_definitions, opened
from knowledge.errors import UnreadableDocument

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
_NAMES = {
    ".pdf": "a PDF",
    ".docx": "a Word document",
    ".pptx": "a PowerPoint file",
    ".xlsx": "an Excel file",
    ".odt": "an OpenDocument text",
    ".rtf": "a rich text file",
    ".epub": "an EPUB book",
    ".msg": "an Outlook message",
    ".png": "a PNG picture",
    ".jpg": "a JPEG picture",
    ".tif": "a TIFF picture",
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
        raise UnreadableDocument(f"{path.name} is empty: drop it again once it holds something.")
    actual = _actual(path, start)
    if actual == _SAME.get(suffix, suffix):
        return suffix
    if actual is not None:
        raise UnreadableDocument(f"{path.name} is in truth {_NAMES[actual]}: rename it to {path.stem}{actual}.")
    if suffix not in SUPPORTED:
        raise UnreadableDocument(_unsupported(path.name, suffix))
    if _kind(suffix) != "text" or not is_text(start):
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
                raise UnreadableDocument(
                    f"{path.name} is protected by a password: save a copy without one, and drop it."
                )
            return ".msg" if ole.exists(_MESSAGE) else None
    except OSError:
        return None


def _unsupported(name: str, suffix: str) -> str:
    if suffix in _OLD_OFFICE:
        return f"{name} is in an old Office format: open it and save it as {_OLD_OFFICE[suffix]}."
    if suffix in _OTHER_OFFICE:
        return f"{name} cannot be read, {suffix} files are not supported: save it as {_OTHER_OFFICE[suffix]}."
    if suffix in _ARCHIVES:
        return f"{name} is an archive: unpack it and drop the files that it holds."
    kind = f"{suffix} files are" if suffix else "files without a suffix are"
    return f"{name} cannot be read, {kind} not supported: save it as one of {', '.join(SUPPORTED)}."


def _mismatch(name: str, suffix: str, start: bytes) -> str:
    if start.startswith(_OLE):
        return f"{name} is in an old Office format, or damaged: open it and save it as {suffix}."
    if start.startswith(_PACKED):
        return f"{name} is an archive or a damaged file, not {_kind(suffix)}: drop the file itself, whole."
    return f"{name} is not {_kind(suffix)}, or it is damaged: open it, check it, and save it again."


def _kind(suffix: str) -> str:
    return _NAMES.get(_SAME.get(suffix, suffix), "text")

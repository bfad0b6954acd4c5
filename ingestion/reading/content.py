"""Decide what a file is by its first bytes, and whether its name says the same. Leaves reading to the readers."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from ingestion.reading.decoding import is_text
from knowledge.errors import UnreadableDocument

if TYPE_CHECKING:
    from pathlib import Path

SUPPORTED = (
    ".pdf",
    ".docx",
    ".pptx",
    ".xlsx",
    ".html",
    ".htm",
    ".md",
    ".markdown",
    ".txt",
    ".csv",
    ".tsv",
    ".eml",
)
_LOOKED_AT = 4096
_PDF_WITHIN = 1024
_NAMES = {".pdf": "a PDF", ".docx": "a Word document", ".pptx": "a PowerPoint file", ".xlsx": "an Excel file"}
_PARTS = {"word/document.xml": ".docx", "ppt/presentation.xml": ".pptx", "xl/workbook.xml": ".xlsx"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_OFFICE = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".dot": ".docx", ".pps": ".pptx"}
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")


def checked_suffix(path: Path) -> str:
    """The suffix by which to read a file, in lower case, once its content agrees with it.

    Raises:
        UnreadableDocument: no reader knows this format, or the content is of another.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if not start:
        raise UnreadableDocument(f"{path.name} is empty: drop it again once it holds something.")
    actual = _office(path) if start.startswith(b"PK") else (".pdf" if b"%PDF-" in start[:_PDF_WITHIN] else None)
    if actual == suffix:
        return suffix
    if actual is not None:
        raise UnreadableDocument(f"{path.name} is in truth {_NAMES[actual]}: rename it to {path.stem}{actual}.")
    if suffix not in SUPPORTED:
        raise UnreadableDocument(_unsupported(path.name, suffix))
    if suffix in _NAMES or not is_text(start):
        raise UnreadableDocument(_mismatch(path.name, suffix, start))
    return suffix


def _office(path: Path) -> str | None:
    """Which office document a zip file is."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError):
        return None
    return next((suffix for part, suffix in _PARTS.items() if part in parts), None)


def _unsupported(name: str, suffix: str) -> str:
    if suffix in _OLD_OFFICE:
        return f"{name} is in an old Office format: open it and save it as {_OLD_OFFICE[suffix]}."
    if suffix in _ARCHIVES:
        return f"{name} is an archive: unpack it and drop the files that it holds."
    kind = f"{suffix} files are" if suffix else "files without a suffix are"
    return f"{name} cannot be read, {kind} not supported: save it as one of {', '.join(SUPPORTED)}."


def _mismatch(name: str, suffix: str, start: bytes) -> str:
    if start.startswith(_OLE) and suffix in _NAMES:
        return (
            f"{name} is protected by a password or in an old Office format: "
            f"open it and save it as {suffix} without a password."
        )
    if start.startswith(_PACKED):
        return f"{name} is an archive or a damaged file, not {_kind(suffix)}: drop the file itself, whole."
    return f"{name} is not {_kind(suffix)}, or it is damaged: open it, check it, and save it again."


def _kind(suffix: str) -> str:
    return _NAMES.get(suffix, "text")

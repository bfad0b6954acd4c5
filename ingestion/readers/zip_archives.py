"""Opens documents that are zip files, after a check against zip bombs.

Python's zipfile never unpacks a part beyond its declared size, so the check of the directory is enough.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from pathlib import Path
    from zipfile import ZipFile

_MAX_PARTS = 10_000
_MAX_MB = 1024
_LARGE_PART_BYTES = 20 << 20  # bytes: below this a part may shrink as well as it can
_MAX_COMPRESSION_RATIO = 200  # times: written XML shrinks twenty-fold, only emptiness shrinks more
_ENCRYPTED = 1  # the bit of a part's flags that says so
_BEGINNING = 1024
_MAGIC = b"PK"


def open_zip_archive(path: Path) -> ZipFile:
    """The archive at `path`; the caller closes it."""
    archive = zipfile.ZipFile(path)
    try:
        _reject_zip_bomb(archive, path)
    except UnreadableDocument:
        archive.close()
        raise
    return archive


def starts_as_zip(path: Path) -> bool:
    """Whether a file begins as a zip file does. An XLS may end as one: the theme in it is a zip file."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def reject_xml_definitions(archive: ZipFile, name: str) -> None:
    """Refuse an office document with a document type definition: real ones have none."""
    for part in archive.namelist():
        if part.endswith((".xml", ".rels")):
            with archive.open(part) as content:
                start = content.read(_BEGINNING).replace(b"\0", b"")
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                raise UnreadableDocument(make_failure(FailureCode.OFFICE_ENTITIES, name=name))


def _reject_zip_bomb(archive: ZipFile, path: Path) -> None:
    parts = archive.infolist()
    inflated = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > _MAX_PARTS:
        raise UnreadableDocument(
            make_failure(FailureCode.BOMB_OF_PARTS, name=path.name, parts=len(parts), most=_MAX_PARTS)
        )
    if inflated > _MAX_MB << 20:
        raise UnreadableDocument(make_failure(FailureCode.BOMB, name=path.name, mb=inflated >> 20, most=_MAX_MB))
    if packed > path.stat().st_size:
        raise UnreadableDocument(make_failure(FailureCode.BOMB_OF_OVERLAPS, name=path.name))
    for part in parts:
        if part.file_size > max(_LARGE_PART_BYTES, _MAX_COMPRESSION_RATIO * part.compress_size):
            times = part.file_size // max(part.compress_size, 1)
            raise UnreadableDocument(make_failure(FailureCode.BOMB_IN_A_PART, name=path.name, times=times))
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UnreadableDocument(make_failure(FailureCode.UNDER_PASSWORD, name=path.name))

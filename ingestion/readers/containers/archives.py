"""Reads archives (ZIP, TAR): each file inside is a document of its own, within limits."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ingestion.readers.containers.contained_files import ContainedFiles, is_readable_name
from ingestion.readers.elements import ParsedDocument, choose_document_title
from ingestion.readers.zip_archives import open_zip_archive
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure

if TYPE_CHECKING:
    from pathlib import Path

_MAX_MEMBERS = 10_000
_MAX_MB = 1024
_MAX_RATIO = 200  # times that a packed file may grow
# What unpacking a part raises that is damaged, or packed in an unknown way; OSError is of bzip2.
_UNPACKABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, NotImplementedError)
_LEFT_OUT = frozenset({"__MACOSX", "node_modules", ".git", "$RECYCLE.BIN"})


def read_zip(path: Path) -> ParsedDocument:
    """A ZIP archive.

    Raises:
        UnreadableDocument: it is a zip bomb, or needs a password.
    """
    found = ContainedFiles(path.name)
    with open_zip_archive(path) as archive:
        for part in archive.infolist():
            if part.is_dir() or not _is_wanted(part.filename):
                continue
            if not found.has_room(part.file_size):
                continue
            try:
                content = archive.read(part)
            except _UNPACKABLE as error:
                found.add_unread_file(part.filename, type(error).__name__)
            else:
                found.add_file(part.filename, content)
    return _document(path, found)


def read_tar(path: Path) -> ParsedDocument:
    """A TAR archive, packed or not; nothing is written, and links are not followed.

    Raises:
        UnreadableDocument: it holds too much.
    """
    found = ContainedFiles(path.name)
    members = total = 0
    most = max(_MAX_RATIO * path.stat().st_size, 20 << 20)
    with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|*") as archive:
        for member in archive:
            members += 1
            total += member.size
            if members > _MAX_MEMBERS:
                failure = make_failure(FailureCode.BOMB_OF_PARTS, name=path.name, parts=members, most=_MAX_MEMBERS)
                raise UnreadableDocument(failure)
            if total > min(_MAX_MB << 20, most):
                raise UnreadableDocument(
                    make_failure(FailureCode.BOMB, name=path.name, mb=total >> 20, most=min(_MAX_MB, most >> 20))
                )
            if not member.isreg() or not _is_wanted(member.name):
                continue
            if found.has_room(member.size) and (content := archive.extractfile(member)):
                found.add_file(member.name, content.read())
    return _document(path, found)


def _is_wanted(name: str) -> bool:
    """Whether a file inside is of a known format and in no folder that nobody reads."""
    inner = PurePosixPath(name)
    hidden = any(part in _LEFT_OUT or part.startswith(".") for part in inner.parts)
    return not hidden and is_readable_name(name)


def _document(path: Path, found: ContainedFiles) -> ParsedDocument:
    return ParsedDocument(choose_document_title(path, []), None, [], members=found.finish())

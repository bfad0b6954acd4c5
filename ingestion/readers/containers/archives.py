"""Reads archives (ZIP, TAR): each file inside is a document of its own, within limits."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, ClassVar, Self, cast

from ingestion.readers.containers.contained_files import ContainedFiles, is_readable_name
from ingestion.readers.elements import ParsedDocument, choose_document_title
from ingestion.readers.zip_archives import open_zip_archive
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_failure, make_unreadable

_MAX_MEMBERS = 10_000
_MAX_MB = 1024
_MAX_RATIO = 200  # times that a packed file may grow
_LEAST_BYTES = 20 << 20  # a packed file may always become so much
_SLACK_BYTES = 32 << 20  # beside its members: their headers, and what fills the last block of each
_EXTENDING_TYPES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_MAX_EXTENSION_BYTES = 16 << 20  # of all such headers of an archive
_MAX_GLOBAL_BYTES = 8 << 10  # of those that hold for all members that follow: each of them gets a copy
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"
# What unpacking a part raises that is damaged, or packed in an unknown way; OSError is of bzip2.
_UNPACKABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, NotImplementedError)
_LEFT_OUT = frozenset({"__MACOSX", "node_modules", ".git", "$RECYCLE.BIN"})


def read_zip(path: Path) -> ParsedDocument:
    """A ZIP archive."""
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
    """A TAR archive, packed or not; nothing is written; links and devices are passed over."""

    class Header(_LimitedHeader):
        """A header of this archive."""

    found = ContainedFiles(path.name)
    members = declared = 0
    most = min(_MAX_MB << 20, max(_MAX_RATIO * path.stat().st_size, _LEAST_BYTES))
    with path.open("rb") as file, _unpack(file) as content:
        stream = cast("IO[bytes]", _LimitedStream(content, path.name, most))
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=Header) as archive:
            for member in archive:
                member.pax_headers = {}  # the archive keeps every member
                members += 1
                declared += 0 if member.issparse() else member.size
                if members > _MAX_MEMBERS:
                    failure = make_failure(FailureCode.BOMB_OF_PARTS, name=path.name, parts=members, most=_MAX_MEMBERS)
                    raise UnreadableDocument(failure)
                if declared > most:
                    raise _bomb_error(path.name, declared, most)
                if not member.isreg() or not _is_wanted(member.name):
                    continue
                if found.has_room(member.size) and (part := archive.extractfile(member)):
                    found.add_file(member.name, part.read())
    return _document(path, found)


class _LimitedHeader(tarfile.TarInfo):
    """A header of a member; those that only say more of others, such as a long name, are limited together."""

    extension_bytes: ClassVar[int] = 0
    global_bytes: ClassVar[int] = 0

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """The header in a block, before what it announces is taken into memory."""
        header = super().frombuf(buf, encoding, errors)
        size = abs(header.size)  # a damaged header may tell a negative one
        cls.extension_bytes += size if header.type in _EXTENDING_TYPES else 0
        cls.global_bytes += size if header.type == tarfile.XGLTYPE else 0
        if cls.extension_bytes > _MAX_EXTENSION_BYTES or cls.global_bytes > _MAX_GLOBAL_BYTES:
            raise tarfile.ReadError("the headers of members are too long")
        return header


@dataclass(slots=True)
class _LimitedStream:
    """What a packed archive becomes, up to a limit that holds whatever its headers say."""

    content: IO[bytes]
    name: str
    most: int
    _given: int = 0

    def read(self, size: int) -> bytes:
        """The next bytes."""
        part = self.content.read(size)
        self._given += len(part)
        if self._given > self.most + _SLACK_BYTES:
            raise _bomb_error(self.name, self._given, self.most)
        return part


def _unpack(file: IO[bytes]) -> IO[bytes]:
    """What an archive holds, as a stream; how it is packed is told by its first bytes."""
    start = file.read(len(_XZ))
    file.seek(0)
    if start.startswith(_GZIP):
        return cast("IO[bytes]", gzip.open(file))
    if start.startswith(_BZIP2):
        return cast("IO[bytes]", bz2.open(file))
    return lzma.open(file) if start == _XZ else file


def _bomb_error(name: str, size: int, most: int) -> UnreadableDocument:
    return make_unreadable(FailureCode.BOMB, name=name, mb=size >> 20, most=most >> 20)


def _is_wanted(name: str) -> bool:
    """Whether a file inside is of a known format and in no folder that nobody reads."""
    inner = PurePosixPath(name)
    hidden = any(part in _LEFT_OUT or (part.startswith(".") and part != "..") for part in inner.parts)
    return not hidden and is_readable_name(name)


def _document(path: Path, found: ContainedFiles) -> ParsedDocument:
    return ParsedDocument(choose_document_title(path, []), None, [], members=found.finish())

"""Opens documents that are zip files, after a check against zip bombs; gives one that lost its directory a new one."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from ingestion.readers.named_files import open_named_content
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument, make_unreadable

_MAX_PARTS = 10_000
_MAX_MB = 1024
_LARGE_PART_BYTES = 20 << 20  # bytes: below this a part may shrink as well as it can
_MAX_COMPRESSION_RATIO = 200  # times: written XML shrinks twenty-fold, only emptiness shrinks more
_ENCRYPTED = 1  # the bit of a part's flags that says so
_BEGINNING = 1024
_MAGIC = b"PK"
_PART, _DIRECTORY, _DESCRIPTOR = b"PK\3\4", b"PK\1\2", b"PK\7\x08"
_HEADER = struct.Struct("<4xHHH4xIIIHH")  # version, flags, method, checksum, sizes, lengths of name and extra field
_STORED, _DEFLATED = 0, 8
_SECRET, _SIZES_FOLLOW, _UTF8 = 0x1, 0x8, 0x800  # flags
_MAX_BYTES = 200 << 20  # that the parts may become together
_MAX_RATIO = 200
_CHUNK = 64 << 10
_DESCRIPTOR_BYTES = 24


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
                raise make_unreadable(FailureCode.OFFICE_ENTITIES, name=name)


def _reject_zip_bomb(archive: ZipFile, path: Path) -> None:
    parts = archive.infolist()
    inflated = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > _MAX_PARTS:
        raise make_unreadable(FailureCode.BOMB_OF_PARTS, name=path.name, parts=len(parts), most=_MAX_PARTS)
    if inflated > _MAX_MB << 20:
        raise make_unreadable(FailureCode.BOMB, name=path.name, mb=inflated >> 20, most=_MAX_MB)
    if packed > path.stat().st_size:
        raise make_unreadable(FailureCode.BOMB_OF_OVERLAPS, name=path.name)
    for part in parts:
        if part.file_size > max(_LARGE_PART_BYTES, _MAX_COMPRESSION_RATIO * part.compress_size):
            times = part.file_size // max(part.compress_size, 1)
            raise make_unreadable(FailureCode.BOMB_IN_A_PART, name=path.name, times=times)
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise make_unreadable(FailureCode.UNDER_PASSWORD, name=path.name)


@contextmanager
def open_whole_zip(path: Path) -> Iterator[Path]:
    """Give the path of a file, or of a copy in memory where it is a zip file that lost only its directory."""
    content = _rebuild(path) if starts_as_zip(path) and not _has_directory(path) else None
    if content is None:
        yield path
        return
    with open_named_content(content, path.name) as whole:
        yield whole


def _has_directory(path: Path) -> bool:
    try:
        zipfile.ZipFile(path).close()
    except zipfile.BadZipFile:
        return False
    except NotImplementedError:
        pass
    return True


@dataclass(slots=True)
class _Part:
    name: str
    content: bytes
    end: int


def _rebuild(path: Path) -> bytes | None:
    """The parts of a zip file in a new one; None unless all are whole."""
    content = path.read_bytes()
    left = min(_MAX_BYTES, _MAX_RATIO * len(content))
    made, at, count = BytesIO(), 0, 0
    with zipfile.ZipFile(made, "w") as whole:
        while content.startswith(_PART, at):
            part = _read_part(content, at, left)
            count += 1
            if part is None or count > _MAX_PARTS:
                return None
            left -= len(part.content)
            whole.writestr(zipfile.ZipInfo(part.name), part.content)
            at = part.end
    rest = content[at:]
    return made.getvalue() if count and (rest.startswith(_DIRECTORY) or not rest.strip(b"\0")) else None


def _read_part(content: bytes, at: int, most: int) -> _Part | None:
    """The part that begins at `at`; None if it is cut short, damaged, secret, or becomes more than `most` bytes."""
    if at + _HEADER.size > len(content):
        return None
    _, flags, method, checksum, packed, _, name_length, extra = _HEADER.unpack_from(content, at)
    start = at + _HEADER.size + name_length + extra
    name = content[at + _HEADER.size : at + _HEADER.size + name_length].decode(
        "utf-8" if flags & _UTF8 else "cp437", "replace"
    )
    is_known = not flags & _SIZES_FOLLOW
    if flags & _SECRET or (method == _STORED and not is_known) or method not in (_STORED, _DEFLATED):
        return None
    if method == _STORED:
        plain, end = content[start : start + packed], start + packed
        whole = len(plain) == packed <= most
    else:
        plain, end, whole = _inflate(content, start, most)
    if not whole or (is_known and zlib.crc32(plain) != checksum):
        return None
    return _Part(name, plain, end if is_known else _after_descriptor(content, end))


def _inflate(content: bytes, start: int, most: int) -> tuple[bytes, int, bool]:
    """What is packed from `start` on, where it ends, and whether it does."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    plain, at = bytearray(), start
    try:
        while not unpacker.eof and at < len(content):
            chunk = content[at : at + _CHUNK]
            plain += unpacker.decompress(chunk, most + 1 - len(plain))
            at += len(chunk)
            if unpacker.unconsumed_tail or len(plain) > most:
                return b"", at, False
    except zlib.error:
        return b"", at, False
    return bytes(plain), at - len(unpacker.unused_data), unpacker.eof


def _after_descriptor(content: bytes, end: int) -> int:
    """Where the next part or the directory begins, behind the sizes that follow a part."""
    begin = end + len(_DESCRIPTOR) if content.startswith(_DESCRIPTOR, end) else end
    found = [content.find(mark, begin, begin + _DESCRIPTOR_BYTES + len(mark)) for mark in (_PART, _DIRECTORY)]
    return min((one for one in found if one >= 0), default=min(begin + _DESCRIPTOR_BYTES, len(content)))

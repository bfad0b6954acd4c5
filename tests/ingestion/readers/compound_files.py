"""Writes OLE compound files, the container of MSG and of old or encrypted Office files: storages and streams."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
Tree = dict[str, "bytes | Tree"]


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    child: int = _NONE
    right: int = _NONE
    start: int = _END
    small: bool = field(default=False)


def write_compound(path: Path, tree: Tree) -> Path:
    """Write a tree of names to streams (bytes) and storages (trees)."""
    entries = [_Entry("Root Entry", _ROOT)]
    _add(entries, 0, tree)
    minis = [entry for entry in entries if entry.kind == _STREAM and len(entry.content) < _CUTOFF]
    mini_fat: list[int] = []
    mini_stream = b""
    for entry in minis:
        entry.small = True
        entry.start = len(mini_fat) if entry.content else _END
        chunk = _padded(entry.content, _SMALL)
        mini_fat += _chain(len(mini_fat), len(chunk) // _SMALL)
        mini_stream += chunk
    entries[0].content = mini_stream
    body, fat = b"", list[int]()
    for entry in entries:
        if not entry.small and entry.content:
            entry.start, body = len(fat), body + _padded(entry.content, _SECTOR)
            fat += _chain(len(fat), len(_padded(entry.content, _SECTOR)) // _SECTOR)
    starts = []
    for block in (b"".join(map(_packed, entries)), struct.pack(f"<{len(mini_fat)}I", *mini_fat)):
        starts.append((len(fat), -(-len(block) // _SECTOR)))
        padding = -len(block) % _SECTOR
        body += block + b"\xff" * padding
        fat += _chain(len(fat), starts[-1][1])
    fats = -(-len(fat) // (_SECTOR // 4 - 1))
    first = len(fat)
    fat += [_FAT] * fats
    fat += [_FREE] * (-len(fat) % (_SECTOR // 4))
    path.write_bytes(_header(first, fats, starts) + body + struct.pack(f"<{len(fat)}I", *fat))
    return path


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    """Children hang on one another's right hand in the order that the format asks for."""
    above = None
    for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        at = len(entries)
        entry = _Entry(name, _STREAM, content) if isinstance(content, bytes) else _Entry(name, _STORAGE)
        entries.append(entry)
        if above is None:
            entries[parent].child = at
        else:
            above.right = at
        above = entry
        if not isinstance(content, bytes):
            _add(entries, at, content)


def _packed(entry: _Entry) -> bytes:
    name = (entry.name + "\0").encode("utf-16-le")
    start = 0 if entry.kind == _STORAGE else entry.start
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name,
        len(name),
        entry.kind,
        1,
        _NONE,
        entry.right,
        entry.child,
        b"",
        0,
        0,
        0,
        start,
        len(entry.content),
    )


def _header(fat_start: int, fats: int, starts: list[tuple[int, int]]) -> bytes:
    (directory, _), (mini, minis) = starts
    places: Iterable[int] = [*range(fat_start, fat_start + fats), *([_FREE] * 109)]
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        b"",
        0,
        fats,
        directory,
        0,
        _CUTOFF,
        mini if minis else _END,
        minis,
        _END,
        0,
        *islice(places, 1),
    )
    rest = list(islice(places, 1, 109))
    return head + struct.pack(f"<{len(rest)}I", *rest)


def _chain(start: int, length: int) -> list[int]:
    return [*range(start + 1, start + length), _END] if length else []


def _padded(content: bytes, to: int) -> bytes:
    return content + b"\0" * (-len(content) % to)


def message(subject: str, body: str, sender: str, attached: str = "") -> Tree:
    """The tree of an Outlook message with one recipient."""
    tree: Tree = dict(_properties(32, [(0x0037, subject), (0x1000, body), (0x0C1F, sender), (0x001A, "IPM.Note")]))
    tree["__recip_version1.0_#00000000"] = dict(_properties(8, [(0x3001, "Bob"), (0x3003, "bob@maison.example")]))
    if attached:
        tree["__attach_version1.0_#00000000"] = dict(_properties(8, [(0x3707, attached)]))
    return tree


def narrow_message(subject: str, words: str, encoding: str, numbers: dict[int, int]) -> Tree:
    """The tree of an Outlook message in a code page, with the numbers that say which."""
    texts = {0x0037: subject, 0x1000: words, 0x0C1A: words, 0x0C1F: "ana@maison.example", 0x001A: "IPM.Note"}
    person = {0x3001: words, 0x39FE: "bob@maison.example"}
    tree: Tree = dict(_narrow_properties(32, texts, encoding, numbers))
    tree["__recip_version1.0_#00000000"] = dict(_narrow_properties(8, person, encoding, {}))
    return tree


def _narrow_properties(
    header: int, texts: dict[int, str], encoding: str, numbers: dict[int, int]
) -> Iterator[tuple[str, bytes]]:
    table = b"\0" * header
    for tag, text in texts.items():
        yield f"__substg1.0_{tag:04X}001E", text.encode(encoding)
        table += struct.pack("<HHIII", 0x001E, tag, 6, len(text.encode(encoding)) + 1, 0)
    for tag, number in numbers.items():
        table += struct.pack("<HHIII", 0x0003, tag, 6, number, 0)
    yield "__properties_version1.0", table


def _properties(header: int, values: list[tuple[int, str]]) -> Iterator[tuple[str, bytes]]:
    table = b"\0" * header
    for tag, text in values:
        stored = text.encode("utf-16-le")
        yield f"__substg1.0_{tag:04X}001F", stored
        table += struct.pack("<HHIII", 0x001F, tag, 6, len(stored) + 2, 0)
    yield "__properties_version1.0", table

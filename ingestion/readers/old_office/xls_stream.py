"""Takes the stream of an Excel workbook of before 2007 (XLS) apart into sheets and their records."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from olefile import OleFileIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Record = tuple[int, bytes]
BEGIN, END = 0x0809, 0x000A
_SHEET = 0x0085
_STREAMS = ("Workbook", "Book")


@dataclass(frozen=True, slots=True)
class XlsStream:
    """The records of a workbook; one that `is_old` is of before 1997, with texts of one byte a letter."""

    content: bytes
    is_old: bool

    @classmethod
    def open(cls, path: Path) -> XlsStream:
        """Read the stream of the workbook at `path`."""
        with OleFileIO(str(path)) as ole:
            name = next((each for each in _STREAMS if ole.exists(each)), None)
            return cls(ole.openstream(name).read() if name else b"", name == _STREAMS[1])

    def list_sheets(self) -> Iterator[tuple[str, int]]:
        """The name of each sheet, and where its records begin."""
        for kind, content in self.read_records(0):
            if kind == _SHEET and len(content) > 8:
                yield self._sheet_name(content[6:]), int.from_bytes(content[:4], "little")

    def read_records(self, at: int) -> Iterator[Record]:
        """The records of a part of the stream: up to the end of what begins at `at`."""
        depth = 0
        while at + 4 <= len(self.content):
            kind, length = struct.unpack_from("<HH", self.content, at)
            yield kind, self.content[at + 4 : at + 4 + length]
            depth += (kind == BEGIN) - (kind == END)
            if kind == END and depth <= 0:
                return
            at += 4 + length

    def _sheet_name(self, content: bytes) -> str:
        if self.is_old:
            return content[1 : 1 + content[0]].decode("cp1252", "replace")
        return decode_letters(content[1:], content[0])


def decode_letters(content: bytes, length: int) -> str:
    """A text of `length` letters, after the byte that says whether each has two bytes."""
    if content[:1] and content[0] & 1:
        return content[1 : 1 + 2 * length].decode("utf-16-le", "replace")
    return content[1 : 1 + length].decode("latin-1")

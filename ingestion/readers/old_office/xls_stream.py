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

    def list_sheets(self) -> dict[str, range]:
        """The place of each sheet's records, by its name: up to that of the next, so no record is in two places."""
        starts = {
            self._sheet_name(content[6:]): int.from_bytes(content[:4], "little")
            for kind, content in self.read_records()
            if kind == _SHEET and len(content) > 8
        }
        ordered = sorted(set(starts.values()))
        ends = dict(zip(ordered, [*ordered[1:], len(self.content)], strict=True))
        return {name: range(start, ends[start]) for name, start in starts.items()}

    def read_records(self, place: range | None = None) -> Iterator[Record]:
        """The records of what begins where `place` does, up to its end or that of `place`; None: the workbook."""
        place = range(len(self.content)) if place is None else place
        depth, at = 0, place.start
        while at + 4 <= place.stop:
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

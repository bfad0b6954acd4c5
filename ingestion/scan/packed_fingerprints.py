"""Keeps the fingerprints of the files of one scan in memory as 32 bytes each: a folder may hold a million."""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator, Mapping, MutableMapping

from knowledge.core.documents import Fingerprint

FINGERPRINT = struct.Struct("<qqqQ")  # size, times of change of content and of state, inode
_CHANGE_TIME = struct.Struct("<16xq")


class PackedFingerprints(MutableMapping[str, Fingerprint]):
    """Fingerprints by path, in the order in which they were added; one with a time after 2262 is kept as it is."""

    def __init__(self, fingerprints: Mapping[str, Fingerprint] | None = None) -> None:
        self._packed: dict[str, bytes | Fingerprint] = {}
        self.update(fingerprints or {})

    def __getitem__(self, path: str) -> Fingerprint:
        """Return the fingerprint of a file, made anew from its bytes."""
        packed = self._packed[path]
        return Fingerprint(*FINGERPRINT.unpack(packed)) if isinstance(packed, bytes) else packed

    def __setitem__(self, path: str, fingerprint: Fingerprint) -> None:
        """Keep the fingerprint of a file."""
        self.add_file(path, fingerprint.size, fingerprint.mtime_ns, fingerprint.ctime_ns, fingerprint.inode)

    def __delitem__(self, path: str) -> None:
        """Forget a file."""
        del self._packed[path]

    def __iter__(self) -> Iterator[str]:
        """Yield the paths."""
        return iter(self._packed)

    def __len__(self) -> int:
        """Count the files."""
        return len(self._packed)

    def __contains__(self, path: object) -> bool:
        """Say whether a file was seen."""
        return path in self._packed

    def add_file(self, path: str, size: int, mtime_ns: int, ctime_ns: int, inode: int) -> None:
        """Keep the fingerprint of a file, as the file system gives it."""
        try:
            self._packed[path] = FINGERPRINT.pack(size, mtime_ns, ctime_ns, inode)
        except struct.error:
            self._packed[path] = Fingerprint(size, mtime_ns, ctime_ns, inode)

    def leave_out(self, paths: Container[str]) -> PackedFingerprints:
        """Return the fingerprints of all other files."""
        others = PackedFingerprints()
        others._packed = {path: packed for path, packed in self._packed.items() if path not in paths}
        return others

    def get_packed(self, path: str) -> bytes | None:
        """Return the bytes of a file's fingerprint: equal ones are equal fingerprints. None if it is kept as it is."""
        packed = self._packed[path]
        return packed if isinstance(packed, bytes) else None

    def iterate_change_times(self) -> Iterator[tuple[str, int]]:
        """Yield each path with the time of the last change of its state, in nanoseconds."""
        for path, packed in self._packed.items():
            yield path, _CHANGE_TIME.unpack_from(packed)[0] if isinstance(packed, bytes) else packed.ctime_ns

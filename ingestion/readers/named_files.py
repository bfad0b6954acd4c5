"""Gives content in memory, or behind a descriptor, a path with a document's name, so that readers see a usual file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PosixPath, PurePosixPath

DESCRIPTORS = Path("/proc/self/fd")  # Linux: each one is opened here anew, with a position of its own
_CHUNK_BYTES = 1 << 20


class NamedFile(PosixPath):
    """The path of an open file that bears another name: what is opened by it is the open file."""

    shown_name: str

    @property
    def name(self) -> str:
        """The document's name; stem and suffix follow from it."""
        return self.shown_name


def name_descriptor(descriptor: int, name: str) -> NamedFile:
    """A path that bears `name` and opens what `descriptor` has open; Linux alone has such paths."""
    path = NamedFile(DESCRIPTORS / str(descriptor))
    path.shown_name = name
    return path


@contextmanager
def open_named_content(content: bytes, name: str) -> Iterator[Path]:
    """A path by which the content is read: of a file in memory, where the system has these."""
    if not DESCRIPTORS.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"file{PurePosixPath(name).suffix}"
            path.write_bytes(content)
            yield path
        return
    descriptor = os.memfd_create("contained")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        yield name_descriptor(descriptor, name)
    finally:
        os.close(descriptor)


@contextmanager
def open_by_name(descriptor: int, name: str) -> Iterator[Path]:
    """Give a path by which the content of `descriptor` is read; close it afterwards."""
    try:
        if DESCRIPTORS.is_dir():
            yield name_descriptor(descriptor, name)
        else:
            with tempfile.TemporaryDirectory() as folder:
                yield _copy_to_folder(descriptor, Path(folder) / name)
    finally:
        os.close(descriptor)


def _copy_to_folder(descriptor: int, path: Path) -> Path:
    position = 0  # other children may share the descriptor's own position
    with path.open("wb") as copy:
        while chunk := os.pread(descriptor, _CHUNK_BYTES, position):
            copy.write(chunk)
            position += len(chunk)
    return path

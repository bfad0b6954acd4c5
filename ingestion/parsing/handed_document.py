"""Gives the content of a descriptor the name of its document, so that a reader sees a file as any other."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DESCRIPTORS = Path("/proc/self/fd")  # Linux: each one is opened here anew, with a position of its own
_CHUNK_BYTES = 1 << 20


class HandedDocument(PosixPath):
    """The path of an open file that bears its document's name: what is opened by it is the open file."""

    document_name: str

    @property
    def name(self) -> str:
        """The name of the document; stem and suffix follow from it."""
        return self.document_name


@contextmanager
def open_by_name(descriptor: int, name: str) -> Iterator[Path]:
    """Give a path by which the content of `descriptor` is read; close it afterwards."""
    try:
        if _DESCRIPTORS.is_dir():
            path = HandedDocument(_DESCRIPTORS / str(descriptor))
            path.document_name = name
            yield path
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

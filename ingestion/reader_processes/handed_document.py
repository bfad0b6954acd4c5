"""Gives the content of a descriptor the name of its document, so that a reader sees a file as any other."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.readers.named_files import DESCRIPTORS, name_descriptor

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK_BYTES = 1 << 20


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

"""Reads the files inside a mail or an archive, each under a heading with its name, within limits for all together."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PosixPath, PurePosixPath
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, collapse_whitespace
from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Iterator

_DESCRIPTORS = Path("/proc/self/fd")  # Linux: each one is opened here anew
_MAX_DEPTH = 3  # an archive in a mail in an archive
_MAX_FILES = 500
_MAX_MB = 200
_MAX_HEADING_LEVEL = 6
_depth = 0


@dataclass(slots=True)
class ContainedFiles:
    """Collects what the files inside one document say; `unread` names those of which nothing was read."""

    elements: list[Element] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    hidden: int = 0
    _files: int = 0
    _bytes: int = 0

    def has_room(self, size: int) -> bool:
        """Whether another file of this many bytes is read."""
        return self._files < _MAX_FILES and self._bytes + size <= _MAX_MB << 20 and _depth < _MAX_DEPTH

    def add_file(self, name: str, content: bytes) -> None:
        """Read a file; one that cannot be read costs only itself."""
        from ingestion.readers.registry import read_document_file

        global _depth  # how deep this process is inside files within files
        shown = collapse_whitespace(name) or "?"
        if not self.has_room(len(content)):
            self.unread.append(shown)
            return
        self._files += 1
        self._bytes += len(content)
        _depth += 1
        try:
            with _as_file(content, PurePosixPath(shown).name) as path:
                reading = read_document_file(path)
        except (SouffleurError, OSError):
            self.unread.append(shown)
            return
        finally:
            _depth -= 1
        self.hidden += reading.hidden
        self.elements.append(Element(shown, "heading", 1))
        self.elements += [
            replace(each, page=None, last_page=None, level=min(each.level + 1, _MAX_HEADING_LEVEL))
            if each.kind == "heading"
            else replace(each, page=None, last_page=None)
            for each in reading.elements
        ]


class _NamedFile(PosixPath):
    """The path of an open file that bears another name."""

    shown_name: str

    @property
    def name(self) -> str:
        """The name that the mail or archive gives; stem and suffix follow from it."""
        return self.shown_name


@contextmanager
def _as_file(content: bytes, name: str) -> Iterator[Path]:
    """A path by which the content is read: of a file in memory, where the system has these."""
    if not _DESCRIPTORS.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"file{PurePosixPath(name).suffix}"
            path.write_bytes(content)
            yield path
        return
    descriptor = os.memfd_create("contained")
    try:
        with os.fdopen(os.dup(descriptor), "wb") as file:
            file.write(content)
        named = _NamedFile(_DESCRIPTORS / str(descriptor))
        named.shown_name = name
        yield named
    finally:
        os.close(descriptor)

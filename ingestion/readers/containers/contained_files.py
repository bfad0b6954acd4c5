"""Reads the files inside a mail or an archive, each under a heading with its name, within limits for all together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ingestion.readers.elements import Element, collapse_whitespace
from ingestion.readers.named_files import open_named_content
from knowledge.core.failures import SouffleurError

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
            with open_named_content(content, PurePosixPath(shown).name) as path:
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

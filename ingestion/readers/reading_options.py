"""Says what the readers of this process read besides the text, which formats that concerns, and what they may take."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingestion.readers.formats import FORMATS

# Office files, and what may hold some.
_READERS_OF_COMMENTS = ("office.", "old_office.", "opendocument.", "text.rtf", "containers.")
_SUFFIXES_WITH_COMMENTS = tuple(s for s, one in FORMATS.items() if one.reader[0].startswith(_READERS_OF_COMMENTS))
_NO_COMMENTS = " without comments"


@dataclass(slots=True, unsafe_hash=True)
class ReadOptions:
    """Whether the `comments` beside a text are read with it, and READ_MEMORY_MB (the system may grant less)."""

    comments: bool = True
    memory_mb: int = field(default=4096, compare=False)

    def name_pipeline(self, version: str, path: str) -> str:
        """The name of what reads the file at `path`: another option makes another name, and has the file read again."""
        has_none = not self.comments and path.lower().endswith(_SUFFIXES_WITH_COMMENTS)
        return version + _NO_COMMENTS if has_none else version


READ_OPTIONS = ReadOptions()

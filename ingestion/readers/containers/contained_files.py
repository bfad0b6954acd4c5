"""Reads the files inside a mail or an archive, each as a document of its own, within limits for all together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from ingestion.readers.containers.member_progress import MEMBER_PROGRESS
from ingestion.readers.elements import ParsedDocument, ParsedMember, collapse_whitespace
from ingestion.readers.formats import SUPPORTED_SUFFIXES
from ingestion.readers.named_files import open_named_content
from ingestion.readers.reading_options import READ_OPTIONS
from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import SouffleurError, UnreadableDocument, make_failure
from knowledge.core.text import repair_surrogates, strip_invisible

_MAX_DEPTH = 3  # an archive in a mail in an archive
_MAX_FILES = 500
_MAX_MB = 200
_MAX_NAME = 300
_NOTHING_LOST = FailureCode.PICTURE_WITHOUT_TEXT  # the logo below a mail


@dataclass(slots=True)
class _Room:
    """What is left for the files inside one document, those inside them too."""

    files: int = field(default_factory=lambda: _MAX_FILES)
    size: int = field(default_factory=lambda: _MAX_MB << 20)
    depth: int = 0


_room_now: _Room | None = None  # while a file inside another is read: what is inside it shares the room


@dataclass(slots=True)
class ContainedFiles:
    """Collects the files inside the document `name`."""

    name: str
    members: list[ParsedMember] = field(default_factory=list)
    _left: int = 0
    _room: _Room = field(default_factory=lambda: _room_now or _Room())

    def has_room(self, size: int) -> bool:
        """Whether another file of this many bytes is read; else it is counted as left out."""
        fits = self._room.files > 0 and size <= self._room.size and self._room.depth < _MAX_DEPTH
        self._left += not fits
        return fits

    def add_file(self, name: str, content: bytes) -> None:
        """Read a file for which there is room; one that cannot be read costs only itself."""
        global _room_now
        shown = _clean_name(name)
        self._room.files -= 1
        self._room.size -= len(content)
        if lost := MEMBER_PROGRESS.begin_member(shown):
            self.members.append(ParsedMember(shown, failure=lost))
            return
        before, _room_now = _room_now, self._room
        self._room.depth += 1
        try:
            reading = _read_by_content(content, PurePosixPath(shown).name)
        except SouffleurError as error:
            if error.failure.code is not _NOTHING_LOST:
                self.members.append(ParsedMember(shown, failure=error.failure))
            return
        except OSError as error:
            self._add_failure(shown, FailureCode.DAMAGED, error=type(error).__name__)
            return
        except MemoryError:
            self._add_failure(shown, FailureCode.TOO_MUCH_MEMORY, mb=READ_OPTIONS.memory_mb)
            return
        finally:
            MEMBER_PROGRESS.end_member()
            self._room.depth -= 1
            _room_now = before
        if reading.elements:
            self.members.append(ParsedMember(shown, replace(reading, members=())))
        self.members += [replace(each, name=f"{shown}{TITLE_SEPARATOR}{each.name}") for each in reading.members]

    def add_unread_file(self, name: str, error: str) -> None:
        """Note a damaged file for which there is room; it counts as one that is read."""
        self._room.files -= 1
        self._add_failure(_clean_name(name), FailureCode.DAMAGED, error=error)

    def finish(self) -> tuple[ParsedMember, ...]:
        """The files in order; the last one stands for those for which there was no room."""
        if self._left:
            failure = make_failure(
                FailureCode.TOO_MANY_MEMBERS, name=self.name, left=self._left, most=_MAX_FILES, mb=_MAX_MB
            )
            self.members.append(ParsedMember("…", failure=failure))
            self._left = 0
        return tuple(self.members)

    def _add_failure(self, shown: str, code: FailureCode, **params: str | int) -> None:
        failure = make_failure(code, name=PurePosixPath(shown).name, **params)
        self.members.append(ParsedMember(shown, failure=failure))


def _clean_name(name: str) -> str:
    """The name of a file inside as it is shown: on one line, without invisible characters, and not too long."""
    return strip_invisible(repair_surrogates(collapse_whitespace(name)))[-_MAX_NAME:] or "?"


def _read_by_content(content: bytes, name: str) -> ParsedDocument:
    """Read a file by its name; one that is of another format by its content, for nobody can rename it in there."""
    from ingestion.readers.format_detection import read_document_file  # which imports this module's callers

    try:
        with open_named_content(content, name) as path:
            return read_document_file(path)
    except UnreadableDocument as error:
        if error.failure.code is not FailureCode.MISNAMED:
            raise
        with open_named_content(content, str(error.failure.params["better"])) as path:
            return read_document_file(path)


def is_readable_name(name: str) -> bool:
    """Whether a file inside is of a known format."""
    return PurePosixPath(name).suffix.lower() in SUPPORTED_SUFFIXES

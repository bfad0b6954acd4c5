"""Reads documents in child processes that have limits, know no secret and can be killed.

A child reads one document and ends. It is handed an open copy, never a path. It answers in JSON, which is checked: a
hostile document that takes over a parser cannot run code here, and sees no other document.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import re
import tempfile
import threading
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from ingestion.reader_processes.confinement import LAYERS, Layer
from ingestion.reader_processes.reader_limits import WALL_FACTOR, LostMembers, StarvedError
from ingestion.reader_processes.reader_process import (
    AnswerTooLargeError,
    InvalidAnswerError,
    ReaderProcess,
    ReaderServer,
)
from ingestion.readers.reading_options import find_installed_packages
from ingestion.readers.samples import LARGE_PARSERS
from knowledge.core.documents import Member
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import (
    BusyDocument,
    Failure,
    ReaderUnavailable,
    SouffleurError,
    UnreadableDocument,
    VanishedDocument,
    failure_from_record,
    make_failure,
    make_unreadable,
)
from knowledge.core.passages import Excerpt
from knowledge.runtime.privacy import forbid_inspection_where_possible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.readers.containers.member_progress import LostMember
    from ingestion.scan.document_file import DocumentFile
    from ingestion.settings import IngestionSettings

log = logging.getLogger(__name__)

# What a child says for the log: names and numbers alone, since a document may have made the child its own.
_PLACE = r"[A-Za-z_<>]\w{0,60}>?:\d{1,6}"
_LOGGED_ERROR = re.compile(r"[A-Za-z_]\w{0,60}")
_LOGGED_FRAME = re.compile(_PLACE)
_LOGGED_FAULT = re.compile(rf"step=[a-z_ -]{{1,30}} error=[A-Za-z_]\w{{0,60}} at={_PLACE} pages=\d{{1,6}}")
_ERRORS_BY_NAME = {known.__name__: known for known in (UnreadableDocument, BusyDocument, VanishedDocument)}


PageRange = tuple[int, int]  # the first and the last, counted from 1


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """The title of a document, its number of pages (None: it has no pages) and its excerpts in order.

    A long document comes in parts; the first part lists in `more` the page ranges that must be read next. `nothing`
    says why a part has no text; a document whose parts all have no text is unreadable. `hidden` counts the places of
    hidden text that are left out, `doubtful` those that may be hidden and are marked. `plain_pages` counts pages read
    without an optional step, such as tables; `faults` say for the log what failed. `members` are the files inside it;
    the sums include theirs.
    """

    title: str
    pages: int | None
    excerpts: list[Excerpt]
    more: list[PageRange] = field(default_factory=list)
    nothing: Failure | None = None
    hidden: int = 0
    plain_pages: int = 0
    faults: list[str] = field(default_factory=list)
    doubtful: int = 0
    members: list[Member] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The processor time, memory and file size that reading one document may take, and whether comments are read."""

    seconds: int
    memory_mb: int
    file_mb: int
    with_comments: bool = True

    @classmethod
    def from_settings(cls, settings: IngestionSettings) -> ReadLimits:
        """Take the limits from the settings."""
        with_comments = settings.read_comments == "on"
        return cls(settings.read_seconds, settings.read_memory_mb, settings.max_file_mb, with_comments)


class _ReaderEndedError(Exception):
    """A reader ended before it answered; `error` says why, `share` what the last file inside took of the time."""

    def __init__(self, error: SouffleurError, share: float = 1.0) -> None:
        super().__init__()
        self.error = error
        self.share = share


class CancelHandle:
    """Lets another thread end a child process in the middle of a document."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: ReaderProcess | None = None
        self.is_cancelled = False

    def attach_process(self, child: ReaderProcess | None) -> None:
        """Note the child that starts to read; None: it has ended."""
        with self._lock:
            self._child = child
            if child and self.is_cancelled:
                child.kill()

    def cancel_read(self) -> None:
        """End the child, now or as soon as it starts."""
        with self._lock:
            self.is_cancelled = True
            if self._child:
                self._child.kill()


class SandboxPool:
    """The child processes of one owner: one for each document, made by servers that have loaded the parsers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[tuple[int, bool, bool, frozenset[str]], ReaderServer] = {}
        self._kept: list[tuple[DocumentFile, ReaderProcess]] = []  # each for the next parts of its document
        self._closed = False
        self._has_reported = False

    def read_in_sandbox(
        self,
        file: DocumentFile,
        limits: ReadLimits,
        cancel_handle: CancelHandle | None = None,
        pages: PageRange | None = None,
    ) -> DocumentContent:
        """Read a file, or some of its pages."""
        with file.open_snapshot(limits.file_mb, is_kept=pages is not None) as snapshot:
            try:
                return self._read_snapshot(snapshot, file, limits, cancel_handle, pages)
            except UnreadableDocument as error:
                _refuse_taken_name(error.failure, file)
                raise

    def prepare_reader(self, suffix: str, limits: ReadLimits) -> None:
        """Have a server load the parsers of a format: the first document of it then waits for nothing."""
        with contextlib.suppress(OSError):  # the document meets it again, and tells it
            self._find_server(limits, has_large_parsers=suffix in LARGE_PARSERS).fork_reader(suffix).close()

    def fetch_layers(self, limits: ReadLimits) -> list[Layer]:
        """Start a child and ask which layers of protection it has."""
        child = self._fork_reader("check.txt", limits)
        try:
            with tempfile.TemporaryFile() as empty:
                answer = child.request_content(empty.fileno(), "check.txt", None, limits.seconds)
        except (EOFError, TimeoutError, StarvedError, AnswerTooLargeError, InvalidAnswerError) as error:
            raise ReaderUnavailable(
                make_failure(FailureCode.NO_READER, name="check.txt", error=type(error).__name__)
            ) from error
        finally:
            child.close()
        return [layer for layer in LAYERS if layer not in list_missing_layers(answer)]

    def _read_snapshot(
        self,
        snapshot: int,
        file: DocumentFile,
        limits: ReadLimits,
        cancel_handle: CancelHandle | None,
        pages: PageRange | None,
    ) -> DocumentContent:
        """Read a file; where a file inside it ends the reader, read it again without that one."""
        lost = LostMembers()
        while True:
            child = self._take_kept_reader(file) or self._fork_reader(file.name, limits)
            try:
                return self._read_once(child, snapshot, file, limits, cancel_handle, pages, lost.lost)
            except _ReaderEndedError as ended:
                if not lost.note_end(child.place, ended.error.failure, ended.share):
                    raise ended.error from ended
            log.warning("a file inside ended its reader: place=%s lost=%d", child.place, len(lost.lost))

    def _read_once(
        self,
        child: ReaderProcess,
        snapshot: int,
        file: DocumentFile,
        limits: ReadLimits,
        cancel_handle: CancelHandle | None,
        pages: PageRange | None,
        lost: Sequence[LostMember],
    ) -> DocumentContent:
        name = file.name
        if cancel_handle:
            cancel_handle.attach_process(child)
        has_more = False
        try:
            answer = child.request_content(snapshot, name, pages, limits.seconds, lost)
            self._report_missing_layers(answer)
            content = content_from_answer(answer, name, limits)
            has_more = bool(pages or content.more)
        except EOFError as error:
            if cancel_handle and cancel_handle.is_cancelled:
                raise CancelledError from error
            if child.was_killed():
                raise _ReaderEndedError(BusyDocument(make_failure(FailureCode.READER_KILLED, name=name))) from error
            raise _ReaderEndedError(_crash_error(name)) from error
        except InvalidAnswerError as error:
            raise _ReaderEndedError(_crash_error(name)) from error
        except TimeoutError as error:
            slow = make_unreadable(FailureCode.TOO_SLOW, name=name, seconds=limits.seconds)
            raise _ReaderEndedError(slow, child.measure_place_seconds() / limits.seconds) from error
        except StarvedError as error:
            minutes = -(-limits.seconds * WALL_FACTOR // 60)
            raise BusyDocument(make_failure(FailureCode.STARVED, name=name, minutes=minutes)) from error
        except AnswerTooLargeError as error:
            raise _ReaderEndedError(_memory_error(name, limits)) from error
        finally:
            if cancel_handle:
                cancel_handle.attach_process(None)
            cancelled = bool(cancel_handle and cancel_handle.is_cancelled)  # the child may be killed after its answer
            self._release_reader(file, child, is_kept=has_more and not cancelled)
        return content

    def _report_missing_layers(self, answer: dict[str, object]) -> None:
        """Log once which layers of protection this system does not give to readers."""
        if not self._has_reported:
            self._has_reported = True
            if missing := list_missing_layers(answer):
                log.warning("readers lack protection: layers=%s see=python -m ingestion check", ",".join(missing))

    def close(self) -> None:
        """End the servers and the kept children; the others end after their document or when it is cancelled."""
        with self._lock:
            self._closed = True
            kept, self._kept = self._kept, []
            servers, self._servers = list(self._servers.values()), {}
        for _, child in kept:
            child.close()
        for server in servers:
            server.close()

    def _fork_reader(self, name: str, limits: ReadLimits) -> ReaderProcess:
        """Make a child for one document; end one that is kept for another, so that they do not add up."""
        with self._lock:
            old = self._kept.pop(0)[1] if self._kept else None
        if old:
            old.close()
        suffix = Path(name).suffix.lower()
        try:
            return self._find_server(limits, has_large_parsers=suffix in LARGE_PARSERS).fork_reader(suffix)
        except OSError as error:
            raise ReaderUnavailable(make_failure(FailureCode.NO_READER, name=name, error=error.strerror)) from error

    def _find_server(self, limits: ReadLimits, *, has_large_parsers: bool) -> ReaderServer:
        """Return the server for a kind of parsers: a fork is slower, the more its server has loaded.

        A server fixes at its start which programs its readers may run: for one that was installed since, it is another.
        """
        with self._lock:
            kind = (limits.memory_mb, limits.with_comments, has_large_parsers, find_installed_packages())
            server = self._servers.get(kind)
            if server is None or not server.is_alive():
                server = self._servers[kind] = ReaderServer(limits.memory_mb, with_comments=limits.with_comments)
            return server

    def _take_kept_reader(self, file: DocumentFile) -> ReaderProcess | None:
        with self._lock:
            found = next((n for n, (of, _) in enumerate(self._kept) if of is file), None)
            return None if found is None else self._kept.pop(found)[1]

    def _release_reader(self, file: DocumentFile, child: ReaderProcess, *, is_kept: bool) -> None:
        with self._lock:
            if is_kept and not self._closed:
                self._kept.append((file, child))
                return
        child.close()


def list_missing_layers(answer: dict[str, object]) -> list[Layer]:
    """Return the layers of protection that a child, by its first answer, does not have."""
    holding = answer.get("layers")
    return [layer for layer in LAYERS if not isinstance(holding, list) or layer not in holding]


def read_with_shared_pool(file: DocumentFile, limits: ReadLimits, pages: PageRange | None = None) -> DocumentContent:
    """Read a file in a child of this process; a Dask worker calls it."""
    return _shared_pool().read_in_sandbox(file, limits, pages=pages)


@cache
def _shared_pool() -> SandboxPool:
    pool = SandboxPool()
    forbid_inspection_where_possible()
    atexit.register(pool.close)
    return pool


def content_from_answer(answer: dict[str, object], name: str, limits: ReadLimits) -> DocumentContent:
    """Turn a child's answer into content, or raise as `SandboxPool.read_in_sandbox` does."""
    if "content" in answer:
        try:
            content = _content_adapter().validate_python(answer["content"])
        except ValidationError:  # its text would hold the document's
            raise _crash_error(name) from None
        return replace(content, faults=list(filter(_LOGGED_FAULT.fullmatch, content.faults)))
    error = str(answer.get("error"))
    if error == "MemoryError":
        raise _memory_error(name, limits)
    if error in _ERRORS_BY_NAME:
        if failure := failure_from_record(answer.get("failure")):
            raise _ERRORS_BY_NAME[error](failure)
        raise _crash_error(name)
    frames = answer.get("frames")
    told = [str(one) for one in frames if _LOGGED_FRAME.fullmatch(str(one))] if isinstance(frames, list) else []
    if not _LOGGED_ERROR.fullmatch(error):
        raise _crash_error(name)
    log.error("reading failed: error=%s frames=%s", error, told)
    raise make_unreadable(FailureCode.FAILED, name=name, error=error)


def _refuse_taken_name(failure: Failure, file: DocumentFile) -> None:
    """Say of a misnamed file that its better name is that of another one, if it is."""
    if failure.code is not FailureCode.MISNAMED:
        return
    kind, better = failure.params["kind"], str(failure.params["better"])
    if file.has_twin(better):
        raise make_unreadable(
            FailureCode.MISNAMED_TWIN, name=file.name, kind=kind, better=better, suffix=Path(better).suffix
        )


def _memory_error(name: str, limits: ReadLimits) -> UnreadableDocument:
    return make_unreadable(FailureCode.TOO_MUCH_MEMORY, name=name, mb=limits.memory_mb)


def _crash_error(name: str) -> UnreadableDocument:
    crashed = FailureCode.CRASHED_PDF if name.lower().endswith(".pdf") else FailureCode.CRASHED
    return make_unreadable(crashed, name=name)


@cache
def _content_adapter() -> TypeAdapter[DocumentContent]:
    return TypeAdapter(DocumentContent)

"""Reads documents in child processes that have limits, know no secret and can be killed.

A child is handed an open copy of one document, never a path. It answers in JSON, which is checked: a hostile document
that takes over a parser cannot run code here.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json  # unlike json, it refuses a lone surrogate

from ingestion.parsing.confinement import LAYERS, Layer
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_records import failure_from_record
from knowledge.core.failures import (
    BusyDocument,
    Failure,
    ReaderUnavailable,
    UnreadableDocument,
    VanishedDocument,
    make_failure,
)
from knowledge.core.passages import Excerpt
from knowledge.runtime.process_privacy import forbid_inspection_where_possible

if TYPE_CHECKING:
    from ingestion.scan.document_file import DocumentFile
    from ingestion.settings import IngestionSettings

log = logging.getLogger(__name__)

_EXIT_SECONDS = 5.0
# What a child says for the log: names and numbers alone, since a document may have made the child its own.
_PLACE = r"[A-Za-z_<>]\w{0,60}>?:\d{1,6}"
_LOGGED_ERROR = re.compile(r"[A-Za-z_]\w{0,60}")
_LOGGED_FRAME = re.compile(_PLACE)
_LOGGED_FAULT = re.compile(rf"step=[a-z_ -]{{1,30}} error=[A-Za-z_]\w{{0,60}} at={_PLACE} pages=\d{{1,6}}")
_MAX_DOCUMENTS_PER_CHILD = 50  # then a new child replaces it, so that memory leaks do not add up
_PASSED_VARIABLES = ("PATH", "LANG", "TZ", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
_PROGRAM = ("-P", "-m", "ingestion.parsing.sandbox_main")
_ERRORS_BY_NAME = {known.__name__: known for known in (UnreadableDocument, BusyDocument, VanishedDocument)}


PageRange = tuple[int, int]  # the first and the last, counted from 1


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """The title of a document, its number of pages (None: it has no pages) and its excerpts in order.

    A long document comes in parts; the first part lists in `more` the page ranges that must be read next.
    `nothing` says why a part has no text; a document whose parts all have no text is unreadable.
    `hidden` counts the places of hidden text that are left out, `doubtful` those that may be hidden and are marked.
    `plain_pages` counts pages read without an optional step, such as tables; `faults` say for the log what failed.
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


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The time, memory and file size that reading one document may take."""

    seconds: int
    memory_mb: int
    file_mb: int

    @classmethod
    def from_settings(cls, settings: IngestionSettings) -> ReadLimits:
        """Take the limits from the settings."""
        return cls(settings.read_seconds, settings.read_memory_mb, settings.max_file_mb)


class CancelHandle:
    """Lets another thread end a child process in the middle of a document."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _SandboxProcess | None = None
        self.is_cancelled = False

    def attach_process(self, child: _SandboxProcess | None) -> None:
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
    """The child processes of one owner: a free one is used again, and a new one starts if none is free."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: defaultdict[ReadLimits, list[_SandboxProcess]] = defaultdict(list)
        self._closed = False
        self._has_reported = False

    def read_in_sandbox(
        self,
        file: DocumentFile,
        limits: ReadLimits,
        cancel_handle: CancelHandle | None = None,
        pages: PageRange | None = None,
    ) -> DocumentContent:
        """Read a file, or some of its pages.

        Raises:
            UnreadableDocument: the file cannot be read; the sentence says why and what to do.
            BusyDocument: the file cannot be read now.
            CancelledError: the read was cancelled by `cancel_handle`.
        """
        with file.open_snapshot(limits.file_mb, is_kept=pages is not None) as snapshot:
            return self._read_snapshot(snapshot, file.name, limits, cancel_handle, pages)

    def fetch_layers(self, limits: ReadLimits) -> list[Layer]:
        """Start a child and ask which layers of protection it has.

        Raises:
            ReaderUnavailable: no child could be started.
        """
        child = self._acquire_process("check.txt", limits)
        try:
            with tempfile.TemporaryFile() as empty:
                answer = child.request_content(empty.fileno(), "check.txt", limits, None)
        except (EOFError, TimeoutError) as error:
            raise ReaderUnavailable(
                make_failure(FailureCode.NO_READER, name="check.txt", error=type(error).__name__)
            ) from error
        finally:
            child.close()
        return [layer for layer in LAYERS if layer not in list_missing_layers(answer)]

    def _read_snapshot(
        self,
        snapshot: int,
        name: str,
        limits: ReadLimits,
        cancel_handle: CancelHandle | None,
        pages: PageRange | None,
    ) -> DocumentContent:
        child = self._acquire_process(name, limits)
        if cancel_handle:
            cancel_handle.attach_process(child)
        answer: dict[str, object] = {}
        try:
            answer = child.request_content(snapshot, name, limits, pages)
        except EOFError as error:
            if cancel_handle and cancel_handle.is_cancelled:
                raise CancelledError from error
            if child.was_killed():
                raise BusyDocument(make_failure(FailureCode.READER_KILLED, name=name)) from error
            raise _crash_error(name) from error
        except TimeoutError as error:
            raise UnreadableDocument(make_failure(FailureCode.TOO_SLOW, name=name, seconds=limits.seconds)) from error
        finally:
            if cancel_handle:
                cancel_handle.attach_process(None)
            cancelled = bool(cancel_handle and cancel_handle.is_cancelled)  # the child may be killed after its answer
            self._release_process(
                child, limits, is_reusable=bool(answer) and answer.get("error") != "MemoryError" and not cancelled
            )
        self._report_missing_layers(answer)
        return content_from_answer(answer, name, limits)

    def _report_missing_layers(self, answer: dict[str, object]) -> None:
        """Log once which layers of protection this system does not give to readers."""
        if not self._has_reported:
            self._has_reported = True
            if missing := list_missing_layers(answer):
                log.warning("readers lack protection: layers=%s see=python -m ingestion check", ",".join(missing))

    def close(self) -> None:
        """End the free children; the others end after their document or when it is cancelled."""
        with self._lock:
            self._closed = True
            free = [child for children in self._free.values() for child in children]
            self._free.clear()
        for child in free:
            child.close()

    def _acquire_process(self, name: str, limits: ReadLimits) -> _SandboxProcess:
        while child := self._take_free_process(limits):
            if child.is_alive():
                return child
            child.close()
        try:
            return _SandboxProcess(limits)
        except OSError as error:
            raise ReaderUnavailable(make_failure(FailureCode.NO_READER, name=name, error=error.strerror)) from error

    def _take_free_process(self, limits: ReadLimits) -> _SandboxProcess | None:
        with self._lock:
            return self._free[limits].pop() if self._free[limits] else None

    def _release_process(self, child: _SandboxProcess, limits: ReadLimits, *, is_reusable: bool) -> None:
        with self._lock:
            if is_reusable and not self._closed and child.read_count < _MAX_DOCUMENTS_PER_CHILD:
                self._free[limits].append(child)
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


class _SandboxProcess:
    """One child process; it leads a process group, so that tesseract, which it starts, ends with it."""

    def __init__(self, limits: ReadLimits) -> None:
        self.read_count = 0
        self._socket, child_socket = socket.socketpair()
        with child_socket, contextlib.ExitStack() as undo:
            undo.callback(self._socket.close)
            self._process = subprocess.Popen(  # noqa: S603  # this very program
                [sys.executable, *_PROGRAM, str(limits.memory_mb)],
                stdin=child_socket.fileno(),
                stdout=child_socket.fileno(),
                stderr=subprocess.DEVNULL,
                env=_build_environment(),
                start_new_session=True,
            )
            undo.pop_all()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def request_content(
        self, snapshot: int, name: str, limits: ReadLimits, pages: PageRange | None
    ) -> dict[str, object]:
        """Hand the child the open copy of a document; return what it reads in it.

        Raises:
            TimeoutError: the document took too long.
            EOFError: the child died, or its answer is not valid.
        """
        until = time.monotonic() + limits.seconds
        self.read_count += 1
        try:
            self._send_request(json.dumps([name, pages]).encode() + b"\n", snapshot)
            answer = from_json(self._receive_answer(until, limits.memory_mb << 20))
        except (ConnectionError, ValueError) as error:
            raise EOFError from error
        return answer if isinstance(answer, dict) else {}

    def was_killed(self) -> bool:
        """Say whether another process killed the child, as the kernel does when memory runs out."""
        try:
            return self._process.wait(_EXIT_SECONDS) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False  # it lives and has closed its socket: the document is at fault

    def kill(self) -> None:
        """End the child and every process that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the child and free its socket."""
        self.kill()
        self._socket.close()
        self._process.wait()

    def _send_request(self, request: bytes, snapshot: int) -> None:
        sent = socket.send_fds(self._socket, [request], [snapshot])
        self._socket.sendall(request[sent:])

    def _receive_answer(self, until: float, max_bytes: int) -> bytes:
        answer = bytearray()
        while not answer.endswith(b"\n"):
            remaining = until - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            self._socket.settimeout(remaining)
            part = self._socket.recv(1 << 20)
            if not part or len(answer) > max_bytes:
                raise EOFError
            answer += part
        return bytes(answer)


def _build_environment() -> dict[str, str]:
    """The environment of a child: where programs, libraries and time zones are, and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name in _PASSED_VARIABLES or name.startswith("LC_")}
    here = str(Path(__file__).parents[2])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}


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
        raise UnreadableDocument(make_failure(FailureCode.TOO_MUCH_MEMORY, name=name, mb=limits.memory_mb))
    if error in _ERRORS_BY_NAME:
        if failure := failure_from_record(answer.get("failure")):
            raise _ERRORS_BY_NAME[error](failure)
        raise _crash_error(name)
    frames = answer.get("frames")
    told = [str(one) for one in frames if _LOGGED_FRAME.fullmatch(str(one))] if isinstance(frames, list) else []
    if not _LOGGED_ERROR.fullmatch(error):
        raise _crash_error(name)
    log.error("reading failed: error=%s frames=%s", error, told)
    raise UnreadableDocument(make_failure(FailureCode.FAILED, name=name, error=error))


def _crash_error(name: str) -> UnreadableDocument:
    crashed = FailureCode.CRASHED_PDF if name.lower().endswith(".pdf") else FailureCode.CRASHED
    return UnreadableDocument(make_failure(crashed, name=name))


@cache
def _content_adapter() -> TypeAdapter[DocumentContent]:
    return TypeAdapter(DocumentContent)

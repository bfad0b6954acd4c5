"""Reads one document in a child process that can be killed: within its limits, and told no secret.

What a child answers is JSON and is checked: whatever a hostile document made of a parser, it cannot run code here.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import BusyDocument, NoReader, UnreadableDocument, VanishedDocument
from knowledge.core.passages import Excerpt

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from ingestion.settings import IngestionSettings

log = logging.getLogger(__name__)

_ENDING_SECONDS = 5.0
_DOCUMENTS_A_CHILD = 50  # then it is replaced, so that what a parser leaks does not add up
_TOLD = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "OMP_NUM_THREADS")
_SENTENCES = {known.__name__: known for known in (UnreadableDocument, BusyDocument, VanishedDocument)}


Pages = tuple[int, int]  # the first and the last, counted from 1


@dataclass(frozen=True, slots=True)
class Content:
    """What a document holds: its title, its number of pages where it has pages, and its excerpts in order.

    Of a long document this is a part: `more` names, with the first one, the ranges of pages that are to be read next.
    `nothing` says why a part holds no text; if every part does, the document cannot be read. `hidden` counts the
    places of text that people do not see, and that is left out. `plain_pages` counts the pages that were read without
    an optional step, such as their tables; `faults` say for the log what failed on them.
    """

    title: str
    pages: int | None
    excerpts: list[Excerpt]
    more: list[Pages] = field(default_factory=list)
    nothing: str | None = None
    hidden: int = 0
    plain_pages: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one document may take."""

    seconds: int
    memory_mb: int
    file_mb: int

    @classmethod
    def of(cls, settings: IngestionSettings) -> Limits:
        """The limits that are set."""
        return cls(settings.read_seconds, settings.read_memory_mb, settings.max_file_mb)


class Leash:
    """By it, another thread ends a child in the middle of a document."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self.pulled = False

    def tie(self, child: _Child | None) -> None:
        """Hold this child, which begins or, None, ended."""
        with self._lock:
            self._child = child
            if child and self.pulled:
                child.kill()

    def pull(self) -> None:
        """End the child, now or as soon as it begins."""
        with self._lock:
            self.pulled = True
            if self._child:
                self._child.kill()


class Cells:
    """The children of one owner. A free one is used again; as many are there as documents are read at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: defaultdict[Limits, list[_Child]] = defaultdict(list)
        self._closed = False

    def read(self, path: Path, limits: Limits, leash: Leash | None = None, pages: Pages | None = None) -> Content:
        """Read the file at `path`, or some `pages` of it.

        Raises:
            UnreadableDocument: it cannot be read; the sentence says why and what to do.
            BusyDocument: it cannot be read now.
            CancelledError: `leash` was pulled.
        """
        child = self._take(path, limits)
        if leash:
            leash.tie(child)
        answer: dict[str, object] = {}
        try:
            answer = child.ask(path, limits, pages)
        except EOFError as error:
            if leash and leash.pulled:
                raise CancelledError from error
            if child.was_killed():
                raise BusyDocument(Reason.READER_KILLED.about(name=path.name)) from error
            raise _crashed(path) from error
        except TimeoutError as error:
            raise UnreadableDocument(Reason.TOO_SLOW.about(name=path.name, seconds=limits.seconds)) from error
        finally:
            if leash:
                leash.tie(None)
            pulled = bool(leash and leash.pulled)  # it may have been killed after it answered
            self._give_back(child, limits, fit=bool(answer) and answer.get("error") != "MemoryError" and not pulled)
        return content_of(answer, path, limits)

    def close(self) -> None:
        """End the children that are free; those at work end when they are done or their leash is pulled."""
        with self._lock:
            self._closed = True
            free = [child for children in self._free.values() for child in children]
            self._free.clear()
        for child in free:
            child.end()

    def _take(self, path: Path, limits: Limits) -> _Child:
        while True:
            with self._lock:
                if not self._free[limits]:
                    break
                child = self._free[limits].pop()
            if child.is_alive():
                return child
            child.end()
        try:
            return _Child(limits)
        except OSError as error:
            raise NoReader(Reason.NO_READER.about(name=path.name, error=error.strerror)) from error

    def _give_back(self, child: _Child, limits: Limits, *, fit: bool) -> None:
        with self._lock:
            if fit and not self._closed and child.asked < _DOCUMENTS_A_CHILD:
                self._free[limits].append(child)
                return
        child.end()


def read(path: Path, limits: Limits, pages: Pages | None = None) -> Content:
    """Read the file at `path` in a child of this process, as `Cells.read` does. Made to be sent to another machine."""
    return _of_this_process().read(path, limits, pages=pages)


@cache
def _of_this_process() -> Cells:
    cells = Cells()
    atexit.register(cells.close)
    return cells


class _Child:
    """One child process, leader of a group that ends with it: tesseract is one of it."""

    def __init__(self, limits: Limits) -> None:
        self.asked = 0
        self._line, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as undo:
            undo.callback(self._line.close)
            self._process = subprocess.Popen(  # noqa: S603  # this very program
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "ingestion.parsing.sandbox_main",
                    str(limits.memory_mb),
                    str(limits.file_mb),
                ],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
            undo.pop_all()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, path: Path, limits: Limits, pages: Pages | None) -> dict[str, object]:
        """Have a document read.

        Raises:
            TimeoutError: it took too long.
            EOFError: the child died, or what it says is no answer.
        """
        from pydantic_core import from_json  # unlike json, it takes no half of a character

        until = time.monotonic() + limits.seconds
        self.asked += 1
        try:
            self._line.sendall(json.dumps([str(path), pages]).encode() + b"\n")
            answer = from_json(self._answer(until, limits.memory_mb << 20))
        except (ConnectionError, ValueError) as error:
            raise EOFError from error
        return answer if isinstance(answer, dict) else {}

    def was_killed(self) -> bool:
        """Whether somebody else killed it: no parser ends by that signal, the kernel's hunt for memory does."""
        try:
            return self._process.wait(_ENDING_SECONDS) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False  # it has closed its line, and lives: what it was asked is at fault

    def kill(self) -> None:
        """End it, whatever it is at, and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, and leave nothing of it."""
        self.kill()
        self._line.close()
        self._process.wait()

    def _answer(self, until: float, longest: int) -> bytes:
        answer = bytearray()
        while not answer.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._line.settimeout(left)
            part = self._line.recv(1 << 20)
            if not part or len(answer) > longest:
                raise EOFError
            answer += part
        return bytes(answer)


def _environment() -> dict[str, str]:
    """What a child is told of this process's environment: where programs and languages are, and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name in _TOLD or name.startswith("LC_")}
    here = str(Path(__file__).parents[1])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}


def content_of(answer: dict[str, object], path: Path, limits: Limits) -> Content:
    """What a child's answer stands for; raises what `Cells.read` does."""
    from pydantic import ValidationError

    if "content" in answer:
        try:
            return _checked().validate_python(answer["content"])
        except ValidationError:  # its text would hold the document's
            raise _crashed(path) from None
    error = str(answer.get("error"))
    if error == "MemoryError":
        raise UnreadableDocument(Reason.TOO_MUCH_MEMORY.about(name=path.name, mb=limits.memory_mb))
    if error in _SENTENCES:
        raise _SENTENCES[error](str(answer.get("sentence")))
    log.error("reading failed: error=%s frames=%s", error, answer.get("frames"))
    raise UnreadableDocument(Reason.FAILED.about(name=path.name, error=error))


def _crashed(path: Path) -> UnreadableDocument:
    crashed = Reason.CRASHED_PDF if path.suffix.lower() == ".pdf" else Reason.CRASHED
    return UnreadableDocument(crashed.about(name=path.name))


@cache
def _checked() -> TypeAdapter[Content]:
    from pydantic import TypeAdapter

    return TypeAdapter(Content)

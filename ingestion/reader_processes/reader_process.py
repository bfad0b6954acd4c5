"""The processes that read: a server of readers that has loaded the parsers, and one reader for each document.

A reader is a fork of the server. Server and worker trust each other; what a reader says is checked, line by line.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter
from pydantic_core import from_json  # unlike json, it refuses a lone surrogate

from ingestion.reader_processes.reader_limits import LEAST_LINE_BYTES, ReadingClock, count_answer_bytes
from ingestion.readers.containers.member_progress import LostMember, Place
from knowledge.core.failures import failure_to_record
from knowledge.core.passages import Excerpt

_PROGRAM = ("-P", "-m", "ingestion.reader_processes.reader_server")
_PASSED_VARIABLES = ("PATH", "LANG", "TZ", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
_SERVER_SECONDS = 60.0  # to load parsers and to fork; the server never reads a document
_EXIT_SECONDS = 5.0
_POLL_SECONDS = 0.01
_MAX_LINE_BYTES = 1 << 20
_COMMENTS = ("off", "on")  # what the program is told
_FOLDER_PREFIX = "souffleur-readers-"
_MAX_DEPTH = 8  # of files inside files: more than are read


class AnswerTooLargeError(Exception):
    """A reader answered more than it may."""


class InvalidAnswerError(Exception):
    """A reader answered something else than it may."""


class ReaderServer:
    """A process that makes readers, which are all alike in memory and options. Several threads may use it."""

    def __init__(self, memory_mb: int, *, with_comments: bool = True) -> None:
        self._lock = threading.Lock()
        self.memory_mb = memory_mb
        self._socket, server_socket = socket.socketpair()
        self._socket.settimeout(_SERVER_SECONDS)
        self._folder = _make_private_folder()
        self._remove_folder = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        with server_socket, contextlib.ExitStack() as undo:
            undo.callback(self._socket.close)
            self._process = subprocess.Popen(  # noqa: S603  # this very program
                [sys.executable, *_PROGRAM, str(memory_mb), self._folder, _COMMENTS[with_comments]],
                stdin=server_socket.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_build_environment(),
                start_new_session=True,
            )
            undo.pop_all()

    def fork_reader(self, suffix: str) -> ReaderProcess:
        """Make a reader for one document, whose format has this suffix."""
        ours, theirs = socket.socketpair()
        with theirs, contextlib.ExitStack() as undo:
            undo.callback(ours.close)
            number = self._ask("fork", suffix, theirs.fileno())
            if not isinstance(number, int):
                raise ConnectionError("the server of readers has ended")
            undo.pop_all()
        return ReaderProcess(self, number, ours)

    def fetch_status(self, reader: int, *, is_killed: bool = False) -> int | None:
        """Return how a reader ended (None: it has not); a server that has ended speaks for its readers."""
        try:
            status = self._ask("leave" if is_killed else "poll", reader)
        except OSError:
            return self._process.wait()
        return status if isinstance(status, int) else None

    def is_alive(self) -> bool:
        """Say whether the server runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """Kill the server; its readers end by themselves when their connections do."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._socket.close()
        self._process.wait()
        self._remove_folder()

    def _ask(self, order: str, argument: object, *descriptors: int) -> object:
        with self._lock:
            try:
                socket.send_fds(self._socket, [json.dumps([order, argument]).encode() + b"\n"], descriptors)
                answer = b""
                while not answer.endswith(b"\n"):
                    if not (part := self._socket.recv(1 << 10)):
                        raise ConnectionError("the server of readers has ended")
                    answer += part
            except OSError:
                self.close()  # the next answer could be that of this question
                raise
            return json.loads(answer)


class ReaderProcess:
    """One reader; it leads a process group, so that tesseract, which it starts, ends with it."""

    def __init__(self, server: ReaderServer, number: int, connection: socket.socket) -> None:
        self._server = server
        self._number = number
        self._socket = connection
        self._lock = threading.Lock()
        self._has_ended = False
        self.place: Place = ()  # the file inside the document that it reads, as far as it says
        self._place_began_at = 0.0  # in seconds of processor time
        self._clock: ReadingClock | None = None

    def request_content(
        self,
        snapshot: int,
        name: str,
        pages: tuple[int, int] | None,
        seconds: float,
        lost: Sequence[LostMember] = (),
    ) -> dict[str, object]:
        """Hand the reader the open copy of its document; return what it reads in it, without the files that are `lost`.

        Raises:
            TimeoutError: the document needs more than `seconds` of processor time.
            StarvedError: the machine is too busy to read it now.
            AnswerTooLargeError: the reader said more than it may.
            InvalidAnswerError: the reader said something else than it may.
            EOFError: the reader died.
        """
        clock = self._clock = ReadingClock(self._number, seconds)
        left_out = [(one.place, failure_to_record(one.failure), one.with_rest) for one in lost]
        request = json.dumps([name, pages, left_out]).encode() + b"\n"
        try:
            self._socket.settimeout(seconds)
            sent = socket.send_fds(self._socket, [request], [snapshot])
            self._socket.sendall(request[sent:])
            lines = self._receive_lines(clock, count_answer_bytes(self._server.memory_mb))
            return _answer_from_lines(self._note_places(lines, clock))
        except ConnectionError as error:
            raise EOFError from error
        except ValueError:  # its text would hold the document's
            raise InvalidAnswerError from None

    def measure_place_seconds(self) -> float:
        """Return the processor time that went into the file at `place` so far."""
        return self._clock.measure_use() - self._place_began_at if self._clock else 0.0

    def was_killed(self) -> bool:
        """Say whether another process killed the reader, as the kernel does when memory runs out."""
        until = time.monotonic() + _EXIT_SECONDS
        while (status := self._fetch_status()) is None:
            if time.monotonic() > until:
                return False  # it lives and has closed its socket: the document is at fault
            time.sleep(_POLL_SECONDS)  # it ends in its own time, and only its parent, the server, hears of it
        return status == -signal.SIGKILL

    def kill(self) -> None:
        """End the reader and every process that it started."""
        with self._lock:
            if self._has_ended:
                return
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    kill(self._number, signal.SIGKILL)

    def close(self) -> None:
        """Kill the reader and free its socket."""
        self.kill()
        self._socket.close()
        with self._lock:
            if not self._has_ended:
                self._has_ended = True
                self._server.fetch_status(self._number, is_killed=True)

    def _fetch_status(self) -> int | None:
        with self._lock:
            status = self._server.fetch_status(self._number)
            self._has_ended = status is not None
            return status

    def _note_places(self, lines: Iterator[bytes], clock: ReadingClock) -> Iterator[bytes]:
        """Take the lines that tell places out of an answer."""
        for line in lines:
            if line.startswith(b"["):
                self.place = _place_adapter().validate_json(line)
                self._place_began_at = clock.measure_use()
            else:
                yield line

    def _receive_part(self, clock: ReadingClock) -> bytes:
        """Wait for the next bytes of an answer, for as long as the reader may take."""
        while True:
            self._socket.settimeout(clock.choose_wait())
            with contextlib.suppress(TimeoutError):
                part = self._socket.recv(1 << 20)
                break
        if not part:
            raise EOFError
        return part

    def _receive_lines(self, clock: ReadingClock, max_bytes: int) -> Iterator[bytes]:
        """Yield the lines of an answer, up to an empty one."""
        pending, received = bytearray(), 0
        while True:
            part = self._receive_part(clock)
            *lines, rest = part.split(b"\n")
            for line in lines:
                whole, pending = bytes(pending + line), bytearray()
                received += max(len(whole), LEAST_LINE_BYTES)
                if received > max_bytes or len(whole) > _MAX_LINE_BYTES:
                    raise AnswerTooLargeError
                if not whole:
                    return
                yield whole
            pending += rest
            if len(pending) > _MAX_LINE_BYTES:
                raise AnswerTooLargeError


def _answer_from_lines(lines: Iterator[bytes]) -> dict[str, object]:
    """Join the first line of an answer and its excerpts, one a line; each is checked before the next is taken."""
    answer = from_json(next(lines, b"{}"))
    excerpts = [_excerpt_adapter().validate_json(line) for line in lines]
    if not isinstance(answer, dict):
        return {}
    if isinstance(content := answer.get("content"), dict):
        content["excerpts"] = excerpts
    return answer


@cache
def _excerpt_adapter() -> TypeAdapter[Excerpt]:
    return TypeAdapter(Excerpt)


@cache
def _place_adapter() -> TypeAdapter[Place]:
    return TypeAdapter(Annotated[Place, Field(max_length=_MAX_DEPTH)])


def _make_private_folder() -> str:
    """A folder in which a server gives each reader that has to write one of its own; empty where none can be made."""
    try:
        return tempfile.mkdtemp(prefix=_FOLDER_PREFIX)
    except OSError:
        return ""


def _build_environment() -> dict[str, str]:
    """The environment of a server: where programs, libraries and time zones are, and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name in _PASSED_VARIABLES or name.startswith("LC_")}
    here = str(Path(__file__).parents[2])
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}

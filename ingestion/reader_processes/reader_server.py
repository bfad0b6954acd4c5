"""The program of a server of readers: it loads parsers, and makes for each document a process that reads it.

Only `reader_process` starts it. The server reads nothing but its own samples; what it makes by a fork limits itself
further, reads, answers in JSON, and ends with every process that it started when the worker ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import shutil
import signal
import socket
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from io import BufferedWriter
from pathlib import Path
from typing import Any, NoReturn

from ingestion.reader_processes.confinement import Layer, confine_reader, confine_server, limit_resources
from ingestion.reader_processes.reader_limits import encode_line, leave_out_large_members
from ingestion.reader_processes.sandbox_pool import DocumentContent, PageRange
from ingestion.readers.containers.member_progress import MEMBER_PROGRESS, LostMember, Place
from ingestion.readers.elements import ParsedDocument
from ingestion.readers.formats import FORMATS
from ingestion.readers.named_files import open_by_name
from ingestion.readers.reading_options import READ_OPTIONS
from knowledge.core.documents import Member
from knowledge.core.failures import BusyDocument, UnreadableDocument, failure_from_record, failure_to_record
from knowledge.core.passages import Excerpt
from knowledge.core.stored_record import stored_fields
from knowledge.runtime.settings import disable_telemetry

_REQUEST_BYTES = 64 << 10

# The name of a document, the pages, the files inside that are left out, and the descriptor of its content.
_Request = tuple[str, PageRange | None, list[LostMember], int]


def main() -> None:
    """Make readers until the worker closes the socket."""
    worker = _reserve_socket()
    disable_telemetry()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads cannot be forked safely
    sys.dont_write_bytecode = True  # nothing can be written, once a reader is confined
    READ_OPTIONS.memory_mb = int(sys.argv[1])
    limit_resources(READ_OPTIONS.memory_mb)
    READ_OPTIONS.comments = sys.argv[3] == "on"
    layers = confine_server()
    readers = _Readers(Path(sys.argv[2]) if sys.argv[2] else None, layers)
    while received := _receive_line(worker):
        (order, argument), descriptors = received
        answer: int | None
        if order == "fork":
            _load_parsers(argument)
            answer = readers.fork_reader(worker, descriptors[0], argument)
        else:
            answer = readers.reap_reader(argument, is_killed=order == "leave")
        readers.reap_killed()
        worker.sendall(json.dumps(answer).encode() + b"\n")
    readers.remove_folders()  # the worker would do it, if it had not ended


def _reserve_socket() -> socket.socket:
    """Return the socket to the worker, which no parser knows; what parsers print is discarded."""
    worker = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    for stream in (sys.stdin, sys.stdout):
        os.dup2(sys.stderr.fileno(), stream.fileno())
    return worker


@cache
def _load_parsers(suffix: str) -> None:
    """Load the parsers of a format by a sample. On macOS no process may be forked once they are loaded."""
    if sys.platform != "linux":
        return
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.format_detection import read_document_file
    from ingestion.readers.samples import make_sample

    suffix = FORMATS[suffix].converted_to or suffix if suffix in FORMATS else suffix
    with contextlib.suppress(Exception):  # of any kind: the document's own process meets it again, and tells it
        if content := make_sample(suffix):
            sample = os.memfd_create("sample")
            os.write(sample, content)
            with open_by_name(sample, f"sample{suffix}") as path:
                split_into_excerpts(read_document_file(path))
    gc.collect()
    gc.freeze()  # no reader looks through what is loaded: it would have to be copied


class _Readers:
    """The readers that run, and the folders of those that have to write."""

    def __init__(self, folder: Path | None, layers: Sequence[Layer]) -> None:
        self._folder = folder
        self._layers = layers
        self._killed: set[int] = set()
        self._folders: dict[int, Path] = {}

    def fork_reader(self, worker: socket.socket, connection: int, suffix: str) -> int:
        """Make a process that reads what comes by `connection`; return its number."""
        folder = self._make_folder(suffix)
        reader = os.fork()
        if reader == 0:
            worker.close()
            _serve_reader(connection, self._layers, folder)
        os.close(connection)
        with contextlib.suppress(OSError):  # it has done so itself
            os.setpgid(reader, reader)
        if folder:
            self._folders[reader] = folder
        return reader

    def reap_reader(self, reader: int, *, is_killed: bool) -> int | None:
        """Return how a reader ended, and end what it started; None: it has not ended."""
        done, status = os.waitpid(reader, os.WNOHANG)
        if not done:
            if is_killed:
                self._killed.add(reader)  # it takes a moment to end
            return None
        self._killed.discard(reader)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(reader, signal.SIGKILL)
        if folder := self._folders.pop(reader, None):
            shutil.rmtree(folder, ignore_errors=True)
        return os.waitstatus_to_exitcode(status)

    def reap_killed(self) -> None:
        """Reap the readers that were killed before, where they have ended."""
        for reader in list(self._killed):
            self.reap_reader(reader, is_killed=True)

    def remove_folders(self) -> None:
        """Remove the folders of all readers."""
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _make_folder(self, suffix: str) -> Path | None:
        """An empty folder for a reader that may write files; None for all others."""
        needs_folder = suffix in FORMATS and FORMATS[suffix].needs_folder
        with contextlib.suppress(OSError):  # no room: the reader says that it has no folder
            return Path(tempfile.mkdtemp(dir=self._folder)) if needs_folder and self._folder else None
        return None


def _serve_reader(connection: int, layers: Sequence[Layer], folder: Path | None) -> NoReturn:
    """Answer requests for one document until the worker closes the connection."""
    try:
        os.setpgid(0, 0)
        # Before the first byte of the document, and before there are threads.
        layers = [*layers, *confine_reader(folder)]
        requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
        threading.Thread(target=_receive_requests, args=(connection, requests), daemon=True).start()
        with os.fdopen(os.dup(connection), "wb") as line:
            while True:
                name, pages, lost, descriptor = requests.get()
                MEMBER_PROGRESS.begin_document(partial(_tell_place, line), lost)
                with open_by_name(descriptor, name) as path:
                    line.writelines(_answer_request(path, pages, layers))
                line.flush()
    finally:
        os._exit(1)


def _receive_requests(connection: int, requests: queue.SimpleQueue[_Request]) -> None:
    try:
        with socket.socket(fileno=connection) as worker:
            while received := _receive_line(worker):
                (name, pages, left_out), descriptors = received
                lost = [
                    LostMember(tuple(place), failure, with_rest)
                    for place, record, with_rest in left_out
                    if (failure := failure_from_record(record))
                ]
                requests.put((name, pages, lost, descriptors[0]))
    finally:  # also where the worker died before it read an answer: the connection is then reset
        os.killpg(os.getpid(), signal.SIGKILL)


def _tell_place(line: BufferedWriter, place: Place) -> None:
    """Say at once which file inside the document is read now."""
    line.write(encode_line(place))
    line.flush()


def _receive_line(peer: socket.socket) -> tuple[list[Any], list[int]] | None:
    line, descriptors = bytearray(), []
    while not line.endswith(b"\n"):
        part, received, _, _ = socket.recv_fds(peer, _REQUEST_BYTES, 1)
        if not part:
            return None
        line += part
        descriptors += received
    return json.loads(line), descriptors


def _answer_request(path: Path, pages: PageRange | None, layers: Sequence[str] = ()) -> Iterator[bytes]:
    """Read a document; yield the answer in lines of JSON: all but the excerpts, then one a line, then an empty one."""
    answer: dict[str, object]
    excerpts: list[Excerpt] = []
    try:
        content = _read_document(path, pages)
        excerpts = content.excerpts
        answer = {"content": asdict(replace(content, excerpts=[]), dict_factory=stored_fields)}
    except MemoryError:
        answer = {"error": "MemoryError"}
    except (BusyDocument, UnreadableDocument) as error:
        answer = {"error": type(error).__name__, "failure": failure_to_record(error.failure)}
    except Exception as error:  # noqa: BLE001  # a parser may raise anything: the parent logs it, the child goes on
        frames = traceback.extract_tb(error.__traceback__)
        answer = {"error": type(error).__name__, "frames": [f"{frame.name}:{frame.lineno}" for frame in frames]}
    yield encode_line({"layers": layers, **answer})
    for excerpt in excerpts:
        yield encode_line(asdict(excerpt))
    yield b"\n"


def _read_document(path: Path, pages: PageRange | None) -> DocumentContent:
    # Here, because the limits and the ban on telemetry must be in force before a parser loads.
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.format_detection import list_page_ranges, read_document_file

    if pages:
        return _read_part(path, pages)
    parts = list_page_ranges(path)
    if len(parts) > 1:
        return replace(_read_part(path, parts[0]), more=parts[1:])
    reading = read_document_file(path)
    return leave_out_large_members(_content(reading, split_into_excerpts(reading)), READ_OPTIONS.memory_mb)


def _read_part(path: Path, pages: PageRange) -> DocumentContent:
    # Here for the same reason as above.
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.format_detection import merge_page_ranges, read_page_range

    part = read_page_range(path, *pages)
    try:
        merge_page_ranges(path, [part])
    except UnreadableDocument as error:
        return replace(_content(part, []), nothing=error.failure)
    return _content(part, split_into_excerpts(part))


def _content(reading: ParsedDocument, excerpts: list[Excerpt]) -> DocumentContent:
    every = [reading, *(member.document for member in reading.members if member.document)]
    counts = Counter(excerpt.member for excerpt in excerpts)
    return DocumentContent(
        reading.title,
        reading.pages,
        excerpts,
        hidden=sum(one.hidden for one in every),
        plain_pages=sum(one.plain_pages for one in every),
        faults=[fault for one in every for fault in one.faults],
        doubtful=sum(one.doubtful for one in every),
        members=[
            Member(
                one.name,
                one.document.pages if one.document else None,
                counts[one.name],
                failure=one.failure,
            )
            for one in reading.members
        ],
    )


if __name__ == "__main__":
    main()

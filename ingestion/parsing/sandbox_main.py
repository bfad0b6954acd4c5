"""The program of a server of readers: it loads parsers, and makes for each document a process that reads it.

Only `ingestion.parsing.reader_process` starts it. The server reads nothing but its own samples; what it makes by a fork
limits itself further, reads, answers in JSON, and ends with every process that it started when the worker ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import queue
import signal
import socket
import sys
import threading
import traceback
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from ingestion.parsing.confinement import Layer, confine_reader, confine_server, limit_resources
from ingestion.parsing.handed_document import open_by_name
from ingestion.parsing.sandbox import DocumentContent, PageRange
from knowledge.core.failure_records import failure_to_record
from knowledge.core.failures import BusyDocument, UnreadableDocument
from knowledge.runtime.settings import disable_telemetry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingestion.readers.elements import ParsedDocument
    from knowledge.core.passages import Excerpt

_REQUEST_BYTES = 64 << 10

_Request = tuple[str, PageRange | None, int]  # the name of a document, the pages, and the descriptor of its content


def main() -> None:
    """Make readers until the worker closes the socket."""
    worker = _reserve_socket()
    disable_telemetry()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads cannot be forked safely
    sys.dont_write_bytecode = True  # nothing can be written, once a reader is confined
    limit_resources(int(sys.argv[1]))
    layers = confine_server()
    ended: set[int] = set()
    while received := _receive_line(worker):
        (order, argument), descriptors = received
        answer: int | None
        if order == "fork":
            _load_parsers(argument)
            answer = _fork_reader(worker, descriptors[0], layers)
        else:
            answer = _reap_reader(argument, ended)
            if order == "leave" and answer is None:
                ended.add(argument)  # it was killed, and takes a moment to end
        for reader in list(ended):
            _reap_reader(reader, ended)
        worker.sendall(json.dumps(answer).encode() + b"\n")


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
    from ingestion.readers.registry import read_document_file
    from ingestion.readers.samples import make_sample

    with contextlib.suppress(Exception):  # of any kind: the document's own process meets it again, and tells it
        if content := make_sample(suffix):
            sample = os.memfd_create("sample")
            os.write(sample, content)
            with open_by_name(sample, f"sample{suffix}") as path:
                split_into_excerpts(read_document_file(path))
    gc.collect()
    gc.freeze()  # no reader looks through what is loaded: it would have to be copied


def _fork_reader(worker: socket.socket, connection: int, layers: Sequence[Layer]) -> int:
    """Make a process that reads what comes by `connection`; return its number."""
    reader = os.fork()
    if reader == 0:
        worker.close()
        _serve_reader(connection, layers)
    os.close(connection)
    with contextlib.suppress(OSError):  # it has done so itself
        os.setpgid(reader, reader)
    return reader


def _reap_reader(reader: int, ended: set[int]) -> int | None:
    """Return how a reader ended, and end what it started; None: it has not ended."""
    done, status = os.waitpid(reader, os.WNOHANG)
    if not done:
        return None
    ended.discard(reader)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(reader, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status)


def _serve_reader(connection: int, layers: Sequence[Layer]) -> NoReturn:
    """Answer requests for one document until the worker closes the connection."""
    try:
        os.setpgid(0, 0)
        layers = [*layers, *confine_reader()]  # before the first byte of the document, and before there are threads
        requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
        threading.Thread(target=_receive_requests, args=(connection, requests), daemon=True).start()
        with os.fdopen(os.dup(connection), "wb") as line:
            while True:
                name, pages, descriptor = requests.get()
                with open_by_name(descriptor, name) as path:
                    line.write(_answer_request(path, pages, layers))
                line.flush()
    finally:
        os._exit(1)


def _receive_requests(connection: int, requests: queue.SimpleQueue[_Request]) -> None:
    try:
        with socket.socket(fileno=connection) as worker:
            while received := _receive_line(worker):
                (name, pages), descriptors = received
                requests.put((name, pages, descriptors[0]))
    finally:  # also where the worker died before it read an answer: the connection is then reset
        os.killpg(os.getpid(), signal.SIGKILL)


def _receive_line(peer: socket.socket) -> tuple[list[Any], list[int]] | None:
    line, descriptors = bytearray(), []
    while not line.endswith(b"\n"):
        part, received, _, _ = socket.recv_fds(peer, _REQUEST_BYTES, 1)
        if not part:
            return None
        line += part
        descriptors += received
    return json.loads(line), descriptors


def _answer_request(path: Path, pages: PageRange | None, layers: Sequence[str] = ()) -> bytes:
    """Read a document; return the answer in lines of JSON: all but the excerpts, then one a line, then an empty one."""
    answer: dict[str, object]
    excerpts: list[object] = []
    try:
        content = asdict(_read_document(path, pages))
        excerpts, content["excerpts"] = content["excerpts"], []
        answer = {"content": content}
        return _encode_lines({"layers": layers, **answer}, *excerpts)
    except MemoryError:
        answer = {"error": "MemoryError"}
    except (BusyDocument, UnreadableDocument) as error:
        answer = {"error": type(error).__name__, "failure": failure_to_record(error.failure)}
    except Exception as error:  # noqa: BLE001  # a parser may raise anything: the parent logs it, the child goes on
        frames = traceback.extract_tb(error.__traceback__)
        answer = {"error": type(error).__name__, "frames": [f"{frame.name}:{frame.lineno}" for frame in frames]}
    return _encode_lines({"layers": layers, **answer})


def _encode_lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values) + b"\n"


def _read_document(path: Path, pages: PageRange | None) -> DocumentContent:
    # Here, because the limits and the ban on telemetry must be in force before a parser loads.
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.registry import list_page_ranges, read_document_file

    if pages:
        return _read_part(path, pages)
    parts = list_page_ranges(path)
    if len(parts) > 1:
        return replace(_read_part(path, parts[0]), more=parts[1:])
    reading = read_document_file(path)
    return _content(reading, split_into_excerpts(reading))


def _read_part(path: Path, pages: PageRange) -> DocumentContent:
    # Here for the same reason as above.
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.registry import merge_page_ranges, read_page_range

    part = read_page_range(path, *pages)
    try:
        merge_page_ranges(path, [part])
    except UnreadableDocument as error:
        return replace(_content(part, []), nothing=error.failure)
    return _content(part, split_into_excerpts(part))


def _content(reading: ParsedDocument, excerpts: list[Excerpt]) -> DocumentContent:
    return DocumentContent(
        reading.title,
        reading.pages,
        excerpts,
        hidden=reading.hidden,
        plain_pages=reading.plain_pages,
        faults=list(reading.faults),
        doubtful=reading.doubtful,
    )


if __name__ == "__main__":
    main()

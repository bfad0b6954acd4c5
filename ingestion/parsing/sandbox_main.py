"""The program of a child process: limits itself, reads each file that it is asked for, and answers in JSON.

Only `ingestion.parsing.sandbox` starts it. It ends, with every process that it started, when its parent ends.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import sys
import threading
import traceback
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from ingestion.parsing.confinement import confine_process, limit_resources
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
    """Answer requests until the parent closes the socket."""
    answers = _reserve_answer_channel()
    disable_telemetry()
    sys.dont_write_bytecode = True  # nothing can be written, once the process is confined
    limit_resources(int(sys.argv[1]))
    layers = confine_process()  # before the first byte of a document, and before there are threads
    requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
    threading.Thread(target=_receive_requests, args=(requests,), daemon=True).start()
    with os.fdopen(answers, "wb") as line:
        while True:
            name, pages, descriptor = requests.get()
            with open_by_name(descriptor, name) as path:
                line.write(_answer_request(path, pages, layers))
            line.flush()


def _reserve_answer_channel() -> int:
    """Return a file descriptor to the parent that no parser knows; what parsers print is discarded."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _receive_requests(requests: queue.SimpleQueue[_Request]) -> None:
    try:
        with socket.socket(fileno=os.dup(sys.stdin.fileno())) as parent:
            while request := _receive_request(parent):
                requests.put(request)
    finally:  # also where the parent died before it read an answer: the connection is then reset
        os.killpg(os.getpid(), signal.SIGKILL)


def _receive_request(parent: socket.socket) -> _Request | None:
    line, descriptors = bytearray(), []
    while not line.endswith(b"\n"):
        part, received, _, _ = socket.recv_fds(parent, _REQUEST_BYTES, 1)
        if not part:
            return None
        line += part
        descriptors += received
    name, pages = json.loads(line)
    return name, pages, descriptors[0]


def _answer_request(path: Path, pages: PageRange | None, layers: Sequence[str] = ()) -> bytes:
    answer: dict[str, object]
    try:
        answer = {"content": asdict(_read_document(path, pages))}
        return json.dumps({"layers": layers, **answer}).encode() + b"\n"
    except MemoryError:
        answer = {"error": "MemoryError"}
    except (BusyDocument, UnreadableDocument) as error:
        answer = {"error": type(error).__name__, "failure": failure_to_record(error.failure)}
    except Exception as error:  # noqa: BLE001  # a parser may raise anything: the parent logs it, the child goes on
        frames = traceback.extract_tb(error.__traceback__)
        answer = {"error": type(error).__name__, "frames": [f"{frame.name}:{frame.lineno}" for frame in frames]}
    return json.dumps({"layers": layers, **answer}).encode() + b"\n"


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

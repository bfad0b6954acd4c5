"""The program of a child process: limits itself, reads each file that it is asked for, and answers in JSON.

Only `ingestion.parsing.sandbox` starts it. It ends, with every process that it started, when its parent ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import shutil
import signal
import socket
import sys
import threading
import traceback
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.parsing.handed_document import open_by_name
from ingestion.parsing.sandbox import DocumentContent, PageRange
from knowledge.core.failure_records import failure_to_record
from knowledge.core.failures import BusyDocument, UnreadableDocument
from knowledge.runtime.settings import disable_telemetry

if TYPE_CHECKING:
    from ingestion.readers.elements import ParsedDocument
    from knowledge.core.passages import Excerpt

_MIN_BYTECODE_BYTES = 64 << 20  # more than the bytecode of all parsers takes
_REQUEST_BYTES = 64 << 10
_OOM_SCORE = "1000"  # when memory runs out, the kernel kills the child and not its parent

_Request = tuple[str, PageRange | None, int]  # the name of a document, the pages, and the descriptor of its content


def main() -> None:
    """Answer requests until the parent closes the socket."""
    answers = _reserve_answer_channel()
    _limit_resources(int(sys.argv[1]))
    requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()
    threading.Thread(target=_receive_requests, args=(requests,), daemon=True).start()
    with os.fdopen(answers, "wb") as line:
        while True:
            name, pages, descriptor = requests.get()
            with open_by_name(descriptor, name) as path:
                line.write(_answer_request(path, pages))
            line.flush()


def _reserve_answer_channel() -> int:
    """Return a file descriptor to the parent that no parser knows; what parsers print is discarded."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _limit_resources(memory_mb: int) -> None:
    disable_telemetry()
    prevent_truncated_bytecode()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_mb << 20 if most == resource.RLIM_INFINITY else min(memory_mb << 20, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # a kernel other than Linux has no such file
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")


def prevent_truncated_bytecode() -> None:
    """Write no bytecode if the disk may be too full: no process could import a module whose bytecode is cut."""
    most, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    free = shutil.disk_usage(Path(__file__).parent).free
    room = free if most == resource.RLIM_INFINITY else min(free, most)
    sys.dont_write_bytecode = sys.dont_write_bytecode or room < _MIN_BYTECODE_BYTES


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


def _answer_request(path: Path, pages: PageRange | None) -> bytes:
    try:
        answer: dict[str, object] = {"content": asdict(_read_document(path, pages))}
        return json.dumps(answer).encode() + b"\n"
    except MemoryError:
        answer = {"error": "MemoryError"}
    except (BusyDocument, UnreadableDocument) as error:
        answer = {"error": type(error).__name__, "failure": failure_to_record(error.failure)}
    except Exception as error:  # noqa: BLE001  # a parser may raise anything: the parent logs it, the child goes on
        frames = traceback.extract_tb(error.__traceback__)
        answer = {"error": type(error).__name__, "frames": [f"{frame.name}:{frame.lineno}" for frame in frames]}
    return json.dumps(answer).encode() + b"\n"


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

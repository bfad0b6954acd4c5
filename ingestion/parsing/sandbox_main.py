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
import sys
import threading
import traceback
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.parsing.sandbox import DocumentContent, PageRange
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failure_records import failure_to_record
from knowledge.core.failures import BusyDocument, UnreadableDocument, VanishedDocument, make_failure
from knowledge.runtime.settings import disable_telemetry

if TYPE_CHECKING:
    from ingestion.readers.elements import ParsedDocument
    from knowledge.core.passages import Excerpt

_MIN_BYTECODE_BYTES = 64 << 20  # more than the bytecode of all parsers takes
_OOM_SCORE = "1000"  # when memory runs out, the kernel kills the child and not its parent


def main() -> None:
    """Answer requests until the parent closes the socket."""
    answers = _reserve_answer_channel()
    memory_mb, file_mb = map(int, sys.argv[1:])
    _limit_resources(memory_mb)
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_receive_requests, args=(requests,), daemon=True).start()
    with os.fdopen(answers, "wb") as line:
        while True:
            path, pages = json.loads(requests.get())
            line.write(_answer_request(Path(path), pages, file_mb))
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


def _receive_requests(requests: queue.SimpleQueue[str]) -> None:
    try:
        for line in sys.stdin:
            requests.put(line)
    finally:  # also where the parent died before it read an answer: the connection is then reset
        os.killpg(os.getpid(), signal.SIGKILL)


def _answer_request(path: Path, pages: PageRange | None, file_mb: int) -> bytes:
    try:
        answer: dict[str, object] = {"content": asdict(_read_document(path, pages, file_mb))}
        return json.dumps(answer).encode() + b"\n"
    except MemoryError:
        answer = {"error": "MemoryError"}
    except (BusyDocument, UnreadableDocument) as error:
        answer = {"error": type(error).__name__, "failure": failure_to_record(error.failure)}
    except Exception as error:  # noqa: BLE001  # a parser may raise anything: the parent logs it, the child goes on
        frames = traceback.extract_tb(error.__traceback__)
        answer = {"error": type(error).__name__, "frames": [f"{frame.name}:{frame.lineno}" for frame in frames]}
    return json.dumps(answer).encode() + b"\n"


def _read_document(path: Path, pages: PageRange | None, file_mb: int) -> DocumentContent:
    # Here, because the limits and the ban on telemetry must be in force before a parser loads.
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.registry import list_page_ranges, read_document_file

    _check_size(path, file_mb)
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
    )


def _check_size(path: Path, file_mb: int) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise VanishedDocument(make_failure(FailureCode.VANISHED, name=path.name)) from error
    if size > file_mb << 20:
        raise UnreadableDocument(make_failure(FailureCode.TOO_LARGE, name=path.name, mb=size >> 20, most=file_mb))


if __name__ == "__main__":
    main()

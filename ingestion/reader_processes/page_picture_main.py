"""The program that draws one page of a PDF for the bot, which never loads a parser itself.

It is told by its standard input in JSON what to draw, reads the file from a descriptor, and answers with a line of JSON
and the picture. It has limits in time and memory, and can open no other file and no socket.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
from dataclasses import dataclass

from ingestion.reader_processes.confinement import confine_reader, confine_server, limit_resources
from knowledge.runtime.settings import disable_telemetry

_MEMORY_MB = 1_024
_PROCESSOR_SECONDS = 20


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to draw: of a file that begins with `sha256`, the best of some pages, with quotes marked."""

    sha256: str
    max_bytes: int
    pages: tuple[int, ...]
    quotes: tuple[str, ...]


def main() -> None:
    """Draw the page, and answer on the standard output."""
    request = PageRequest(**json.loads(sys.stdin.buffer.read()))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    sys.dont_write_bytecode = True
    disable_telemetry()
    limit_resources(_MEMORY_MB)
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_SECONDS, _PROCESSOR_SECONDS))
    layers = [*confine_server(), *confine_reader()]  # before the first byte of the document
    answer, picture = _draw(request, int(sys.argv[1]))
    sys.stdout.buffer.write(json.dumps({"layers": layers, **answer}).encode() + b"\n" + picture)
    sys.stdout.buffer.flush()


def _draw(request: PageRequest, descriptor: int) -> tuple[dict[str, object], bytes]:
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(request.max_bytes + 1)
    if len(content) > request.max_bytes:
        return {"error": "too_large"}, b""
    if not hashlib.sha256(content).hexdigest().startswith(request.sha256):
        return {"error": "changed"}, b""
    # Here, because the limits must be in force before a parser loads.
    from ingestion.readers.images.page_picture import draw_page

    drawn = draw_page(content, request.pages, request.quotes)
    return {"page": drawn.page, "is_marked": drawn.is_marked}, drawn.png


if __name__ == "__main__":
    main()

"""Hands that read in the worker's own process, and remember: so that kills land between the writes, not in a parser."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from typing import TYPE_CHECKING

from ingestion.parsing.pool import DocumentContent, PageRange, ReaderPool

if TYPE_CHECKING:
    from pathlib import Path

Key = tuple[str, bytes]
# A fork inherits what its parent has read.
_READ: dict[Key, DocumentContent | Exception] = {}


class HandsHere(ReaderPool):
    """Reads at once. What a file of this name and content gave is given again."""

    def submit_document(self, path: Path, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Read a document; the future is done."""
        future: Future[DocumentContent] = Future()
        came = came_of(path)
        if isinstance(came, DocumentContent):
            future.set_result(came)
        else:
            future.set_exception(came)
        return future


def came_of(path: Path) -> DocumentContent | Exception:
    """What reading a file gave, now or before."""
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.registry import read_document_file
    from knowledge.core.failures import BusyDocument, SouffleurError

    try:
        key = (path.name, hashlib.sha256(path.read_bytes()).digest())
    except OSError as error:
        return BusyDocument(f"{path.name} cannot be opened ({error.strerror}).")
    if key in _READ:
        return _READ[key]
    try:
        reading = read_document_file(path)
    except BusyDocument as error:
        return error
    except SouffleurError as error:
        _READ[key] = error
    else:
        _READ[key] = DocumentContent(
            reading.title,
            reading.pages,
            split_into_excerpts(reading),
            hidden=reading.hidden,
            plain_pages=reading.plain_pages,
        )
    return _READ[key]

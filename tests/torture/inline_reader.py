"""Reads documents in the worker's own process and caches the results, so that kills hit the writes and no parser."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from typing import TYPE_CHECKING

from ingestion.reader_processes.pool import DocumentContent, PageRange, ReaderPool
from knowledge.core.failures import BusyDocument

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.scan.document_file import DocumentFile

Key = tuple[str, bytes]
# A fork inherits what its parent has read.
_READ: dict[Key, DocumentContent | Exception] = {}


class InlineReaderPool(ReaderPool):
    """Reads at once; gives the cached result for a file of the same name and content."""

    def submit_document(self, file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Read a document; the future is done."""
        future: Future[DocumentContent] = Future()
        outcome = _read_checked(file)
        if isinstance(outcome, DocumentContent):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)
        return future


def _read_checked(file: DocumentFile) -> DocumentContent | Exception:
    """What a file says, if it is still the one that was asked for once it is read."""
    outcome = read_outcome(file.tree.root / file.path)
    try:
        if file.compute_content_hash() != file.sha256:
            return BusyDocument(f"{file.name} changed while it was read.")
    except BusyDocument as error:
        return error
    return outcome


def read_outcome(path: Path) -> DocumentContent | Exception:
    """The content of a file, or the error of reading it; from the cache if it is there."""
    from ingestion.readers.chunking import split_into_excerpts
    from ingestion.readers.format_detection import read_document_file
    from knowledge.core.failures import SouffleurError

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
            doubtful=reading.doubtful,
        )
    return _READ[key]

"""Chooses where documents are read: in child processes of this machine, or on a Dask cluster."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from ingestion.reader_processes.sandbox_pool import CancelHandle, DocumentContent, PageRange, ReadLimits, SandboxPool
from ingestion.readers.reading_options import find_installed_packages
from knowledge.core.failures import Failure, SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingestion.scan.document_file import DocumentFile
    from ingestion.settings import IngestionSettings

__all__ = ["AnyReaderPool", "DocumentContent", "PageRange", "ReaderPool"]


class AnyReaderPool(Protocol):
    """Reads documents, on this machine or elsewhere."""

    reading_problem: Failure | None  # why nothing can be read; None if reading works

    @property
    def concurrency(self) -> int:
        """How many documents are read at the same time."""

    def find_installed_packages(self) -> frozenset[str]:
        """The packages whose programs are installed wherever documents are read."""

    def prepare_readers(self, suffixes: Collection[str]) -> None:
        """Prepare for documents that are soon to be read, by their suffixes."""

    def submit_document(self, file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Start to read a document, or some of its pages; the future raises UnreadableDocument or BusyDocument."""

    def close(self) -> None:
        """Stop every reading."""


class ReaderPool:
    """Reads documents in child processes; a parser that hangs, crashes or takes all memory costs one document only."""

    reading_problem: Failure | None = None  # why nothing can be read; None if reading works

    def __init__(self, settings: IngestionSettings) -> None:
        """Nothing starts before the first document."""
        self._limits = ReadLimits.from_settings(settings)
        self._readers = settings.readers
        self._sandbox_pool = SandboxPool()
        self._threads = ThreadPoolExecutor(settings.readers, "reader")  # one waits for each child
        self._pending_reads: set[_LocalRead] = set()
        self._prepared: set[str] = set()

    @property
    def concurrency(self) -> int:
        """How many documents are read at the same time."""
        return self._readers

    def find_installed_packages(self) -> frozenset[str]:
        """The packages whose programs are installed wherever documents are read."""
        return find_installed_packages()

    def prepare_readers(self, suffixes: Collection[str]) -> None:
        """Load, each once, the parsers of documents that are soon to be read, by their suffixes."""
        for suffix in set(suffixes) - self._prepared:
            self._prepared.add(suffix)
            self._threads.submit(self._sandbox_pool.prepare_reader, suffix, self._limits)

    def submit_document(self, file: DocumentFile, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Start to read a document, or some of its pages; the future raises UnreadableDocument or BusyDocument."""
        reading = _LocalRead()
        self._pending_reads.add(reading)
        reading.add_done_callback(self._pending_reads.discard)
        self._threads.submit(self._read_in_sandbox, reading, file, pages).add_done_callback(reading.copy_outcome)
        return reading

    def close(self) -> None:
        """Stop every reading and end the readers."""
        for reading in list(self._pending_reads):
            reading.cancel()
        self._threads.shutdown()
        self._sandbox_pool.close()

    def _read_in_sandbox(
        self, local_read: _LocalRead, file: DocumentFile, pages: PageRange | None
    ) -> DocumentContent | None:
        if not local_read.set_running_or_notify_cancel():
            return None
        return self._sandbox_pool.read_in_sandbox(file, self._limits, local_read.cancel_handle, pages)


def open_reader_pool(settings: IngestionSettings) -> AnyReaderPool:
    """The pool that the settings choose."""
    if settings.dask_scheduler is None:
        return ReaderPool(settings)
    if find_spec("distributed") is None:
        raise SettingsError("DASK_SCHEDULER is set and Dask is not installed: install souffleur[cluster].")
    # Here, because Dask is an extra that most installations do not have.
    from ingestion.reader_processes.dask_cluster import DaskReaderPool

    return DaskReaderPool(settings)


class _LocalRead(Future[DocumentContent]):
    """A document that a child process reads; cancelling it ends the child."""

    def __init__(self) -> None:
        super().__init__()
        self.cancel_handle = CancelHandle()

    def cancel(self) -> bool:
        self.cancel_handle.cancel_read()
        return super().cancel()

    def copy_outcome(self, finished: Future[DocumentContent | None]) -> None:
        """Copy the result or the error of the thread that waited for the child."""
        if error := finished.exception():
            self.set_exception(error)
        elif content := finished.result():
            self.set_result(content)

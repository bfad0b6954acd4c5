"""Hands documents to those that read them: children of this process, or the workers of a Dask cluster."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from ingestion.parsing.sandbox import CancelHandle, DocumentContent, PageRange, ReadLimits, SandboxPool

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import IngestionSettings

__all__ = ["DocumentContent", "PageRange", "ReaderPool"]


class ReaderEngine(Protocol):
    """Where documents are read. Cancelling a future gives its document up."""

    @property
    def concurrency(self) -> int:
        """How many documents are read at the same time."""

    @property
    def reading_problem(self) -> str | None:
        """Why nothing can be read, in a sentence; None where all is well."""

    def submit_document(self, path: Path, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Start reading a document, or some pages of it. The future raises what `Cells.read` raises."""

    def close(self) -> None:
        """Give up what is being read, and end whatever reads."""


class ReaderPool:
    """What the worker reads with. A hang, a crash or a memory bomb costs the document in hand, nothing else."""

    def __init__(self, settings: IngestionSettings) -> None:
        """Begin nothing yet.

        Raises:
            SettingsError: a cluster is asked for and Dask is not installed.
        """
        self._engine = _make_engine(settings)

    def close(self) -> None:
        """End the children; what they were reading is dropped."""
        self._engine.close()

    @property
    def concurrency(self) -> int:
        """How many documents are read at the same time; with a cluster it changes as workers come and go."""
        return self._engine.concurrency

    @property
    def reading_problem(self) -> str | None:
        """Why no document can be read, in a sentence; None where all is well."""
        return self._engine.reading_problem

    def submit_document(self, path: Path, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Start reading a document, or some pages of it; `outcome` gives what came of it."""
        return self._engine.submit_document(path, pages)

    def get_read_result(self, future: Future[DocumentContent], path: Path) -> DocumentContent:  # noqa: ARG002  # the path is the caller's habit
        """What reading gave.

        Raises:
            UnreadableDocument: it cannot be read; the sentence says why and what to do.
            BusyDocument: it cannot be read now.
        """
        return future.result()


def _make_engine(settings: IngestionSettings) -> ReaderEngine:
    if settings.dask_scheduler is None:
        return LocalReaderEngine(ReadLimits.from_settings(settings), settings.readers)
    from ingestion.parsing.dask_cluster import DaskReaderEngine

    return DaskReaderEngine(settings)


class LocalReaderEngine:
    """Threads of this process, each of which waits on a child."""

    reading_problem = None

    def __init__(self, limits: ReadLimits, readers: int) -> None:
        self.concurrency = readers
        self._limits = limits
        self._sandbox_pool = SandboxPool()
        self._threads = ThreadPoolExecutor(readers, "reader")
        self._pending_reads: set[_LocalRead] = set()

    def submit_document(self, path: Path, pages: PageRange | None = None) -> Future[DocumentContent]:
        """Start reading a document as soon as a thread is free."""
        reading = _LocalRead()
        self._pending_reads.add(reading)
        reading.add_done_callback(self._pending_reads.discard)
        self._threads.submit(self._read_in_sandbox, reading, path, pages).add_done_callback(reading.copy_outcome)
        return reading

    def close(self) -> None:
        """End every child."""
        for reading in list(self._pending_reads):
            reading.cancel()
        self._threads.shutdown()
        self._sandbox_pool.close()

    def _read_in_sandbox(self, local_read: _LocalRead, path: Path, pages: PageRange | None) -> DocumentContent | None:
        if not local_read.set_running_or_notify_cancel():
            return None
        return self._sandbox_pool.read_in_sandbox(path, self._limits, local_read.cancel_handle, pages)


class _LocalRead(Future[DocumentContent]):
    """A document that is read here; cancelling it ends the child that is at it."""

    def __init__(self) -> None:
        super().__init__()
        self.cancel_handle = CancelHandle()

    def cancel(self) -> bool:
        self.cancel_handle.cancel_read()
        return super().cancel()

    def copy_outcome(self, finished: Future[DocumentContent | None]) -> None:
        """Take over how carrying it out ended."""
        if error := finished.exception():
            self.set_exception(error)
        elif content := finished.result():
            self.set_result(content)

"""Hands documents to those that read them: children of this process, or the workers of a Dask cluster."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol

from ingestion.parsing.sandbox import Cells, Content, Leash, Limits, Pages

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.settings import IngestionSettings

__all__ = ["Content", "Hands", "Pages"]


class Engine(Protocol):
    """Where documents are read. Cancelling a future gives its document up."""

    @property
    def many(self) -> int:
        """How many documents are read at the same time."""

    @property
    def trouble(self) -> str | None:
        """Why nothing can be read, in a sentence; None where all is well."""

    def read(self, path: Path, pages: Pages | None = None) -> Future[Content]:
        """Start reading a document, or some pages of it. The future raises what `Cells.read` raises."""

    def close(self) -> None:
        """Give up what is being read, and end whatever reads."""


class Hands:
    """What the worker reads with. A hang, a crash or a memory bomb costs the document in hand, nothing else."""

    def __init__(self, settings: IngestionSettings) -> None:
        """Begin nothing yet.

        Raises:
            SettingsError: a cluster is asked for and Dask is not installed.
        """
        self._engine = _engine(settings)

    def close(self) -> None:
        """End the children; what they were reading is dropped."""
        self._engine.close()

    @property
    def many(self) -> int:
        """How many documents are read at the same time; with a cluster it changes as workers come and go."""
        return self._engine.many

    @property
    def trouble(self) -> str | None:
        """Why no document can be read, in a sentence; None where all is well."""
        return self._engine.trouble

    def read(self, path: Path, pages: Pages | None = None) -> Future[Content]:
        """Start reading a document, or some pages of it; `outcome` gives what came of it."""
        return self._engine.read(path, pages)

    def outcome(self, future: Future[Content], path: Path) -> Content:  # noqa: ARG002  # the path is the caller's habit
        """What reading gave.

        Raises:
            UnreadableDocument: it cannot be read; the sentence says why and what to do.
            BusyDocument: it cannot be read now.
        """
        return future.result()


def _engine(settings: IngestionSettings) -> Engine:
    if settings.dask_scheduler is None:
        return Here(Limits.of(settings), settings.readers)
    from ingestion.parsing.dask_cluster import Cluster

    return Cluster(settings)


class Here:
    """Threads of this process, each of which waits on a child."""

    trouble = None

    def __init__(self, limits: Limits, readers: int) -> None:
        self.many = readers
        self._limits = limits
        self._cells = Cells()
        self._threads = ThreadPoolExecutor(readers, "reader")
        self._open: set[_Reading] = set()

    def read(self, path: Path, pages: Pages | None = None) -> Future[Content]:
        """Start reading a document as soon as a thread is free."""
        reading = _Reading()
        self._open.add(reading)
        reading.add_done_callback(self._open.discard)
        self._threads.submit(self._carry_out, reading, path, pages).add_done_callback(reading.settle)
        return reading

    def close(self) -> None:
        """End every child."""
        for reading in list(self._open):
            reading.cancel()
        self._threads.shutdown()
        self._cells.close()

    def _carry_out(self, reading: _Reading, path: Path, pages: Pages | None) -> Content | None:
        if not reading.set_running_or_notify_cancel():
            return None
        return self._cells.read(path, self._limits, reading.leash, pages)


class _Reading(Future[Content]):
    """A document that is read here; cancelling it ends the child that is at it."""

    def __init__(self) -> None:
        super().__init__()
        self.leash = Leash()

    def cancel(self) -> bool:
        self.leash.pull()
        return super().cancel()

    def settle(self, carried_out: Future[Content | None]) -> None:
        """Take over how carrying it out ended."""
        if error := carried_out.exception():
            self.set_exception(error)
        elif content := carried_out.result():
            self.set_result(content)

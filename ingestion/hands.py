"""Reads documents in child processes, each with its limits in time and memory. Knows no folder and no index."""

from __future__ import annotations

import multiprocessing
import os
import resource
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.errors import SouffleurError, UnreadableDocument, VanishedDocument

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from pebble import ProcessPool

    from ingestion.settings import IngestionSettings
    from knowledge.passages import Excerpt

_DOCUMENTS_A_CHILD = 50  # then it is replaced, so that what a parser leaks does not add up
_SECRETS = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "QDRANT_API_KEY")


@dataclass(frozen=True, slots=True)
class Content:
    """What a document holds: its title, its number of pages where it has pages, and its excerpts in order."""

    title: str
    pages: int | None
    excerpts: list[Excerpt]


class Hands:
    """A pool of children that read. A hang, a crash or a memory bomb costs the document in hand, nothing else."""

    def __init__(self, settings: IngestionSettings) -> None:
        self._settings = settings
        self._pool: ProcessPool | None = None

    def close(self) -> None:
        """End the children; what they were reading is dropped."""
        if self._pool:
            self._pool.stop()
            self._pool.join()

    @property
    def many(self) -> int:
        """How many documents are read at the same time."""
        return self._settings.readers

    def read(self, path: Path) -> Future[Content]:
        """Start reading a document; `outcome` gives what came of it."""
        future: Future[Content] = self._children().schedule(
            _read, args=(path, self._settings.max_file_mb), timeout=self._settings.read_seconds
        )
        return future

    def outcome(self, future: Future[Content], path: Path) -> Content:
        """What reading gave.

        Raises:
            UnreadableDocument: it cannot be read; the sentence says why and what to do.
            BusyDocument: it cannot be read now.
        """
        from pebble import ProcessExpired

        try:
            return future.result()
        except SouffleurError:
            raise
        except FutureTimeoutError as error:
            raise UnreadableDocument(
                f"{path.name} took longer than {self._settings.read_seconds} s to read: "
                "split it, or raise READ_SECONDS."
            ) from error
        except MemoryError as error:
            raise UnreadableDocument(
                f"{path.name} needs more than {self._settings.read_memory_mb} MB to be read: "
                "split it, or raise READ_MEMORY_MB."
            ) from error
        except ProcessExpired as error:
            raise UnreadableDocument(
                f"{path.name} made its reader crash: save it again in its own program, or drop it as PDF."
            ) from error

    def _children(self) -> ProcessPool:
        from pebble import ProcessPool

        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                max_workers=self._settings.readers,
                max_tasks=_DOCUMENTS_A_CHILD,
                initializer=_confine,
                initargs=(self._settings.read_memory_mb,),
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool


def _confine(memory_mb: int) -> None:
    """In the child, before it reads anything: no secrets, bounded memory, no core dumps, no telemetry."""
    from knowledge.settings import silence_telemetry

    for name in _SECRETS:
        os.environ.pop(name, None)
    silence_telemetry()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_mb << 20 if most == resource.RLIM_INFINITY else min(memory_mb << 20, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(path: Path, max_file_mb: int) -> Content:
    from ingestion.reading.read import read
    from ingestion.split import split

    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise VanishedDocument(f"{path.name} vanished before it was read.") from error
    if size > max_file_mb << 20:
        raise UnreadableDocument(
            f"{path.name} has {size >> 20} MB, more than {max_file_mb}: split it, or raise MAX_FILE_MB."
        )
    reading = read(path)
    return Content(reading.title, reading.pages, split(reading))

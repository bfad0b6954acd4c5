"""Sets up a worker for tests, with a clock that a test can advance."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qdrant_client import QdrantClient

from ingestion.reader_processes.pool import ReaderPool
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
from ingestion.sync.progress import PassSummary
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.core.access import Audience
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter


@dataclass(slots=True)
class Bench:
    """A folder, an index, a ledger, and the reconciler between them."""

    root: Path
    client: QdrantClient
    index: PassageWriter
    ledger: DocumentLedger
    reader_pool: ReaderPool
    meaning: EmbeddingModel
    stop: threading.Event
    ahead: float = 0.0
    worker: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        """Build the reconciler."""
        self.worker = self.make_worker()

    def make_worker(
        self,
        *,
        index: PassageWriter | None = None,
        ledger: DocumentLedger | None = None,
        reading: DocumentReading | None = None,
        **folder: Any,
    ) -> Reconciler:
        """Build another reconciler of the folder, with other parts, or with options of the folder."""
        return Reconciler(
            WatchedFolder(self.root, **folder),
            IndexTarget(index or self.index, ledger or self.ledger),
            reading or DocumentReading(self.reader_pool),
            self.stop,
            self.now,
        )

    def now(self) -> float:
        """The time, `ahead` seconds later."""
        return time.time() + self.ahead

    def drop(self, path: str, text: str | bytes) -> Path:
        """Write a file into the folder."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
        return target

    def scan(self, quiet_seconds: float = 0, forced: Callable[[str], bool] | None = None) -> PassSummary:
        """Run one pass."""
        return self.worker.run_pass(quiet_seconds=quiet_seconds, is_forced=forced)

    def found(self, question: str) -> set[str]:
        """Search, and return the paths of the found passages."""
        search = PassageSearch(self.client, "t", self.meaning)
        found = search.search_passages(question, Audience.everyone(), 20).found
        return {passage.path for one in found for passage in (one.passage, *one.copies)}


def document_file(path: Path) -> DocumentFile:
    """The file at a path as one that the worker hands to its readers."""
    return DocumentFile(FolderTree(path.parent), path.name)


def too_deep(root: Path) -> None:
    """Make a folder in `root` that is so deep that no user can see all of it."""
    here = os.open(root, os.O_RDONLY)
    for _ in range(18):  # 18 times 250 characters are more than a path may have
        os.mkdir("d" * 250, dir_fd=here)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def counts(summary: PassSummary) -> dict[str, int]:
    """Return the numbers of a summary that are not zero."""
    numbers = {name: getattr(summary, name) for name in ("indexed", "unchanged", "moved", "deleted", "waiting")}
    return {name: number for name, number in {**numbers, "failed": len(summary.failed)}.items() if number}


def until(holds: Callable[[], bool], limit: float = 60) -> None:
    """Wait until a condition holds; fail after `limit` seconds."""
    end = time.monotonic() + limit
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"the condition did not hold within {limit} s")
        threading.Event().wait(0.02)

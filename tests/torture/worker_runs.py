"""Lives of the worker: builds its parts as `python -m ingestion` does, in a fork that can be killed at any moment."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import select
import signal
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.deletions.folder_marker import FolderMarker
from ingestion.deletions.guard import DeletionGuard, MassDeletionLimit
from ingestion.embedding import backfill
from ingestion.embedding.backfill import EmbeddingBackfill
from ingestion.parsing.pool import ReaderPool
from ingestion.rollout.rollout import Rollout
from ingestion.scan.planner import MAX_RETRY_SECONDS
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import Reconciler
from knowledge.core.failures import IndexUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage import passage_writer
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.worker_requests import DeletionHolds
from tests.torture.inline_reader import InlineReaderPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qdrant_client import QdrantClient

log = logging.getLogger(__name__)

DONE, AWAY, FAILED = 0, 3, 70  # exit statuses of a life: all done, Qdrant failed, an error that nobody foresaw
_PR_SET_PDEATHSIG = 1
_LARGEST_FILE = 0  # bytes on a full disk
# Every rest of a failure is over by then: an undisturbed pass comes an hour later.
LATER = MAX_RETRY_SECONDS + 1


@dataclass(frozen=True, slots=True)
class Life:
    """How one worker lives: whose collections it writes, who reads for it, how wrong its clock goes.

    With a `model`, it makes the index of that model answer, beside another if another answers.
    """

    prefix: str
    reading_children: bool = False
    clock_offset: float = 0.0
    disk_full: bool = False
    model: str | None = None


@contextmanager
def parts(
    client: QdrantClient, settings: IngestionSettings, life: Life, meaning: EmbeddingModel | None = None
) -> Iterator[tuple[Reconciler, EmbeddingBackfill]]:
    """A worker and its enricher over `client`, on the folder of the settings."""
    meaning = meaning or EmbeddingModel(settings)
    index = PassageWriter(client, life.prefix, meaning)
    ledger = DocumentLedger(client, life.prefix)
    with _hands(settings, life) as reader_pool:
        worker = Reconciler(
            settings.documents_dir,
            index,
            ledger,
            reader_pool,
            threading.Event(),
            clock=lambda: time.time() + life.clock_offset,
            deletions=_deletions(client, settings, life),
        )
        yield worker, EmbeddingBackfill(index, worker.ledger_cache, meaning)


def switched(client: QdrantClient, settings: IngestionSettings, life: Life) -> None:
    """One pass over the folder, the vectors, and whatever it takes to let the index of the life's model answer."""
    told = settings.model_copy(update={"embedding_model": life.model, "quiet_seconds": 0.0})
    with _hands(settings, life) as reader_pool:
        lanes = Rollout(
            told,
            client,
            reader_pool,
            threading.Event(),
            deletions=_deletions(client, settings, life),
            clock=lambda: time.time() + life.clock_offset,
            prefix=life.prefix,
        )
        lanes.review_versions()
        lanes.serving_worker.reconciler.run_pass()
        lanes.serving_worker.backfill.fill_embeddings()
        while lanes.advance_rollout(lambda: False):
            pass


@contextmanager
def _hands(settings: IngestionSettings, life: Life) -> Iterator[ReaderPool]:
    reader_pool = ReaderPool(settings) if life.reading_children else InlineReaderPool(settings)
    try:
        yield reader_pool
    finally:
        reader_pool.close()


def _deletions(client: QdrantClient, settings: IngestionSettings, life: Life) -> DeletionGuard:
    return DeletionGuard(
        MassDeletionLimit(settings.max_deletes, settings.max_deletes_percent),
        FolderMarker(settings.documents_dir, client, life.prefix),
        DeletionHolds(client, life.prefix),
    )


def write_in_small_batches() -> None:
    """Let even a small document take several writes: each gap between two is a place to die."""
    passage_writer._BATCH = 3
    vars(backfill)["BATCH"] = 4  # its own name for what it imports


def lived(settings: IngestionSettings, life: Life) -> int:
    """One pass over the folder, then the vectors; how it ended."""
    if life.disk_full:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    try:
        client = open_qdrant(settings)
        if life.model:
            switched(client, settings, life)
            return DONE
        with parts(client, settings, life) as (worker, enricher):
            worker.run_pass()
            enricher.fill_embeddings()
    except IndexUnavailable:
        return AWAY
    return DONE


class Child:
    """A fork that runs `work`, once told to. It does not outlive this process."""

    def __init__(self, work: Callable[[], int], log_file: Path) -> None:
        waits, self._starts = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._starts)
            _become(work, waits, log_file)
        os.close(waits)
        self._pidfd = os.pidfd_open(self.pid)

    def start(self) -> None:
        """Let it work."""
        os.write(self._starts, b".")
        os.close(self._starts)

    def ended(self, seconds: float) -> bool:
        """Whether it ends within so many seconds."""
        return bool(select.select([self._pidfd], [], [], seconds)[0])

    def kill(self) -> None:
        """Kill it; its children are left to themselves."""
        os.kill(self.pid, signal.SIGKILL)

    def wake(self) -> None:
        """Let it go on after it was put to sleep."""
        os.kill(self.pid, signal.SIGCONT)

    def status(self) -> int:
        """Wait for its end; its exit status, negative where a signal ended it."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self._pidfd)
        return os.waitstatus_to_exitcode(status)


def _become(work: Callable[[], int], waits: int, log_file: Path) -> None:
    status = FAILED
    try:
        os.read(waits, 1)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with log_file.open("ab") as sink:
            os.dup2(sink.fileno(), 2)
        status = work()
    except Exception:
        # Whatever the worker dies of is a finding: the status tells it, the log says why.
        log.exception("the worker died")
    finally:
        os._exit(status)

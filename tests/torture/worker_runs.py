"""Runs a worker, built as `python -m ingestion` builds it, in a fork that can be killed at any moment."""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import resource
import select
import signal
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.deletions import DeletionGuard, FolderMarker, MassDeletionLimit
from ingestion.embedding import backfill
from ingestion.embedding.backfill import EmbeddingBackfill
from ingestion.embedding.lane import EmbeddingLane
from ingestion.reader_processes.pool import DocumentContent, PageRange, ReaderPool
from ingestion.rollout.rollout import IndexPlace, Rollout
from ingestion.settings import IngestionSettings
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from ingestion.sync.retries import MAX_RETRY_SECONDS
from knowledge.core.failures import BusyDocument, IndexUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage import passage_writer
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.worker_requests import DeletionHolds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qdrant_client import QdrantClient

    from ingestion.scan.document_file import DocumentFile

log = logging.getLogger(__name__)

DONE, AWAY, FAILED = 0, 3, 70  # exit statuses: all done, Qdrant failed, an unexpected error
_PR_SET_PDEATHSIG = 1
_LARGEST_FILE = 0  # bytes on a full disk
# An undisturbed pass comes this much later: no failure waits any more by then.
LATER = MAX_RETRY_SECONDS + 1


@dataclass(frozen=True, slots=True)
class WorkerRun:
    """The collections that one worker writes, its readers, the error of its clock, and whether its disk is full.

    With a `model`, the worker builds an index of that model and makes it the serving one.
    """

    prefix: str
    reading_children: bool = False
    clock_offset: float = 0.0
    disk_full: bool = False
    model: str | None = None


@contextmanager
def open_worker(
    client: QdrantClient, settings: IngestionSettings, run: WorkerRun, embedding_model: EmbeddingModel | None = None
) -> Iterator[tuple[Reconciler, EmbeddingBackfill]]:
    """Build a reconciler and a backfill over `client` for the folder of the settings."""
    embedding_model = embedding_model or EmbeddingModel(settings)
    index = PassageWriter(client, run.prefix, embedding_model)
    ledger = DocumentLedger(client, run.prefix)
    with _open_reader_pool(settings, run) as reader_pool:
        worker = Reconciler(
            WatchedFolder(settings.documents_dir, deletions=_deletions(client, settings, run)),
            IndexTarget(index, ledger),
            DocumentReading(reader_pool),
            threading.Event(),
            lambda: time.time() + run.clock_offset,
        )
        yield worker, EmbeddingBackfill(index, worker.ledger_cache, EmbeddingLane(embedding_model))


def run_rollout(client: QdrantClient, settings: IngestionSettings, run: WorkerRun) -> None:
    """Run one pass, embed, and roll out the index of the run's model."""
    model_settings = settings.model_copy(update={"embedding_model": run.model, "quiet_seconds": 0.0})
    with _open_reader_pool(settings, run) as reader_pool:
        rollout = Rollout(
            model_settings,
            replace(IndexPlace.from_settings(model_settings, client), prefix=run.prefix),
            reader_pool,
            threading.Event(),
            folder=WatchedFolder(settings.documents_dir, _deletions(client, settings, run)),
            clock=lambda: time.time() + run.clock_offset,
        )
        rollout.review_versions()
        rollout.serving_worker.reconciler.run_pass()
        rollout.serving_worker.backfill.fill_embeddings()
        while rollout.advance_rollout(lambda: False):
            pass


@contextmanager
def _open_reader_pool(settings: IngestionSettings, run: WorkerRun) -> Iterator[ReaderPool]:
    reader_pool = ReaderPool(settings) if run.reading_children else InlineReaderPool(settings)
    try:
        yield reader_pool
    finally:
        reader_pool.close()


def _deletions(client: QdrantClient, settings: IngestionSettings, run: WorkerRun) -> DeletionGuard:
    return DeletionGuard(
        MassDeletionLimit(settings.max_deletes, settings.max_deletes_percent),
        FolderMarker(settings.documents_dir, client, run.prefix),
        DeletionHolds(client, run.prefix),
    )


def write_in_small_batches() -> None:
    """Let even a small document take several writes, so that a worker can be killed between any two."""
    passage_writer._BATCH = 3
    vars(backfill)["EMBEDDING_BATCH_SIZE"] = 4  # the name under which the module imports it


def run_worker(settings: IngestionSettings, run: WorkerRun) -> int:
    """Run one pass and embed; return the exit status."""
    if run.disk_full:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    try:
        client = open_qdrant(settings)
        if run.model:
            run_rollout(client, settings, run)
            return DONE
        with open_worker(client, settings, run) as (worker, backfill):
            worker.run_pass()
            backfill.fill_embeddings()
    except IndexUnavailable:
        return AWAY
    return DONE


class WorkerProcess:
    """Runs `work` in a fork once it is started; the fork ends with this process."""

    def __init__(self, work: Callable[[], int], log_file: Path) -> None:
        waits, self._starts = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._starts)
            _run_child(work, waits, log_file)
        os.close(waits)
        self._pidfd = os.pidfd_open(self.pid)

    def start(self) -> None:
        """Let the fork begin its work."""
        os.write(self._starts, b".")
        os.close(self._starts)

    def ended(self, seconds: float) -> bool:
        """Say whether the fork ends within so many seconds."""
        return bool(select.select([self._pidfd], [], [], seconds)[0])

    def kill(self) -> None:
        """Kill the fork, but not its children."""
        os.kill(self.pid, signal.SIGKILL)

    def wake(self) -> None:
        """Let the fork go on after it was stopped."""
        os.kill(self.pid, signal.SIGCONT)

    def status(self) -> int:
        """Wait for the end; return the exit status, negative if a signal ended the fork."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self._pidfd)
        return os.waitstatus_to_exitcode(status)


def _run_child(work: Callable[[], int], waits: int, log_file: Path) -> None:
    status = FAILED
    try:
        os.read(waits, 1)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with log_file.open("ab") as sink:
            os.dup2(sink.fileno(), 2)
        status = work()
    except Exception:
        # Any error of the worker is a finding: the exit status shows it and the log says why.
        log.exception("the worker died")
    finally:
        os._exit(status)


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

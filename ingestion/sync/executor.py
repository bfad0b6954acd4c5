"""Carries out the operations of a plan in order and keeps all readers busy."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingestion.sync.document_operations import DocumentOperations, ReadStep
from ingestion.sync.ledger_cache import get_shared_values
from ingestion.sync.planner import CopyDocument, ForgetDocument, KeepDocument, Operation, ReadDocument
from ingestion.sync.read_queue import ReadQueue, UnreadPaths
from knowledge.core.documents import (
    SEARCHABLE_STATES,
    Document,
    DocumentState,
    Fingerprint,
    make_content_version,
    make_document_id,
)
from knowledge.core.failures import RequestRefused

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from ingestion.access.policy import AccessPolicy
    from ingestion.embedding.early_embedding import EarlyEmbedding
    from ingestion.reader_processes.pool import AnyReaderPool, DocumentContent
    from ingestion.scan.folder_scan import FolderScan

log = logging.getLogger(__name__)

_STOP_CHECK_SECONDS = 0.5  # the longest wait for a reader before `stop` is checked again


class ProgressListener(Protocol):
    """Receives the progress of a pass, for example a bar on a terminal or a request in Qdrant."""

    def report_progress(self, done: int, total: int, path: str) -> None:
        """Take note that `done` of `total` documents are finished; `path` was the last."""


class SilentListener:
    """Ignores the progress of a pass."""

    def report_progress(self, done: int, total: int, path: str) -> None:
        """Ignore the step."""


@dataclass(frozen=True, slots=True)
class PassControl:
    """Who gets the progress of a pass and what ends it: `stop`, `should_pause`, or that it has taken `max_seconds`.

    A pass that is paused, or whose time is over, leaves the reads that are under way to the next one.
    """

    listener: ProgressListener
    stop: threading.Event
    should_pause: Callable[[], bool]
    max_seconds: float | None = None

    def begin_step(self) -> Callable[[], bool]:
        """Begin to hash or to read, for half of the time at most; the result says whether the step must end now."""
        until = None if self.max_seconds is None else time.monotonic() + self.max_seconds / 2
        return lambda: self.must_end() or (until is not None and time.monotonic() >= until)

    def must_end(self) -> bool:
        """Say whether the pass was stopped or paused."""
        return self.stop.is_set() or self.should_pause()


class DocumentFactory:
    """Makes new ledger records for the files of one scan."""

    def __init__(
        self,
        scan: FolderScan,
        hashes: Mapping[str, str],
        ledger: Mapping[str, Document],
        policy: AccessPolicy,
        name_pipeline: Callable[[str], str],
        now: float,
    ) -> None:
        self._scan = scan
        self._hashes = hashes
        self._ledger = ledger
        self._policy = policy
        self._name_pipeline = name_pipeline
        self._now = now

    def make_document(self, path: str) -> Document:
        """Make the ledger's record of a file that is about to be copied or read."""
        known = self._ledger.get(path)
        sha256 = self._hashes[path]
        pipeline = self._name_pipeline(path)
        version = make_content_version(sha256, pipeline)
        fingerprint = self._scan.files[path]
        return Document(
            path=path,
            fingerprint=fingerprint,
            sha256=sha256,
            version=version,
            generation=known.generation + 1 if known else 1,
            state=DocumentState.READING,
            title=path.rsplit("/", 1)[-1],
            seen_at=self._now,
            read_at=known.read_at if known else None,
            changed_at=fingerprint.mtime_ns / 1e9,
            pipeline=pipeline,
            attempts=known.attempts if known and known.version == version else 0,
            audience=self._policy.find_audience(path),
            label=self._policy.find_label(path),
        )


class PlanExecutor:
    """Carries out one plan; the reads under way are kept in a queue that outlives it."""

    def __init__(
        self,
        operations: DocumentOperations,
        ledger: Mapping[str, Document],
        document_factory: DocumentFactory,
        control: PassControl,
        reader_pool: AnyReaderPool,
        read_queue: ReadQueue,
        early_embedding: EarlyEmbedding | None = None,
    ) -> None:
        self._operations = operations
        self._early = early_embedding
        self._reader_pool = reader_pool
        self._control = control
        self._ledger = ledger
        self._document_factory = document_factory
        self._reads = read_queue
        self._unread = UnreadPaths()
        self._counts: Counter[str] = Counter()
        self._done = 0
        self._total = 0

    @property
    def left_paths(self) -> frozenset[str]:
        """The documents whose reading is not finished."""
        return frozenset({*self._unread.list_paths(), *self._reads.paths})

    def execute_plan(self, operations: Sequence[Operation]) -> Counter[str]:
        """Run every operation, deletions last, until told to end; return the number of documents by outcome."""
        work = [
            operation
            for operation in operations
            if not (isinstance(operation, KeepDocument) and not operation.new_fingerprint)
        ]
        self._counts["unchanged"] = sum(self._is_unchanged(operation) for operation in operations)
        self._total = len(work)
        self._drop_stale_reads({operation.path for operation in work if isinstance(operation, ReadDocument)})
        deletions = [operation for operation in work if isinstance(operation, ForgetDocument)]
        try:
            self._run_operations([operation for operation in work if not isinstance(operation, ForgetDocument)])
            self._read_documents()
            self._run_operations(deletions)
        finally:
            if self._control.stop.is_set():
                self._reads.drop_all()
            self._operations.end_pass(self._reads.paths)
        self._counts["left"] += len(self.left_paths)
        return self._counts

    def _run_operations(self, operations: Sequence[Operation]) -> None:
        for started, operation in enumerate(operations):
            if self._control.must_end():
                self._counts["left"] += len(operations) - started
                return
            with self._skip_refused(operation.path):
                self._start_operation(operation)

    def _drop_stale_reads(self, planned: Collection[str]) -> None:
        """Stop reading what has changed since, or is not to be read any more; give the others their audience of now."""
        for path in [*self._reads.paths]:
            known = self._reads.get_document(path)
            wanted = self._document_factory.make_document(path) if path in planned else None
            if known and wanted and _is_same_reading(known, wanted):
                self._reads.update_audience(path, wanted.audience)
                self._operations.change_assembly_audience(path, wanted.audience)
            else:
                self._reads.drop_document(path)

    def _is_unchanged(self, operation: Operation) -> bool:
        if not isinstance(operation, KeepDocument):
            return False
        known = get_shared_values(self._ledger, operation.path)
        return known is not None and known.state in SEARCHABLE_STATES

    def _start_operation(self, operation: Operation) -> None:
        match operation:
            case KeepDocument(path, new_fingerprint=Fingerprint() as fingerprint):
                self._operations.update_fingerprint(self._ledger[path], fingerprint)
                self._record_outcome(path, "touched")
            case CopyDocument(path, source, moved):
                document = self._document_factory.make_document(path)
                copied = self._operations.copy_document(document, self._ledger[source], is_move=moved)
                if copied and self._ledger[source].label == document.label:
                    self._record_outcome(path, "moved" if moved else "indexed")
                else:  # the copy answers until the file is read under the label of its new folder
                    self._plan_read(path)
            case ReadDocument(path):
                self._plan_read(path)
            case ForgetDocument(path):
                self._operations.forget_document(path)
                self._record_outcome(path, "deleted")

    def _plan_read(self, path: str) -> None:
        if self._reads.get_document(path):
            return  # it is being read since an earlier pass
        if self._operations.reuse_previous_document(self._document_factory.make_document(path)):
            self._record_outcome(path, "indexed")
        else:
            self._unread.add_path(path)

    def _read_documents(self) -> None:
        """Keep the readers busy until everything is read or the time is over; in each pass at least one step."""
        is_over = self._control.begin_step()
        while not self._control.must_end():
            self._start_reads()
            if not self._reads.paths:
                break
            patience = min(_STOP_CHECK_SECONDS, self._operations.seconds_to_write)
            embedding = self._early.futures if self._early else ()
            for document, part, future in self._reads.take_finished(patience, embedding):
                self._index_part(document, part, future)
            if self._early:
                self._early.store_finished()
            if not self._operations.seconds_to_write:
                self._write_collected()
            if is_over():
                break
        self._write_collected()

    def _write_collected(self) -> None:
        for written in self._operations.write_collected():
            path, step = written.collected.read.path, ReadStep("failed")
            with self._skip_refused(path):
                step = self._operations.conclude_written(written)
            self._offer_passages(step)
            self._record_outcome(path, step.outcome)

    def _offer_passages(self, step: ReadStep) -> None:
        if self._early and step.added:
            self._early.offer_passages(step.added)

    def _start_reads(self) -> None:
        while chosen := self._reads.choose_next(self._unread, self._reader_pool.concurrency):
            if isinstance(chosen, str):
                self._unread.remove_path(chosen)
                document = self._document_factory.make_document(chosen)
                with self._skip_refused(chosen):
                    self._reads.add_read(document, 0, self._operations.start_reading(document))
            else:
                document, part, pages = chosen
                self._reads.add_read(document, part, self._operations.start_reading_part(document, pages))

    def _index_part(self, document: Document, part: int, future: Future[DocumentContent]) -> None:
        step = ReadStep("failed")
        with self._skip_refused(document.path):
            step = self._operations.index_read_part(document, part, future)
        self._offer_passages(step)
        if step.outcome == "reading":
            self._reads.add_parts(document.path, step.more)
            self._control.listener.report_progress(self._done, self._total, document.path)
        else:
            self._reads.drop_document(document.path)
            if step.outcome != "collected":
                self._record_outcome(document.path, step.outcome)

    @contextlib.contextmanager
    def _skip_refused(self, path: str) -> Iterator[None]:
        """Go on after an operation on a document that Qdrant refuses: the others may succeed."""
        try:
            yield
        except RequestRefused as error:
            self._counts["refused"] += 1
            log.warning(
                "not done, another pass tries again: document=%s error=%s path=%s", make_document_id(path), error, path
            )

    def _record_outcome(self, path: str, outcome: str) -> None:
        self._counts[outcome] += 1
        self._done += 1
        self._control.listener.report_progress(self._done, self._total, path)


def _is_same_reading(known: Document, wanted: Document) -> bool:
    """Say whether a document that is being read is still what is to be read."""
    return (known.fingerprint, known.version, known.label) == (wanted.fingerprint, wanted.version, wanted.label)

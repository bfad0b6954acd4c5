"""Carries out the operations of a plan in order and keeps all readers busy."""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingestion.scan.planner import CopyDocument, ForgetDocument, KeepDocument, Operation, ReadDocument
from ingestion.sync.document_operations import ReadStep
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
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ingestion.access.policy import AccessPolicy
    from ingestion.parsing.pool import DocumentContent, ReaderPool
    from ingestion.scan.folder_scan import FolderScan
    from ingestion.sync.document_operations import DocumentOperations

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
    """Who gets the progress of a pass and who ends it: `stop` at once, `should_pause` after the started documents."""

    listener: ProgressListener
    stop: threading.Event
    should_pause: Callable[[], bool]


class DocumentFactory:
    """Makes new ledger records for the files of one scan."""

    def __init__(
        self,
        scan: FolderScan,
        hashes: Mapping[str, str],
        ledger: Mapping[str, Document],
        policy: AccessPolicy,
        pipeline: str,
        now: float,
    ) -> None:
        self._scan = scan
        self._hashes = hashes
        self._ledger = ledger
        self._policy = policy
        self._pipeline = pipeline
        self._now = now

    def make_document(self, path: str) -> Document:
        """Make the ledger's record of a file that is about to be copied or read."""
        known = self._ledger.get(path)
        sha256 = self._hashes[path]
        version = make_content_version(sha256, self._pipeline)
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
            changed_at=fingerprint.mtime_ns / 1e9,
            pipeline=self._pipeline,
            attempts=known.attempts if known and known.version == version else 0,
            audience=self._policy.audiences[path],
            label=self._policy.labels[path],
        )


class PlanExecutor:
    """Carries out one plan."""

    def __init__(
        self,
        operations: DocumentOperations,
        ledger: Mapping[str, Document],
        document_factory: DocumentFactory,
        control: PassControl,
        reader_pool: ReaderPool,
    ) -> None:
        self._operations = operations
        self._reader_pool = reader_pool
        self._stop = control.stop
        self._should_pause = control.should_pause
        self._ledger = ledger
        self._document_factory = document_factory
        self._listener = control.listener
        self._counts: Counter[str] = Counter()
        self._done = 0
        self._total = 0
        self._pending_reads: dict[Future[DocumentContent], tuple[Document, int]] = {}

    def execute_plan(self, operations: Sequence[Operation]) -> Counter[str]:
        """Run every operation until told to stop or pause; return the number of documents by outcome."""
        work = [
            operation
            for operation in operations
            if not (isinstance(operation, KeepDocument) and not operation.new_fingerprint)
        ]
        self._counts["unchanged"] = sum(self._is_unchanged(operation) for operation in operations)
        self._total = len(work)
        try:
            for started, operation in enumerate(work):
                if self._stop.is_set() or self._should_pause():
                    self._counts["left"] = len(work) - started
                    break
                with self._skip_refused(operation.path):
                    self._start_operation(operation)
            while self._pending_reads and not self._stop.is_set():
                self._collect_finished_reads()
        finally:
            for future in self._pending_reads:
                future.cancel()
            self._operations.end_pass()
        return self._counts

    def _is_unchanged(self, operation: Operation) -> bool:
        return isinstance(operation, KeepDocument) and self._ledger[operation.path].state in SEARCHABLE_STATES

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
                    self._start_document_read(path)
            case ReadDocument(path):
                self._start_document_read(path)
            case ForgetDocument(path):
                self._operations.forget_document(path)
                self._record_outcome(path, "deleted")

    def _start_document_read(self, path: str) -> None:
        document = self._document_factory.make_document(path)
        if self._operations.reuse_previous_document(document):
            self._record_outcome(path, "indexed")
            return
        self._pending_reads[self._operations.start_reading(document)] = document, 0
        while len(self._pending_reads) >= 2 * self._reader_pool.concurrency and not self._stop.is_set():
            self._collect_finished_reads()

    def _collect_finished_reads(self) -> None:
        for future in wait(self._pending_reads, _STOP_CHECK_SECONDS, return_when=FIRST_COMPLETED).done:
            if future not in self._pending_reads:
                continue
            document, part = self._pending_reads.pop(future)
            step = ReadStep("failed")
            with self._skip_refused(document.path):
                step = self._operations.index_read_part(document, part, future)
            self._pending_reads |= {more: (document, n) for n, more in enumerate(step.more, 1)}
            if step.outcome == "failed":
                self._cancel_document_reads(document)
            if step.outcome == "reading":
                self._listener.report_progress(self._done, self._total, document.path)
            else:
                self._record_outcome(document.path, step.outcome)

    @contextlib.contextmanager
    def _skip_refused(self, path: str) -> Iterator[None]:
        """Go on after an operation on a document that Qdrant refuses: the others may succeed."""
        try:
            yield
        except RequestRefused as error:
            self._counts["refused"] += 1
            log.warning("not done, another pass tries again: document=%s error=%s", make_document_id(path), error)

    def _cancel_document_reads(self, document: Document) -> None:
        """Cancel the reading of a document's other parts."""
        for future in [future for future, (other, _) in self._pending_reads.items() if other is document]:
            del self._pending_reads[future]
            future.cancel()

    def _record_outcome(self, path: str, outcome: str) -> None:
        self._counts[outcome] += 1
        self._done += 1
        self._listener.report_progress(self._done, self._total, path)

"""Carries out one operation on one document, in an order that survives a crash: passages first, then ledger."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
from ingestion.sync.audience_changes import change_audiences
from ingestion.sync.document_assembly import DocumentAssembly, list_last_pages
from ingestion.sync.planner import is_file_changing
from ingestion.sync.retries import MAX_RETRY_SECONDS, choose_retry_pause, choose_wait_pause
from ingestion.sync.write_batch import MAX_DOCUMENT_PASSAGES, CollectedDocument, WriteBatch, WrittenDocument
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import (
    BusyDocument,
    Failure,
    IndexUnavailable,
    ReaderUnavailable,
    RequestRefused,
    SouffleurError,
    UnreadableDocument,
    make_failure,
    make_unreadable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from ingestion.reader_processes.pool import AnyReaderPool, DocumentContent, PageRange
    from ingestion.rollout.reuse import PreviousVersion
    from ingestion.sync.ledger_cache import AnyLedger
    from knowledge.core.passages import Passage
    from knowledge.storage.passage_writer import PassageWriter

log = logging.getLogger(__name__)

_MAX_NO_READER_SECONDS = 120.0  # the longest wait where a reader was missing
_COPY_TIMES = 40  # the quiet time: a copy that stands still for longer than this has ended


@dataclass(frozen=True, slots=True)
class ReadStep:
    """The outcome of reading a document so far: parts to read next, and new passages without a vector."""

    outcome: Literal["indexed", "collected", "failed", "reading", "waiting"]
    more: tuple[PageRange, ...] = ()
    added: Sequence[Passage] = ()


class DocumentOperations:
    """Indexes, copies, changes and deletes documents of the folder at `root`."""

    def __init__(
        self,
        root: Path,
        index: PassageWriter,
        ledger: AnyLedger,
        reader_pool: AnyReaderPool,
        clock: Callable[[], float],
        previous: PreviousVersion | None = None,
    ) -> None:
        self._previous = previous
        self._tree = FolderTree(root)
        self._index = index
        self._ledger = ledger
        self._reader_pool = reader_pool
        self._clock = clock
        self._copy_seconds = 0.0
        self._assemblies: dict[str, DocumentAssembly] = {}
        self._files: dict[str, DocumentFile] = {}  # of the documents that are being read
        self._batch = WriteBatch(index, ledger)

    def update_fingerprint(self, document: Document, new_fingerprint: Fingerprint) -> None:
        """Save that only the fingerprint of a document changed."""
        self._ledger.save_documents(replace(document, fingerprint=new_fingerprint))

    def change_audiences(self, audiences: Mapping[str, frozenset[str]]) -> None:
        """Set the audience of each document, by path: of its passages first, then in the ledger."""
        change_audiences(self._index, self._ledger, audiences, self.forget_document)

    def copy_document(self, document: Document, source: Document, *, is_move: bool) -> bool:
        """Copy the passages of a document with the same content; return false if that fails."""
        target = replace(
            document,
            state=source.state,
            title=source.title,
            label=source.label,
            pages=source.pages,
            passages=source.passages,
            words_only=source.words_only,
            hidden=source.hidden,
            doubtful=source.doubtful,
            plain_pages=source.plain_pages,
            members=source.members,
            failure=source.failure,
            read_at=source.read_at,
            embedding_model=source.embedding_model,
            attempts=0,
        )
        try:
            if not self._index.copy_passages(source, target):
                return False
        except RequestRefused:
            return False
        self._ledger.save_documents(target)
        if is_move:
            self.forget_document(source.path)
        return True

    def reuse_previous_document(self, document: Document) -> bool:
        """Take over the serving index's passages of the same content, without vectors; return false if that fails."""
        reusable = self._previous.find_reusable_document(document) if self._previous else None
        if reusable is None:
            return False
        source, passages = reusable
        target = replace(
            document,
            state=DocumentState.WORDS,
            title=source.title,
            pages=source.pages,
            passages=len(passages),
            hidden=source.hidden,
            doubtful=source.doubtful,
            plain_pages=source.plain_pages,
            members=source.members,
            read_at=source.read_at,
            attempts=0,
        )
        updated = [replace(one, generation=target.generation, audience=target.audience) for one in passages]
        try:
            self._index.replace_passages(target, updated)
        except RequestRefused:
            return False
        self._ledger.save_documents(target)
        return True

    def forget_document(self, path: str) -> None:
        """Delete a document from the index, then from the ledger."""
        self._index.delete_document_passages(path)
        self._ledger.delete_documents([path])

    def start_reading(self, document: Document) -> Future[DocumentContent]:
        """Save that a document is being read, and start to read it or its first part."""
        if self._index.is_surely_empty(document.path):
            self._batch.note_begun(document)
        else:
            self._ledger.save_documents(document)
        self._forget_reading(document.path)
        return self._reader_pool.submit_document(self._open_file(document))

    def begin_pass(self, tree: FolderTree, quiet_seconds: float) -> None:
        """Open documents from now on only through the folders that a scan saw; after `quiet_seconds` a file is read."""
        self._tree = tree
        self._copy_seconds = quiet_seconds * _COPY_TIMES

    def end_pass(self, reading: Collection[str]) -> None:
        """Free what is kept of documents whose reading was given up; those in `reading` go on being read."""
        self._batch.drop_all()
        for path in self._files.keys() - set(reading):
            self._forget_reading(path)

    def start_reading_part(self, document: Document, pages: PageRange) -> Future[DocumentContent]:
        """Start to read a further part of a document."""
        return self._reader_pool.submit_document(self._open_file(document), pages)

    def change_assembly_audience(self, path: str, audience: frozenset[str]) -> None:
        """Change for whom a document is whose parts are being collected."""
        if assembly := self._assemblies.get(path):
            assembly.document = replace(assembly.document, audience=audience)
            assembly.passages = [replace(passage, audience=audience) for passage in assembly.passages]

    def index_read_part(self, document: Document, part: int, future: Future[DocumentContent]) -> ReadStep:
        """Add what was read as part `part`, counted from 0; index the document once all parts are there."""
        is_unsaved = self._batch.drop_begun(document.path)
        try:
            content = self._get_read_content(document, future)
            assembly, fresh = self._assemble_part(document, part, content)
            if assembly.is_complete:
                return self._finish_document(document, assembly)
            if fresh and assembly.is_searchable:
                if is_unsaved:
                    self._ledger.save_documents(document)
                assembly.is_searchable = self._index.add_passages(assembly.document, fresh)
                assembly.added_count += len(fresh) if assembly.is_searchable else 0
        except RequestRefused as error:
            return self._set_refused_aside(document, error)
        except IndexUnavailable:
            raise
        except SouffleurError as error:
            return self._set_aside(document, error)
        read = replace(assembly.document, passages=assembly.added_count, pages_read=assembly.pages_read)
        self._ledger.save_documents(read)
        return ReadStep("reading", tuple(content.more), fresh if assembly.is_searchable else ())

    @property
    def seconds_to_write(self) -> float:
        """How long what was collected may still wait; 0 if it must be written now."""
        return self._batch.seconds_left()

    def write_collected(self) -> list[WrittenDocument]:
        """Write the documents that were collected."""
        return self._batch.write_all()

    def conclude_written(self, written: WrittenDocument) -> ReadStep:
        """Say of a document whether it was written; one that Qdrant refused is set aside."""
        if written.refused:
            return self._set_refused_aside(written.collected.before, written.refused)
        _log_read(written.collected.read)
        return ReadStep("indexed", added=written.collected.passages)

    def _assemble_part(
        self, document: Document, part: int, content: DocumentContent
    ) -> tuple[DocumentAssembly, list[Passage]]:
        """Add a part to its document; return what is there so far, and the passages that now follow without a gap."""
        try:
            assembly = self._assemblies.get(document.path) or self._begin_assembly(document, content)
            return assembly, assembly.add_part(part, content)
        except Exception as error:  # what a document says costs that document alone
            log.exception("passages cannot be made: document=%s path=%s", document.id, document.path)
            name = self._open_file(document).name
            raise make_unreadable(FailureCode.FAILED, name=name, error=type(error).__name__) from error

    def _open_file(self, document: Document) -> DocumentFile:
        """Return the file of a document that is being read; it must be as the scan saw it."""
        if document.path not in self._files:
            self._files[document.path] = DocumentFile(self._tree, document.path, document.fingerprint, document.sha256)
        return self._files[document.path]

    def _forget_reading(self, path: str) -> None:
        self._assemblies.pop(path, None)
        if file := self._files.pop(path, None):
            file.close()

    def _set_refused_aside(self, document: Document, error: RequestRefused) -> ReadStep:
        name = self._open_file(document).name
        return self._set_aside(document, BusyDocument(make_failure(FailureCode.REFUSED, name=name, error=error.why)))

    def _set_aside(self, document: Document, error: SouffleurError) -> ReadStep:
        self._forget_reading(document.path)
        max_retry_seconds = _MAX_NO_READER_SECONDS if isinstance(error, ReaderUnavailable) else MAX_RETRY_SECONDS
        if is_file_changing(document, error.failure, self._clock(), self._copy_seconds):
            self._record_wait(document)
            return ReadStep("waiting")
        self.record_failure(
            document, error.failure, is_temporary=isinstance(error, BusyDocument), max_retry_seconds=max_retry_seconds
        )
        return ReadStep("failed")

    def _record_wait(self, document: Document) -> None:
        """Save that a file is still changing: it is neither read nor failed, and tried again until it stands still."""
        waiting = replace(
            document,
            passages=self._index.keep_live_passages(document.path),
            attempts=document.attempts + 1,
            retry_at=self._clock() + choose_wait_pause(document, self._clock(), self._copy_seconds),
        )
        self._ledger.save_documents(waiting)
        log.info("waits for its file: document=%s attempts=%d path=%s", document.id, waiting.attempts, document.path)

    def _begin_assembly(self, document: Document, first: DocumentContent) -> DocumentAssembly:
        known = replace(document, title=document.label.prefix_title(first.title), pages=first.pages)
        assembly = self._assemblies[document.path] = DocumentAssembly(known, list_last_pages(first))
        return assembly

    def _finish_document(self, before: Document, assembly: DocumentAssembly) -> ReadStep:
        """Write a document that is complete, or collect it if it is small and the index holds nothing of it."""
        document, passages = assembly.document, assembly.passages
        self._open_file(document).check_unchanged()
        if not passages and assembly.empty_failure:
            raise UnreadableDocument(assembly.empty_failure)
        read = replace(
            document,
            state=DocumentState.WORDS,
            passages=len(passages),
            hidden=assembly.hidden_count,
            doubtful=assembly.doubtful_count,
            plain_pages=assembly.plain_pages,
            members=tuple(assembly.members),
            read_at=self._clock(),
            attempts=0,
        )
        is_new = self._index.is_surely_empty(document.path)
        if is_new and len(passages) <= MAX_DOCUMENT_PASSAGES:
            self._batch.collect_document(CollectedDocument(before, read, passages))
            self._forget_reading(document.path)
            return ReadStep("collected")
        self._index.replace_passages(read, passages, assembly.added_count)
        self._ledger.save_documents(read)
        self._forget_reading(document.path)
        _log_read(read)
        return ReadStep("indexed", added=passages[assembly.added_count :] if is_new or assembly.added_count else ())

    def _get_read_content(self, document: Document, future: Future[DocumentContent]) -> DocumentContent:
        """Return the content that was read, or raise; check that the file did not change meanwhile."""
        file = self._open_file(document)
        try:
            content = future.result()
        except BusyDocument:
            raise
        except SouffleurError:
            file.check_unchanged()
            raise
        except Exception as error:
            # A parser may raise anything: the document is set aside, the traceback is logged, the pass goes on.
            log.exception("reading failed: document=%s path=%s", document.id, document.path)
            file.check_unchanged()
            raise make_unreadable(FailureCode.FAILED, name=file.name, error=type(error).__name__) from error
        file.check_unchanged()
        for fault in content.faults:
            log.warning(
                "pages are read without an optional step: document=%s %s path=%s", document.id, fault, document.path
            )
        return content

    def record_failure(
        self, document: Document, failure: Failure, *, is_temporary: bool, max_retry_seconds: float = MAX_RETRY_SECONDS
    ) -> None:
        """Save why a document failed; a temporary failure keeps the older version and is tried again."""
        pause = choose_retry_pause(document.attempts, max_retry_seconds)
        failed = replace(
            document,
            state=DocumentState.FAILED,
            failure=failure,
            attempts=document.attempts + 1,
            retry_at=self._clock() + pause if is_temporary else None,
        )
        if is_temporary:
            failed = replace(failed, passages=self._index.keep_live_passages(document.path))
        else:
            self._index.delete_document_passages(document.path)
            failed = replace(failed, passages=0, hidden=0, doubtful=0, plain_pages=0, members=())
        self._ledger.save_documents(failed)
        log.warning(
            "not read: document=%s attempts=%d temporary=%s path=%s",
            document.id,
            failed.attempts,
            is_temporary,
            document.path,
        )


def _log_read(read: Document) -> None:
    log.info("read: document=%s passages=%d pages=%s path=%s", read.id, read.passages, read.pages, read.path)

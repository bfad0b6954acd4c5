"""Carries out one operation on one document, in an order that survives a crash: passages first, then the ledger."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from ingestion.scan.folder_scan import compute_content_hash, read_fingerprint
from ingestion.scan.planner import MAX_RETRY_SECONDS
from knowledge.core.documents import Document, DocumentState
from knowledge.core.failure_reasons import FailureReason
from knowledge.core.failures import (
    BusyDocument,
    IndexUnavailable,
    ReaderUnavailable,
    RequestRefused,
    SouffleurError,
    UnreadableDocument,
)
from knowledge.core.passages import passages_from_excerpts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from ingestion.parsing.pool import DocumentContent, ReaderPool
    from ingestion.rollout.reuse import PreviousVersion
    from ingestion.sync.ledger_cache import AnyLedger
    from knowledge.core.documents import Fingerprint
    from knowledge.core.passages import Passage
    from knowledge.storage.passage_writer import PassageWriter

log = logging.getLogger(__name__)

_RETRY_SECONDS = 5.0  # after the first failure that may pass; doubled each time
_MAX_NO_READER_SECONDS = 120.0  # at most, where not the document is what fails
_AUDIENCE_BATCH = 64  # documents: their passages are looked up together
_MAX_DOUBLINGS = 10  # times: by then a rest is as long as one may be


@dataclass(frozen=True, slots=True)
class ReadStep:
    """What came of reading a document, so far; `more` are the parts of it that are read next, from part 1 on."""

    outcome: Literal["indexed", "failed", "reading"]
    more: tuple[Future[DocumentContent], ...] = ()


@dataclass(slots=True)
class DocumentAssembly:
    """One document while its parts come in. A part counts once those before it are there: passages are numbered on.

    `ends` has the last page of each part. `answers` says whether passages may be found before the document is
    complete; the first `added` can be found. `nothing` is what the first part without any text said; `hidden` counts
    the places that the parts left out, `plain_pages` the pages that they read without an optional step.
    """

    document: Document
    part_last_pages: list[int]
    is_searchable: bool = True
    added_count: int = 0
    empty_reason: str | None = None
    hidden_count: int = 0
    plain_pages: int = 0
    passages: list[Passage] = field(default_factory=list)
    _pending_parts: dict[int, DocumentContent] = field(default_factory=dict)
    _added_parts: int = 0

    def add_part(self, part_number: int, content: DocumentContent) -> list[Passage]:
        """Take part `n`, counted from 0; give the passages that this completes, in their order."""
        self._pending_parts[part_number] = content
        fresh: list[Passage] = []
        while part := self._pending_parts.pop(self._added_parts, None):
            self._added_parts += 1
            self.empty_reason = self.empty_reason or part.nothing
            self.hidden_count += part.hidden
            self.plain_pages += part.plain_pages
            fresh += passages_from_excerpts(self.document, part.excerpts, first=len(self.passages) + len(fresh))
        self.passages += fresh
        return fresh

    @property
    def is_complete(self) -> bool:
        """Whether every part has come in."""
        return self._added_parts == len(self.part_last_pages)

    @property
    def pages_read(self) -> int:
        """How many pages, from the first one on, the parts hold that count."""
        return self.part_last_pages[self._added_parts - 1] if self._added_parts else 0


class DocumentOperations:
    """What can be done to one document of the folder at `root`."""

    def __init__(
        self,
        root: Path,
        index: PassageWriter,
        ledger: AnyLedger,
        reader_pool: ReaderPool,
        clock: Callable[[], float],
        previous: PreviousVersion | None = None,
    ) -> None:
        self._previous = previous
        self._root = root
        self._index = index
        self._ledger = ledger
        self._reader_pool = reader_pool
        self._clock = clock
        self._assemblies: dict[str, DocumentAssembly] = {}

    def update_fingerprint(self, document: Document, new_fingerprint: Fingerprint) -> None:
        """Write down that only the fingerprint changed."""
        self._ledger.save_documents(replace(document, fingerprint=new_fingerprint))

    def change_audiences(self, audiences: Mapping[str, frozenset[str]]) -> None:
        """Let each of these documents, by path, be for this audience: its passages first, then the ledger."""
        known, left = self._ledger.list_documents(), iter(audiences.items())
        while batch := dict(islice(left, _AUDIENCE_BATCH)):
            self._index.apply_audiences(batch)
            changed = [replace(known[path], audience=audience) for path, audience in batch.items() if path in known]
            if changed:
                self._ledger.save_documents(*changed)
        if audiences:
            log.info("audiences set: documents=%d", len(audiences))

    def copy_document(self, document: Document, source: Document, *, is_move: bool) -> bool:
        """Give a document the passages of another with the same content; False if they cannot be had, or written."""
        target = replace(
            document,
            state=source.state,
            title=source.title,
            label=source.label,
            pages=source.pages,
            passages=source.passages,
            words_only=source.words_only,
            hidden=source.hidden,
            plain_pages=source.plain_pages,
            reason=source.reason,
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
        """Give a document what the build that answers has read of the same content; False if that fails.

        It fails where it is not to be had, or Qdrant refuses it. Its words are told apart anew, and its meaning comes
        later: both may be what the builds differ in.
        """
        adopted = self._previous.find_reusable_document(document) if self._previous else None
        if adopted is None:
            return False
        source, passages = adopted
        target = replace(
            document,
            state=DocumentState.WORDS,
            title=source.title,
            pages=source.pages,
            passages=len(passages),
            hidden=source.hidden,
            plain_pages=source.plain_pages,
            read_at=source.read_at,
            attempts=0,
        )
        fitted = [replace(one, generation=target.generation, audience=target.audience) for one in passages]
        try:
            self._index.replace_passages(target, fitted)
        except RequestRefused:
            return False
        self._ledger.save_documents(target)
        return True

    def forget_document(self, path: str) -> None:
        """Drop a document from the index, then from the ledger."""
        self._index.delete_document_passages(path)
        self._ledger.delete_documents([path])

    def start_reading(self, document: Document) -> Future[DocumentContent]:
        """Write down that a document is being read, and read it, or its first part."""
        self._ledger.save_documents(document)
        self._assemblies.pop(document.path, None)
        return self._reader_pool.submit_document(self._root / document.path)

    def index_read_part(self, document: Document, part: int, future: Future[DocumentContent]) -> ReadStep:
        """Take what was read of a document, as part `part` of it, counted from 0; once all is there, index it.

        The parts of a document that nothing older answers for can be found as they come in.

        Raises:
            IndexUnavailable: Qdrant failed, which says nothing of the document: the next pass reads it again.
        """
        try:
            content = self._get_read_content(document, future)
            assembly = self._assemblies.get(document.path) or self._begin_assembly(document, content)
            fresh = assembly.add_part(part, content)
            if assembly.is_complete:
                self._finish_document(assembly)
                return ReadStep("indexed")
            if fresh and assembly.is_searchable:
                assembly.is_searchable = self._index.add_passages(assembly.document, fresh)
                assembly.added_count += len(fresh) if assembly.is_searchable else 0
        except RequestRefused as error:
            name = (self._root / document.path).name
            return self._set_aside(
                document, BusyDocument(FailureReason.REFUSED.to_sentence(name=name, error=error.why))
            )
        except IndexUnavailable:
            raise
        except SouffleurError as error:
            return self._set_aside(document, error)
        read = replace(assembly.document, passages=assembly.added_count, pages_read=assembly.pages_read)
        self._ledger.save_documents(read)
        path = self._root / document.path
        return ReadStep("reading", tuple(self._reader_pool.submit_document(path, pages) for pages in content.more))

    def _set_aside(self, document: Document, error: SouffleurError) -> ReadStep:
        self._assemblies.pop(document.path, None)
        longest = _MAX_NO_READER_SECONDS if isinstance(error, ReaderUnavailable) else MAX_RETRY_SECONDS
        self.record_failure(
            document, str(error), is_temporary=isinstance(error, BusyDocument), max_retry_seconds=longest
        )
        return ReadStep("failed")

    def _begin_assembly(self, document: Document, first: DocumentContent) -> DocumentAssembly:
        known = replace(document, title=document.label.prefix_title(first.title), pages=first.pages)
        assembly = self._assemblies[document.path] = DocumentAssembly(known, _last_pages_of_parts(first))
        return assembly

    def _finish_document(self, assembly: DocumentAssembly) -> None:
        document, passages = assembly.document, assembly.passages
        _check_content_unchanged(self._root / document.path, document)
        if not passages and assembly.empty_reason:
            raise UnreadableDocument(assembly.empty_reason)
        read = replace(
            document,
            state=DocumentState.WORDS,
            passages=len(passages),
            hidden=assembly.hidden_count,
            plain_pages=assembly.plain_pages,
            read_at=self._clock(),
            attempts=0,
        )
        self._index.replace_passages(read, passages, assembly.added_count)
        self._ledger.save_documents(read)
        del self._assemblies[document.path]
        log.info("read: document=%s passages=%d pages=%s", document.id, read.passages, read.pages)

    def _get_read_content(self, document: Document, future: Future[DocumentContent]) -> DocumentContent:
        """What was read. A verdict on the content holds only if the file was the same all the while."""
        path = self._root / document.path
        try:
            content = self._reader_pool.get_read_result(future, path)
        except BusyDocument:
            raise
        except SouffleurError:
            _check_content_unchanged(path, document)
            raise
        except Exception as error:
            # A parser may fail in any way: the document is set aside with the traceback logged, the pass goes on.
            log.exception("reading failed: document=%s", document.id)
            _check_content_unchanged(path, document)
            raise UnreadableDocument(
                FailureReason.FAILED.to_sentence(name=path.name, error=type(error).__name__)
            ) from error
        _check_fingerprint_unchanged(path, document)
        for fault in content.faults:
            log.warning("pages are read without an optional step: document=%s %s", document.id, fault)
        return content

    def record_failure(
        self, document: Document, reason: str, *, is_temporary: bool, max_retry_seconds: float = MAX_RETRY_SECONDS
    ) -> None:
        """Set a document aside, with the reason; what was known of an older version is forgotten.

        A failure that `passes` by itself is tried again later, `longest` seconds at most, and an older version goes
        on answering.
        """
        pause = min(_RETRY_SECONDS * 2 ** min(document.attempts, _MAX_DOUBLINGS), max_retry_seconds)
        failed = replace(
            document,
            state=DocumentState.FAILED,
            reason=reason,
            attempts=document.attempts + 1,
            retry_at=self._clock() + pause if is_temporary else None,
        )
        if is_temporary:
            failed = replace(failed, passages=self._index.keep_live_passages(document.path))
        else:
            self._index.delete_document_passages(document.path)
            failed = replace(failed, passages=0, hidden=0, plain_pages=0)
        self._ledger.save_documents(failed)
        log.warning("not read: document=%s attempts=%d passes=%s", document.id, failed.attempts, is_temporary)


def _last_pages_of_parts(first: DocumentContent) -> list[int]:
    """The last page of each part of a document, by its first part."""
    return [*(first_page - 1 for first_page, _ in first.more), first.pages or 0]


def _check_content_unchanged(path: Path, document: Document) -> None:
    _check_fingerprint_unchanged(path, document)
    if compute_content_hash(path) != document.sha256:
        raise BusyDocument(FailureReason.CHANGED.to_sentence(name=path.name))


def _check_fingerprint_unchanged(path: Path, document: Document) -> None:
    if read_fingerprint(path) != document.fingerprint:
        raise BusyDocument(FailureReason.CHANGED.to_sentence(name=path.name))

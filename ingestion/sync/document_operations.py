"""Carries out one operation on one document, in an order that survives a crash: passages first, then the ledger."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from ingestion.scan.folder_scan import content_hash, fingerprint
from ingestion.scan.planner import LONGEST_REST
from ingestion.sync.document_assembly import Assembly
from knowledge.core.documents import Document, State
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import (
    BusyDocument,
    IndexUnavailable,
    NoReader,
    RequestRefused,
    SouffleurError,
    UnreadableDocument,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from ingestion.parsing.pool import Content, Hands
    from ingestion.rollout.reuse import Elder
    from ingestion.sync.ledger_cache import AnyLedger
    from knowledge.core.documents import Fingerprint
    from knowledge.storage.passage_writer import Index

log = logging.getLogger(__name__)

_RETRY_SECONDS = 5.0  # after the first failure that may pass; doubled each time
_NO_READER_SECONDS = 120.0  # at most, where not the document is what fails
_GUARDED_AT_ONCE = 64  # documents: their passages are looked up together
_DOUBLED_AT_MOST = 10  # times: by then a rest is as long as one may be


@dataclass(frozen=True, slots=True)
class Step:
    """What came of reading a document, so far; `more` are the parts of it that are read next, from part 1 on."""

    outcome: Literal["indexed", "failed", "reading"]
    more: tuple[Future[Content], ...] = ()


class Operations:
    """What can be done to one document of the folder at `root`."""

    def __init__(
        self,
        root: Path,
        index: Index,
        books: AnyLedger,
        hands: Hands,
        clock: Callable[[], float],
        elder: Elder | None = None,
    ) -> None:
        self._elder = elder
        self._root = root
        self._index = index
        self._books = books
        self._hands = hands
        self._clock = clock
        self._assemblies: dict[str, Assembly] = {}

    def touch(self, document: Document, touched: Fingerprint) -> None:
        """Write down that only the fingerprint changed."""
        self._books.put(replace(document, fingerprint=touched))

    def guard(self, audiences: Mapping[str, frozenset[str]]) -> None:
        """Let each of these documents, by path, be for this audience: its passages first, then the ledger."""
        known, left = self._books.all(), iter(audiences.items())
        while batch := dict(islice(left, _GUARDED_AT_ONCE)):
            self._index.guard(batch)
            changed = [replace(known[path], audience=audience) for path, audience in batch.items() if path in known]
            if changed:
                self._books.put(*changed)
        if audiences:
            log.info("audiences set: documents=%d", len(audiences))

    def take(self, document: Document, source: Document, *, moved: bool) -> bool:
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
            if not self._index.copy(source, target):
                return False
        except RequestRefused:
            return False
        self._books.put(target)
        if moved:
            self.forget(source.path)
        return True

    def adopt(self, document: Document) -> bool:
        """Give a document what the build that answers has read of the same content; False if that fails.

        It fails where it is not to be had, or Qdrant refuses it. Its words are told apart anew, and its meaning comes
        later: both may be what the builds differ in.
        """
        adopted = self._elder.read(document) if self._elder else None
        if adopted is None:
            return False
        source, passages = adopted
        target = replace(
            document,
            state=State.WORDS,
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
            self._index.replace(target, fitted)
        except RequestRefused:
            return False
        self._books.put(target)
        return True

    def forget(self, path: str) -> None:
        """Drop a document from the index, then from the ledger."""
        self._index.forget(path)
        self._books.forget([path])

    def start(self, document: Document) -> Future[Content]:
        """Write down that a document is being read, and read it, or its first part."""
        self._books.put(document)
        self._assemblies.pop(document.path, None)
        return self._hands.read(self._root / document.path)

    def take_in(self, document: Document, part: int, future: Future[Content]) -> Step:
        """Take what was read of a document, as part `part` of it, counted from 0; once all is there, index it.

        The parts of a document that nothing older answers for can be found as they come in.

        Raises:
            IndexUnavailable: Qdrant failed, which says nothing of the document: the next pass reads it again.
        """
        try:
            content = self._content(document, future)
            assembly = self._assemblies.get(document.path) or self._begun(document, content)
            fresh = assembly.take(part, content)
            if assembly.complete:
                self._finish(assembly)
                return Step("indexed")
            if fresh and assembly.answers:
                assembly.answers = self._index.add(assembly.document, fresh)
                assembly.added += len(fresh) if assembly.answers else 0
        except RequestRefused as error:
            name = (self._root / document.path).name
            return self._set_aside(document, BusyDocument(Reason.REFUSED.about(name=name, error=error.why)))
        except IndexUnavailable:
            raise
        except SouffleurError as error:
            return self._set_aside(document, error)
        read = replace(assembly.document, passages=assembly.added, pages_read=assembly.pages_read)
        self._books.put(read)
        path = self._root / document.path
        return Step("reading", tuple(self._hands.read(path, pages) for pages in content.more))

    def _set_aside(self, document: Document, error: SouffleurError) -> Step:
        self._assemblies.pop(document.path, None)
        longest = _NO_READER_SECONDS if isinstance(error, NoReader) else LONGEST_REST
        self.fail(document, str(error), passes=isinstance(error, BusyDocument), longest=longest)
        return Step("failed")

    def _begun(self, document: Document, first: Content) -> Assembly:
        known = replace(document, title=document.label.over(first.title), pages=first.pages)
        assembly = self._assemblies[document.path] = Assembly(known, _ends(first))
        return assembly

    def _finish(self, assembly: Assembly) -> None:
        document, passages = assembly.document, assembly.passages
        _check_unchanged(self._root / document.path, document)
        if not passages and assembly.nothing:
            raise UnreadableDocument(assembly.nothing)
        read = replace(
            document,
            state=State.WORDS,
            passages=len(passages),
            hidden=assembly.hidden,
            plain_pages=assembly.plain_pages,
            read_at=self._clock(),
            attempts=0,
        )
        self._index.replace(read, passages, assembly.added)
        self._books.put(read)
        del self._assemblies[document.path]
        log.info("read: document=%s passages=%d pages=%s", document.id, read.passages, read.pages)

    def _content(self, document: Document, future: Future[Content]) -> Content:
        """What was read. A verdict on the content holds only if the file was the same all the while."""
        path = self._root / document.path
        try:
            content = self._hands.outcome(future, path)
        except BusyDocument:
            raise
        except SouffleurError:
            _check_unchanged(path, document)
            raise
        except Exception as error:
            # A parser may fail in any way: the document is set aside with the traceback logged, the pass goes on.
            log.exception("reading failed: document=%s", document.id)
            _check_unchanged(path, document)
            raise UnreadableDocument(Reason.FAILED.about(name=path.name, error=type(error).__name__)) from error
        _check_untouched(path, document)
        for fault in content.faults:
            log.warning("pages are read without an optional step: document=%s %s", document.id, fault)
        return content

    def fail(self, document: Document, reason: str, *, passes: bool, longest: float = LONGEST_REST) -> None:
        """Set a document aside, with the reason; what was known of an older version is forgotten.

        A failure that `passes` by itself is tried again later, `longest` seconds at most, and an older version goes
        on answering.
        """
        pause = min(_RETRY_SECONDS * 2 ** min(document.attempts, _DOUBLED_AT_MOST), longest)
        failed = replace(
            document,
            state=State.FAILED,
            reason=reason,
            attempts=document.attempts + 1,
            retry_at=self._clock() + pause if passes else None,
        )
        if passes:
            failed = replace(failed, passages=self._index.keep_what_answers(document.path))
        else:
            self._index.forget(document.path)
            failed = replace(failed, passages=0, hidden=0, plain_pages=0)
        self._books.put(failed)
        log.warning("not read: document=%s attempts=%d passes=%s", document.id, failed.attempts, passes)


def _ends(first: Content) -> list[int]:
    """The last page of each part of a document, by its first part."""
    return [*(first_page - 1 for first_page, _ in first.more), first.pages or 0]


def _check_unchanged(path: Path, document: Document) -> None:
    _check_untouched(path, document)
    if content_hash(path) != document.sha256:
        raise BusyDocument(Reason.CHANGED.about(name=path.name))


def _check_untouched(path: Path, document: Document) -> None:
    if fingerprint(path) != document.fingerprint:
        raise BusyDocument(Reason.CHANGED.about(name=path.name))

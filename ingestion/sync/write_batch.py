"""Collects the small new documents of a pass and writes them together: all passages first, then the ledger."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingestion.sync.ledger_cache import AnyLedger
    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage
    from knowledge.storage.passage_writer import PassageWriter

MAX_DOCUMENT_PASSAGES = 32  # a larger document is written alone
_MAX_PASSAGES = 128  # as many as one request to Qdrant takes
_MAX_RECORDS = 64
_MAX_SECONDS = 0.3  # what was read is found after this time, also where little else is read


@dataclass(frozen=True, slots=True)
class CollectedDocument:
    """A document that was read: as it was when its reading began, as the ledger is to have it, and its passages."""

    before: Document
    read: Document
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document that is in index and ledger now, or that Qdrant refused."""

    collected: CollectedDocument
    refused: RequestRefused | None = None


class WriteBatch:
    """Documents that wait to be written, and the records of new ones whose reading has begun."""

    def __init__(self, index: PassageWriter, ledger: AnyLedger, clock: Callable[[], float] = time.monotonic) -> None:
        self._index = index
        self._ledger = ledger
        self._clock = clock
        self._begun: dict[str, Document] = {}
        self._collected: dict[str, CollectedDocument] = {}
        self._passage_count = 0
        self._since = 0.0

    def note_begun(self, document: Document) -> None:
        """Collect the record of a document whose reading has begun; that of one that ends soon is never written."""
        self._start_clock()
        self._begun[document.path] = document

    def drop_begun(self, path: str) -> bool:
        """Forget the record of a document whose reading has begun; say whether there was one."""
        return self._begun.pop(path, None) is not None

    def collect_document(self, document: CollectedDocument) -> None:
        """Collect a new document that was read."""
        self._start_clock()
        self._collected[document.read.path] = document
        self._passage_count += len(document.passages)

    def seconds_left(self) -> float:
        """How long the batch may still wait; 0 if it must be written now."""
        is_full = self._passage_count >= _MAX_PASSAGES or len(self._collected) >= _MAX_RECORDS
        if is_full:
            return 0.0
        if not self._collected and not self._begun:
            return _MAX_SECONDS
        return max(0.0, self._since + _MAX_SECONDS - self._clock())

    def write_all(self) -> list[WrittenDocument]:
        """Write what was collected; return each document, with the reason if Qdrant refused it."""
        collected, begun = [*self._collected.values()], [*self._begun.values()]
        self.drop_all()
        try:
            self._write_together(collected, begun)
        except RequestRefused:
            return [self._write_alone(one) for one in collected]
        return [WrittenDocument(one) for one in collected]

    def drop_all(self) -> None:
        """Forget everything that is not written."""
        self._begun, self._collected, self._passage_count = {}, {}, 0

    def _write_together(self, collected: Sequence[CollectedDocument], begun: Sequence[Document]) -> None:
        if collected:
            self._index.add_new_documents([(one.read, one.passages) for one in collected])
        if records := [*begun, *(one.read for one in collected)]:
            self._ledger.save_documents(*records)

    def _write_alone(self, one: CollectedDocument) -> WrittenDocument:
        try:
            self._write_together([one], [])
        except RequestRefused as error:
            return WrittenDocument(one, error)
        return WrittenDocument(one)

    def _start_clock(self) -> None:
        if not self._collected and not self._begun:
            self._since = self._clock()

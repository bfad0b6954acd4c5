"""Gives passages their dense vectors, a batch at a time: what is searchable by words becomes so by meaning."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from knowledge.documents import SEARCHABLE, Document, State
from knowledge.errors import ModelUnavailable, TextRefused
from knowledge.meaning import BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingestion.books import AnyLedger
    from knowledge.index import Index
    from knowledge.meaning import Meaning

log = logging.getLogger(__name__)

Vectors = list[tuple[str, list[float]]]
Standing = Literal["untried", "on", "away"]
_PROBE = "Souffleur"
_REST_SECONDS = 10.0  # before an embedding model that failed is asked again


class Enricher:
    """Fills dense vectors in, smallest documents first. A model that is away is asked again after a rest."""

    def __init__(
        self, index: Index, ledger: AnyLedger, meaning: Meaning, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._index = index
        self._ledger = ledger
        self._meaning = meaning
        self._clock = clock
        self._rests_until = 0.0
        self._answers = False
        self.trouble: str | None = None

    @property
    def standing(self) -> Standing:
        """What is known of the embedding model: it is asked only when a passage waits for it."""
        if self.trouble:
            return "away"
        return "on" if self._answers else "untried"

    def waiting(self) -> list[Document]:
        """Documents that are searchable by words alone, or by another model's meaning."""
        model = self._meaning.model
        return sorted(
            (
                document
                for document in self._ledger.all().values()
                if document.state is State.WORDS
                or (document.state is State.MEANING and document.embedding_model != model)
            ),
            key=lambda document: (document.passages, document.path),
        )

    def run(self, stop: Callable[[], bool] = lambda: False, *, step: Callable[[int], object] | None = None) -> bool:
        """Enrich every waiting document, unless `stop` says so between two batches or the model fails.

        `step` is told the number of passages after each batch. True if nothing is left to do.
        """
        if self._clock() < self._rests_until:
            return False
        for document in self.waiting():
            try:
                if not self._enrich(document, stop, step):
                    return False
            except ModelUnavailable as error:
                self._rest(error)
                return False
        self.trouble = None
        return True

    def _enrich(self, document: Document, stop: Callable[[], bool], step: Callable[[int], object] | None) -> bool:
        refused: set[str] = set()
        while batch := self._index.without_meaning(document, BATCH, refused):
            if stop():
                return False
            vectors = self._vectors(batch)
            self._answers, self.trouble = True, None
            self._index.enrich(vectors)
            refused |= {passage for passage, _ in batch} - {passage for passage, _ in vectors}
            if step:
                step(len(batch))
        self._write_down(document, len(refused))
        return True

    def _write_down(self, document: Document, refused: int) -> None:
        known = self._ledger.get(document.path)
        if known is None or known.version != document.version or known.state not in SEARCHABLE:
            return  # another worker on the same index has read it anew meanwhile
        self._ledger.put(replace(known, state=State.MEANING, embedding_model=self._meaning.model))
        log.info("searchable by meaning: document=%s passages=%d", document.id, document.passages)
        if refused:
            log.warning("found by words alone, refused by the model: document=%s passages=%d", document.id, refused)

    def _vectors(self, batch: Sequence[tuple[str, str]]) -> Vectors:
        try:
            return self._embedded(batch)
        except TextRefused:
            self._meaning.embed_documents([_PROBE])  # fails where the model is what is broken, not a text
            return self._accepted(batch)

    def _accepted(self, batch: Sequence[tuple[str, str]]) -> Vectors:
        """The vectors of those texts that the model takes: one that it refuses fails whatever it is sent with."""
        try:
            return self._embedded(batch)
        except TextRefused:
            half = len(batch) // 2
            return self._accepted(batch[:half]) + self._accepted(batch[half:]) if half else []

    def _embedded(self, batch: Sequence[tuple[str, str]]) -> Vectors:
        vectors = self._meaning.embed_documents([text for _, text in batch])
        return [(passage, vector) for (passage, _), vector in zip(batch, vectors, strict=True)]

    def _rest(self, error: ModelUnavailable) -> None:
        if self.trouble != str(error):
            log.warning("meaning waits, words are searchable: %s", error)
        self._answers, self.trouble = False, str(error)
        self._rests_until = self._clock() + _REST_SECONDS

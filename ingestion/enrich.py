"""Gives passages their dense vectors, a batch at a time: what is searchable by words becomes so by meaning."""

from __future__ import annotations

import logging
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from knowledge.documents import SEARCHABLE, Document, State
from knowledge.errors import ModelUnavailable, TextRefused
from knowledge.meaning import BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from ingestion.books import AnyLedger
    from knowledge.index import Index
    from knowledge.meaning import Meaning

log = logging.getLogger(__name__)

Batch = list[tuple[str, str]]
Vectors = list[tuple[str, list[float]]]
Standing = Literal["untried", "on", "away"]
_PROBE = "Souffleur"
_REST_SECONDS = 10.0  # before an embedding model that failed is asked again
_AHEAD = 2  # batches on their way: while the model has one, the other is fetched, or its vectors are written


@dataclass(slots=True)
class _Work:
    """A document whose passages are sent for their vectors. `refused` says why, by the passage's id."""

    document: Document
    refused: dict[str, str] = field(default_factory=dict)
    shortened: int = 0


@dataclass(frozen=True, slots=True)
class _Sent:
    """Passages of a document on their way to the model; none, after the last of them."""

    work: _Work
    batch: Batch
    vectors: Future[list[list[float]]] | None


class Enricher:
    """Fills dense vectors in, smallest documents first. A model that is away is asked again after a rest."""

    def __init__(
        self,
        index: Index,
        ledger: AnyLedger,
        meaning: Meaning,
        clock: Callable[[], float] = time.monotonic,
        executor: Executor | None = None,
    ) -> None:
        self._index = index
        self._ledger = ledger
        self._meaning = meaning
        self._clock = clock
        self._executor: Executor = executor or ThreadPoolExecutor(1, "embedder")  # Ollama embeds one batch at a time
        self._fits = 0  # characters of the longest text that the model took whole
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
        sending = self._sending(stop)
        sent: deque[_Sent] = deque()
        stopped = False
        try:
            while True:
                for another in islice(sending, _AHEAD - len(sent)):
                    if another is None:
                        stopped = True
                    else:
                        sent.append(another)
                if not sent:
                    break
                self._receive(sent.popleft(), step)
        except ModelUnavailable as error:
            self._rest(error)
            return False
        finally:
            for each in sent:
                if each.vectors:
                    each.vectors.cancel()
        if not stopped:
            self.trouble = None
        return not stopped

    def _sending(self, stop: Callable[[], bool]) -> Iterator[_Sent | None]:
        """Send every passage that waits, a batch each time the next one is asked for. None at last, where stopped."""
        for document in self.waiting():
            work = _Work(document)
            waiting = self._index.without_meaning(document)
            while batch := list(islice(waiting, BATCH)):
                if stop():
                    yield None
                    return
                yield _Sent(work, batch, self._embed([text for _, text in batch]))
            yield _Sent(work, [], None)

    def _receive(self, sent: _Sent, step: Callable[[int], object] | None) -> None:
        if sent.vectors is None:
            self._write_down(sent.work)
            return
        vectors = self._vectors(sent)
        self._answers, self.trouble = True, None
        self._index.enrich(vectors)
        if step:
            step(len(sent.batch))

    def _write_down(self, work: _Work) -> None:
        document, refused = work.document, len(work.refused)
        known = self._ledger.get(document.path)
        if known is None or known.version != document.version or known.state not in SEARCHABLE:
            return  # another worker on the same index has read it anew meanwhile
        model = self._meaning.model
        reason = _shortcomings(work, model)
        self._ledger.put(replace(known, state=State.MEANING, embedding_model=model, words_only=refused, reason=reason))
        log.info("searchable by meaning: document=%s passages=%d", document.id, document.passages)
        if refused:
            log.warning("found by words alone, refused by the model: document=%s passages=%d", document.id, refused)

    def _vectors(self, sent: _Sent) -> Vectors:
        assert sent.vectors  # noqa: S101  # a batch that was sent has them
        try:
            return self._taken(sent.batch, sent.vectors.result())
        except TextRefused:
            self._probe()
            return self._accepted(sent.work, sent.batch)

    def _probe(self) -> None:
        """Fail where the model is what is broken, not a text."""
        self._embed([_PROBE]).result()

    def _accepted(self, work: _Work, batch: Batch) -> Vectors:
        """The vectors of those texts that the model takes: one that it refuses fails whatever it is sent with.

        A text that is longer than any it took is most likely what it refused, and is sent by itself; refusing costs
        a model little.
        """
        long = [one for one in batch if len(one[1]) > self._fits]
        short = [one for one in batch if len(one[1]) <= self._fits]
        if long:
            return self._each(work, long) + (self._some(work, short) if short else [])
        if len(batch) == 1:
            return self._beginnings(work, batch)
        half = len(batch) // 2
        return [vector for part in (batch[:half], batch[half:]) for vector in self._some(work, part)]

    def _some(self, work: _Work, batch: Batch) -> Vectors:
        try:
            return self._taken(batch, self._embed([text for _, text in batch]).result())
        except TextRefused:
            return self._accepted(work, batch)

    def _each(self, work: _Work, batch: Batch) -> Vectors:
        """Each text by itself, then the beginnings of those that were refused, together."""
        vectors: Vectors = []
        refused: Batch = []
        for one in batch:
            try:
                vectors += self._taken([one], self._embed([one[1]]).result())
            except TextRefused:
                refused.append(one)
        return vectors + (self._beginnings(work, refused) if refused else [])

    def _beginnings(self, work: _Work, batch: Batch) -> Vectors:
        """The vectors of texts that were refused one by one: of their beginnings, if they are longer than is read."""
        texts = [text for _, text in batch]
        try:
            vectors = self._executor.submit(self._meaning.embed_beginnings, texts).result()
        except TextRefused as error:
            if len(batch) > 1:
                return [vector for one in batch for vector in self._beginnings(work, [one])]
            self._probe()
            work.refused[batch[0][0]] = str(error)
            return []
        work.shortened += len(batch)
        return _paired(batch, vectors)

    def _taken(self, batch: Batch, vectors: list[list[float]]) -> Vectors:
        """The vectors of texts that the model took whole; the longest of them tells how much it takes."""
        self._fits = max(self._fits, *(len(text) for _, text in batch))
        return _paired(batch, vectors)

    def _embed(self, texts: list[str]) -> Future[list[list[float]]]:
        return self._executor.submit(self._meaning.embed_documents, texts)

    def _rest(self, error: ModelUnavailable) -> None:
        if self.trouble != str(error):
            log.warning("meaning waits, words are searchable: %s", error)
        self._answers, self.trouble = False, str(error)
        self._rests_until = self._clock() + _REST_SECONDS


def _paired(batch: Batch, vectors: list[list[float]]) -> Vectors:
    return [(passage, vector) for (passage, _), vector in zip(batch, vectors, strict=True)]


def _shortcomings(work: _Work, model: str) -> str | None:
    """What a person should know of a document's meaning, in sentences; None where all is well."""
    said = []
    if work.refused:
        why = next(iter(work.refused.values()))
        said.append(f"{len(work.refused)} of its passages are found by words alone: {why}")
    if work.shortened:
        said.append(
            f"{work.shortened} of its passages are longer than {model} reads and are found by their beginning and "
            "their words: set an EMBEDDING_MODEL that reads more."
        )
    return " ".join(said) or None

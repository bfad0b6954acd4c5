"""Gives passages their dense vectors, a batch at a time: what is searchable by words becomes so by meaning.

A batch holds passages of as many documents as it takes to fill it. Decides what is sent when, and what is written
down of a document once its last passage came back; `embedding` decides how a text is sent.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from ingestion.embedding.batching import Embedder
from knowledge.core.documents import SEARCHABLE, Document, State
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import ModelUnavailable
from knowledge.core.passages import ids_of
from knowledge.embeddings.embedding_model import BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

    from ingestion.embedding.batching import Embedded
    from ingestion.sync.ledger_cache import AnyLedger
    from knowledge.embeddings.embedding_model import Meaning
    from knowledge.storage.passage_writer import Index

log = logging.getLogger(__name__)

Standing = Literal["untried", "on", "away"]
_REST_SECONDS = 10.0  # before an embedding model that failed is asked again
_AHEAD = 2  # batches on their way: while the model has one, the other is fetched, or its vectors are written


@dataclass(slots=True)
class _Work:
    """A document whose passages are sent for their vectors. `refused` says why, by the passage's id."""

    document: Document
    refused: dict[str, str] = field(default_factory=dict)
    shortened: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A passage that waits for its vector, by its id, and the text to embed."""

    work: _Work
    passage: str
    text: str


@dataclass(frozen=True, slots=True)
class _Sent:
    """Passages on their way to the model, and the documents of which nothing more is sent after them."""

    batch: list[_Waiting]
    embedded: Future[list[Embedded]] | None
    ended: list[_Work]


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
        self._embedder = Embedder(meaning)
        self._executor: Executor = executor or ThreadPoolExecutor(1, "embedder")  # Ollama embeds one batch at a time
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
                if each.embedded:
                    each.embedded.cancel()
        if not stopped:
            self.trouble = None
        return not stopped

    def _sending(self, stop: Callable[[], bool]) -> Iterator[_Sent | None]:
        """Send every passage that waits, a batch each time the next one is asked for. None at last, where stopped."""
        works = [_Work(document) for document in self.waiting()]
        unended = deque(works)
        passages = ((work, passage) for work in works for passage in ids_of(work.document))
        batch: list[_Waiting] = []
        while some := list(islice(passages, BATCH)):
            if stop():
                yield None
                return
            by_id = {passage: work for work, passage in some}
            texts = self._index.without_meaning([*by_id])
            batch += [_Waiting(by_id[passage], passage, text) for passage, text in texts]
            if len(batch) >= BATCH:
                full, batch = batch[:BATCH], batch[BATCH:]
                yield self._sent(full, _before(full[-1].work, unended))
            elif not batch:
                yield _Sent([], None, _before(some[-1][0], unended))
        yield self._sent(batch, [*unended]) if batch else _Sent([], None, [*unended])

    def _sent(self, batch: list[_Waiting], ended: list[_Work]) -> _Sent:
        texts = [one.text for one in batch]
        return _Sent(batch, self._executor.submit(self._embedder.embed, texts), ended)

    def _receive(self, sent: _Sent, step: Callable[[int], object] | None) -> None:
        if sent.embedded:
            embedded = list(zip(sent.batch, sent.embedded.result(), strict=True))
            self._answers, self.trouble = True, None
            self._index.enrich([(one.passage, it.vector) for one, it in embedded if it.vector])
            for one, it in embedded:
                one.work.shortened += it.shortened
                if it.refused:
                    one.work.refused[one.passage] = it.refused
            if step:
                step(len(sent.batch))
        if sent.ended:
            self._write_down(sent.ended)

    def _write_down(self, works: list[_Work]) -> None:
        now = self._ledger.some([work.document.path for work in works])
        done = []
        for work in works:
            document, refused = work.document, len(work.refused)
            known = now.get(document.path)
            if known is None or known.version != document.version or known.state not in SEARCHABLE:
                continue  # another worker on the same index has read it anew meanwhile
            model = self._meaning.model
            reason = _shortcomings(work, model)
            done.append(replace(known, state=State.MEANING, embedding_model=model, words_only=refused, reason=reason))
            log.info("searchable by meaning: document=%s passages=%d", document.id, document.passages)
            if refused:
                log.warning("found by words alone, refused by the model: document=%s passages=%d", document.id, refused)
        if done:
            self._ledger.put(*done)

    def _rest(self, error: ModelUnavailable) -> None:
        if self.trouble != str(error):
            log.warning("meaning waits, words are searchable: %s", error)
        self._answers, self.trouble = False, str(error)
        self._rests_until = self._clock() + _REST_SECONDS


def _before(work: _Work, unended: deque[_Work]) -> list[_Work]:
    """Take out the documents before this one: all of their passages were looked at."""
    ended = []
    while unended[0] is not work:
        ended.append(unended.popleft())
    return ended


def _shortcomings(work: _Work, model: str) -> str | None:
    """What a person should know of a document's meaning, in sentences; None where all is well."""
    refused, shortened, why = len(work.refused), work.shortened, next(iter(work.refused.values()), "")
    if refused and shortened:
        return Reason.BY_WORDS_AND_LONGER.about(refused=refused, why=why, shortened=shortened, model=model)
    if refused:
        return Reason.BY_WORDS.about(refused=refused, why=why)
    return Reason.LONGER.about(shortened=shortened, model=model) if shortened else None

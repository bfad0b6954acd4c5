"""Adds dense vectors to stored passages, a batch of one or more documents at a time, so that meaning finds them too."""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING

from ingestion.sync.ledger_cache import AnyLedger, get_shared_values
from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure, ModelUnavailable, make_failure
from knowledge.core.passages import list_passage_ids
from knowledge.embeddings.embedding_model import EMBEDDING_BATCH_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator

    from ingestion.embedding.batching import EmbeddingResult
    from ingestion.embedding.early_embedding import EarlyEmbedding
    from ingestion.embedding.lane import EmbeddingLane, ModelStatus
    from knowledge.storage.passage_writer import PassageWriter

log = logging.getLogger(__name__)

_CHOSEN_TOGETHER = 1_000  # documents: of a million that wait, a few are looked at
_LOOK_SECONDS = 0.05  # between two looks whether to stop, while the model embeds


@dataclass(slots=True)
class _DocumentBackfill:
    """A document whose passages are being embedded, those that have a vector, and the reason of each refused one."""

    document: Document
    refused: dict[str, Failure] = field(default_factory=dict)
    shortened: int = 0
    embedded: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _PendingPassage:
    """The id and the text of a passage that waits for its vector."""

    document_backfill: _DocumentBackfill
    passage_id: str
    text: str


@dataclass(frozen=True, slots=True)
class _SentBatch:
    """Passages that were sent to the model, and the documents whose last passage is among them or before."""

    passages: list[_PendingPassage]
    results: Future[list[EmbeddingResult]] | None
    finished: list[_DocumentBackfill]


class EmbeddingBackfill:
    """Fills in dense vectors, smallest documents first; waits before it asks a failed model again."""

    def __init__(
        self, index: PassageWriter, ledger: AnyLedger, lane: EmbeddingLane, early: EarlyEmbedding | None = None
    ) -> None:
        self._index = index
        self._ledger = ledger
        self._lane = lane
        self._early = early
        self._begun: dict[str, _DocumentBackfill] = {}

    @property
    def model_problem(self) -> str | None:
        """Say why the embedding model gives no vectors; None if it does, or nothing waits."""
        return self._lane.problem

    @property
    def model_status(self) -> ModelStatus:
        """Say whether the embedding model answers; it is asked only when a passage waits."""
        return self._lane.status

    def list_pending_documents(self, without: Collection[str] = ()) -> list[Document]:
        """List the smallest documents that have no dense vectors, or those of another model."""
        known = self._ledger.list_documents()
        sizes = (one for one in self._list_pending_sizes() if one[1] not in without)
        return [known[path] for _, path in nsmallest(_CHOSEN_TOGETHER, sizes)]

    def count_pending_passages(self) -> int:
        """Count the passages of all such documents."""
        return sum(passages for passages, _ in self._list_pending_sizes())

    def _list_pending_sizes(self) -> Iterator[tuple[int, str]]:
        known = self._ledger.list_documents()
        for path in self._ledger.list_unembedded_paths(self._lane.model):
            if document := get_shared_values(known, path):
                yield document.passages, path

    def fill_embeddings(
        self, should_stop: Callable[[], bool] = lambda: False, *, on_progress: Callable[[int], object] | None = None
    ) -> bool:
        """Embed every pending document until `should_stop` returns true or the model fails; return whether all is done.

        It then waits for the batch that is being embedded, and sends no other.
        """
        if self._early and not self._early.finish_sent(should_stop):
            return False
        if self._lane.is_resting:
            return False
        sending = self._send_batches(should_stop)
        sent: deque[_SentBatch] = deque()
        stopped = False
        try:
            while True:
                for another in islice(sending, self._lane.most_in_flight - len(sent)):
                    if another is None:
                        stopped = True
                    else:
                        sent.append(another)
                if not sent:
                    break
                first = sent.popleft()
                if not stopped and _is_stopped_before(first.results, should_stop):
                    stopped = True
                    sending.close()
                    _take_back(sent)
                self._store_vectors(first, on_progress)
        except ModelUnavailable as error:
            self._lane.note_failure(error)
            return False
        finally:
            _take_back(sent)
        if not stopped:
            self._begun.clear()
            self._lane.note_nothing_left()
        return not stopped

    def _send_batches(self, should_stop: Callable[[], bool]) -> Generator[_SentBatch | None]:
        """Yield batches as they are sent, one for each request of the caller; None at last if stopped."""
        unfinished: deque[_DocumentBackfill] = deque()
        passages = self._iterate_passages(unfinished)
        batch: list[_PendingPassage] = []
        while some := list(islice(passages, EMBEDDING_BATCH_SIZE)):
            if should_stop():
                yield None
                return
            by_id = {passage: backfill for backfill, passage in some}
            texts = self._index.list_unembedded_passages([*by_id])
            batch += [_PendingPassage(by_id[passage], passage, text) for passage, text in texts]
            for passage in by_id.keys() - {passage for passage, _ in texts}:
                by_id[passage].embedded.add(passage)
            if len(batch) >= EMBEDDING_BATCH_SIZE:
                full, batch = batch[:EMBEDDING_BATCH_SIZE], batch[EMBEDDING_BATCH_SIZE:]
                yield self._send_batch(full, _take_finished_before(full[-1].document_backfill, unfinished))
            elif not batch:
                yield _SentBatch([], None, _take_finished_before(some[-1][0], unfinished))
        yield self._send_batch(batch, [*unfinished]) if batch else _SentBatch([], None, [*unfinished])

    def _iterate_passages(self, unfinished: deque[_DocumentBackfill]) -> Iterator[tuple[_DocumentBackfill, str]]:
        """Yield the ids of all pending passages; each document is added to `unfinished` before its own."""
        begun: set[str] = set()
        while documents := self.list_pending_documents(without=begun):
            begun.update(document.path for document in documents)
            for document in documents:
                backfill = self._begun.get(document.path)
                if backfill is None or backfill.document != document:
                    backfill = self._begun[document.path] = _DocumentBackfill(document)
                unfinished.append(backfill)
                for passage in list_passage_ids(document):
                    if passage not in backfill.embedded:
                        yield backfill, passage

    def _send_batch(self, batch: list[_PendingPassage], finished: list[_DocumentBackfill]) -> _SentBatch:
        texts = [one.text for one in batch]
        return _SentBatch(batch, self._lane.send_texts(texts), finished)

    def _store_vectors(self, sent_batch: _SentBatch, on_progress: Callable[[int], object] | None) -> None:
        if sent_batch.results:
            embedded = list(zip(sent_batch.passages, sent_batch.results.result(), strict=True))
            self._lane.note_answer()
            self._index.add_dense_vectors(
                [(one.passage_id, result.vector) for one, result in embedded if result.vector]
            )
            for one, result in embedded:
                backfill = one.document_backfill
                backfill.shortened += result.shortened
                if result.refused:
                    backfill.refused[one.passage_id] = result.refused
                else:
                    backfill.refused.pop(one.passage_id, None)
                    backfill.embedded.add(one.passage_id)
            if on_progress:
                on_progress(len(sent_batch.passages))
        if sent_batch.finished:
            self._save_finished_documents(sent_batch.finished)

    def _save_finished_documents(self, backfills: list[_DocumentBackfill]) -> None:
        now = self._ledger.get_documents([backfill.document.path for backfill in backfills])
        done = []
        for backfill in backfills:
            document, refused = backfill.document, len(backfill.refused)
            self._begun.pop(document.path, None)
            known = now.get(document.path)
            if known is None or known.version != document.version or known.state not in SEARCHABLE_STATES:
                continue  # another worker on the same index has read it again meanwhile
            model = self._lane.model
            if self._early:
                backfill.shortened += self._early.take_shortened(list_passage_ids(document))
            failure = _describe_shortfalls(backfill, model)
            done.append(
                replace(known, state=DocumentState.MEANING, embedding_model=model, words_only=refused, failure=failure)
            )
            log.info(
                "searchable by meaning: document=%s passages=%d path=%s", document.id, document.passages, document.path
            )
            if refused:
                log.warning(
                    "found by words alone, refused by the model: document=%s passages=%d path=%s",
                    document.id,
                    refused,
                    document.path,
                )
        if done:
            self._ledger.save_documents(*done)


def _is_stopped_before(results: Future[list[EmbeddingResult]] | None, should_stop: Callable[[], bool]) -> bool:
    """Wait for results; say whether `should_stop` returned true before they were there."""
    while results and not results.done():
        if should_stop():
            return True
        wait([results], timeout=_LOOK_SECONDS)
    return False


def _take_back(sent: deque[_SentBatch]) -> None:
    """Remove the batches at the end that the model has not begun."""
    while sent and (sent[-1].results is None or sent[-1].results.cancel()):
        sent.pop()


def _take_finished_before(backfill: _DocumentBackfill, unfinished: deque[_DocumentBackfill]) -> list[_DocumentBackfill]:
    """Remove and return the documents before this one: all their passages were sent."""
    finished = []
    while unfinished[0] is not backfill:
        finished.append(unfinished.popleft())
    return finished


def _describe_shortfalls(backfill: _DocumentBackfill, model: str) -> Failure | None:
    """Say which passages have no vector or a shortened one; None if all have a full one."""
    refused, shortened, why = len(backfill.refused), backfill.shortened, next(iter(backfill.refused.values()), None)
    if refused and shortened:
        return make_failure(FailureCode.BY_WORDS_AND_LONGER, refused=refused, why=why, shortened=shortened, model=model)
    if refused:
        return make_failure(FailureCode.BY_WORDS, refused=refused, why=why)
    return make_failure(FailureCode.LONGER, shortened=shortened, model=model) if shortened else None

"""Embeds passages while documents are still being read, so that reading, embedding and writing overlap.

It promises nothing: `backfill.py` does what is left. All calls come from the thread of the pass.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from typing import TYPE_CHECKING

from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.embedding_model import EMBEDDING_BATCH_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from ingestion.embedding.batching import EmbeddingResult
    from ingestion.embedding.lane import EmbeddingLane
    from knowledge.core.passages import Passage
    from knowledge.storage.passage_writer import PassageWriter

_MOST_WAITING = 512  # passages, 1 MB of text: reading is faster than embedding, and memory is bounded
_LOOK_SECONDS = 0.05  # between two looks whether to stop, while the model embeds
_SORTED_TOGETHER = 4 * EMBEDDING_BATCH_SIZE  # batches of like length are cut from so many passages

SentTexts = list[tuple[str, str]]  # ids and texts of passages


class EarlyEmbedding:
    """Passages that are in the index and wait for their vectors, and the batches that the model has."""

    def __init__(self, index: PassageWriter, lane: EmbeddingLane) -> None:
        self._index = index
        self._lane = lane
        self._waiting: deque[tuple[str, str]] = deque()
        self._sent: dict[Future[list[EmbeddingResult]], SentTexts] = {}
        self._shortened: set[str] = set()

    @property
    def futures(self) -> Collection[Future[list[EmbeddingResult]]]:
        """The batches that the model has."""
        return self._sent.keys()

    def offer_passages(self, passages: Iterable[Passage]) -> None:
        """Take passages that were just written, as far as there is room."""
        if self._lane.is_resting:
            return
        room = _MOST_WAITING - len(self._waiting)
        self._waiting.extend((passage.id, passage.indexed_text) for passage in islice(passages, room))
        self._send_batches(EMBEDDING_BATCH_SIZE)

    def store_finished(self) -> None:
        """Store the vectors that are there, and send the next passages."""
        for future in [future for future in self._sent if future.done()]:
            self._store_vectors(self._sent.pop(future), future)
        self._send_batches(1 if not self._sent else EMBEDDING_BATCH_SIZE)

    def finish_sent(self, should_stop: Callable[[], bool]) -> bool:
        """Drop what the model has not begun, and store what it has; say whether that is done."""
        self._waiting.clear()
        for future in reversed([*self._sent]):  # the last first, or the next would begin meanwhile
            if future.cancel():
                del self._sent[future]
        while self._sent:
            if should_stop():
                return False
            wait(self._sent, _LOOK_SECONDS, return_when=FIRST_COMPLETED)
            self.store_finished()
        return True

    def take_shortened(self, passages: Iterable[str]) -> int:
        """Count those of a document's passages whose vector is of their beginning only, and forget them."""
        if not self._shortened:
            return 0
        found = self._shortened.intersection(passages)
        self._shortened -= found
        return len(found)

    def drop_all(self) -> None:
        """Drop what waits and what the model has."""
        self._waiting.clear()
        for future in self._sent:
            future.cancel()
        self._sent.clear()

    def _send_batches(self, least: int) -> None:
        """Send batches, each of passages of like length, while `least` passages wait and the model has room."""
        while len(self._waiting) >= least and len(self._sent) < self._lane.most_in_flight:
            count = min(len(self._waiting), _SORTED_TOGETHER)
            together = sorted((self._waiting.popleft() for _ in range(count)), key=lambda one: len(one[1]))
            batch, rest = together[:EMBEDDING_BATCH_SIZE], together[EMBEDDING_BATCH_SIZE:]
            self._waiting.extendleft(reversed(rest))
            self._sent[self._lane.send_texts([text for _, text in batch])] = batch

    def _store_vectors(self, passages: SentTexts, future: Future[list[EmbeddingResult]]) -> None:
        try:
            results = future.result()
        except ModelUnavailable as error:
            self._lane.note_failure(error)
            self._waiting.clear()
            return
        self._lane.note_answer()
        # A document may have failed or gone since its passages were sent.
        still = {passage for passage, _ in self._index.list_unembedded_passages([passage for passage, _ in passages])}
        vectors = [
            (passage, one.vector)
            for (passage, _), one in zip(passages, results, strict=True)
            if passage in still and one.vector
        ]
        cut = {passage for (passage, _), one in zip(passages, results, strict=True) if one.shortened}
        try:
            self._index.add_dense_vectors(vectors)
            self._shortened |= cut & still
        except ModelUnavailable as error:  # vectors of another dimension
            self._lane.note_failure(error)
            self._waiting.clear()

"""Sends texts to the embedding model, several batches at a time, and remembers whether the model answers.

What is embedded while documents are read, and what is embedded afterwards, go through the same lane: one batch more
is on its way than the model takes at once, so that it never waits for the worker.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

from ingestion.embedding.batching import BatchEmbedder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor, Future

    from ingestion.embedding.batching import EmbeddingResult
    from knowledge.core.failures import ModelUnavailable
    from knowledge.embeddings.embedding_model import EmbeddingModel

log = logging.getLogger(__name__)

ModelStatus = Literal["untried", "on", "away"]
_RETRY_SECONDS = 10.0  # before an embedding model that failed is asked again


class EmbeddingLane:
    """One embedding model as the worker uses it; `parallel` batches are embedded at the same time."""

    def __init__(
        self,
        embedding_model: EmbeddingModel,
        parallel: int = 1,
        clock: Callable[[], float] = time.monotonic,
        executor: Executor | None = None,
    ) -> None:
        self.model = embedding_model.model
        self.most_in_flight = parallel + 1
        self._embedder = BatchEmbedder(embedding_model)
        self._executor: Executor = executor or ThreadPoolExecutor(parallel, "embedder")
        self._clock = clock
        self._retry_after = 0.0
        self._has_answered = False
        self.problem: str | None = None

    @property
    def status(self) -> ModelStatus:
        """Say whether the embedding model answers; it is asked only when a passage waits."""
        if self.problem:
            return "away"
        return "on" if self._has_answered else "untried"

    @property
    def is_resting(self) -> bool:
        """Say whether the model failed a moment ago and is not asked now."""
        return self._clock() < self._retry_after

    def send_texts(self, texts: Sequence[str]) -> Future[list[EmbeddingResult]]:
        """Send a batch; the future raises ModelUnavailable if the model is away or broken."""
        return self._executor.submit(self._embedder.embed_batch, texts)

    def note_answer(self) -> None:
        """Note that the model answered."""
        self._has_answered, self.problem = True, None

    def note_nothing_left(self) -> None:
        """Note that no passage waits: a failure from before is of no interest any more."""
        self.problem = None

    def note_failure(self, error: ModelUnavailable) -> None:
        """Note that the model failed: it rests for a while."""
        if self.problem != str(error):
            log.warning("meaning waits, words are searchable: %s", error)
        self._has_answered, self.problem = False, str(error)
        self._retry_after = self._clock() + _RETRY_SECONDS

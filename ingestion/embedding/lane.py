"""Sends texts to the embedding model, several batches at a time, and remembers whether the model answers.

What is embedded while documents are read, and what is embedded afterwards, go through the same lane: one batch more is
on its way than the model takes at once, so that it never waits for the worker.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, Protocol

from ingestion.embedding.batching import BatchEmbedder, EmbeddingResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingestion.settings import IngestionSettings
    from knowledge.core.failures import ModelUnavailable
    from knowledge.embeddings.embedding_model import EmbeddingModel

log = logging.getLogger(__name__)

ModelStatus = Literal["untried", "on", "away"]
_MOST_CLUSTER_BATCHES = 256  # a bound on the threads that wait for answers
_RETRY_SECONDS = 10.0  # before an embedding model that failed is asked again


class EmbeddingCluster(Protocol):
    """Machines that embed; each batch goes to one of them."""

    def count_workers(self) -> int:
        """How many batches are embedded at the same time, at least 1."""

    def embed_texts(self, texts: list[str], timeout: float) -> list[list[float]]:
        """Returns the vectors of texts in order; raises ModelUnavailable."""


class EmbeddingLane:
    """One embedding model as the worker uses it; `parallel` batches are embedded at the same time.

    With a `cluster`, its workers embed, each one batch at a time.
    """

    def __init__(
        self,
        embedding_model: EmbeddingModel,
        parallel: int = 1,
        clock: Callable[[], float] = time.monotonic,
        executor: Executor | None = None,
        cluster: EmbeddingCluster | None = None,
    ) -> None:
        self.model = embedding_model.model
        self._parallel = parallel
        self._cluster = cluster
        source = embedding_model.with_passage_source(cluster.embed_texts) if cluster else embedding_model
        self._embedder = BatchEmbedder(source)
        threads = _MOST_CLUSTER_BATCHES if cluster else parallel
        self._executor: Executor = executor or ThreadPoolExecutor(threads, "embedder")
        self._clock = clock
        self._retry_after = 0.0
        self._has_answered = False
        self.problem: str | None = None

    @property
    def most_in_flight(self) -> int:
        """How many batches may be on their way: one more than are embedded at once."""
        return (self._cluster.count_workers() if self._cluster else self._parallel) + 1

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


def open_embedding_cluster(settings: IngestionSettings) -> EmbeddingCluster | None:
    """Return the cluster of the settings, which embeds with the local model; None if there is none."""
    if settings.dask_scheduler is None:
        return None
    # Here, because Dask is an extra that most installations do not have.
    from ingestion.embedding.dask_embedding import DaskEmbedding

    return DaskEmbedding(settings)

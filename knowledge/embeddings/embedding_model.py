"""Computes dense vectors with the embedding model of the settings, in Ollama or on this machine, and checks them."""

from __future__ import annotations

import math
import re
import time
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings
from langchain_qdrant import SparseEmbeddings, SparseVector

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import ModelUnavailable, TextRefused, make_failure
from knowledge.core.lexical import sparse_vector_from_passage, sparse_vector_from_question
from knowledge.embeddings.local.client import get_shared_client
from knowledge.embeddings.ollama_vectors import OllamaVectors
from knowledge.embeddings.prefixes import CENTRED_MARK, NO_PREFIXES, Prefixes, choose_prefixes, find_prefixes
from knowledge.runtime.metrics import OLLAMA_FAILURES
from knowledge.runtime.settings import is_local_model, normalize_model_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from knowledge.runtime.settings import Settings

EMBEDDING_BATCH_SIZE = 32
RETRY_PAUSE_SECONDS = 15.0  # after a failure, questions fail at once for so long
QUESTION_TIMEOUT = 20.0  # seconds; the model may have to be loaded first
_QUESTION_CACHE_SIZE = 1024


class EmbeddingModel(Embeddings):
    """Computes and checks dense vectors of passages and of questions, each with the prefix that the model wants.

    After a failure, questions fail at once for `RETRY_PAUSE_SECONDS`, so that no answer waits for an absent model.
    Passages are always sent: the worker has its own retries.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        model: str | None = None,
        prefixes: Prefixes | None = None,
    ) -> None:
        self.model = normalize_model_name(model or settings.embedding_model)
        self.prefixes = find_prefixes(self.model) if prefixes is None else prefixes
        self._settings = settings
        self._other_models: dict[tuple[str, Prefixes], EmbeddingModel] = {}
        self._ollama = (
            None
            if is_local_model(self.model)
            else OllamaVectors(self.model, settings.ollama_url, settings.ollama_keep_alive)
        )
        self._source: Callable[[list[str], float], list[list[float]]] | None = None
        self._timeout = settings.embedding_timeout
        self._clock = clock
        self._paused: tuple[float, str] | None = None
        self._cached_query = lru_cache(maxsize=_QUESTION_CACHE_SIZE)(self._embed_question)

    def with_model(self, model: str, stored_prefixes: Prefixes = NO_PREFIXES) -> EmbeddingModel:
        """Returns the same for an index of another model, or one whose passages were embedded with other prefixes."""
        prefixes = choose_prefixes(model, stored_prefixes)
        if (model, prefixes) == (self.model, self.prefixes):
            return self
        known = self._other_models.get((model, prefixes))
        if known is None:
            known = self._other_models[model, prefixes] = EmbeddingModel(self._settings, self._clock, model, prefixes)
        return known

    def with_passage_source(self, embed_texts: Callable[[list[str], float], list[list[float]]]) -> EmbeddingModel:
        """Returns the same, whose vectors come from `embed_texts`, which gets texts and a timeout in seconds."""
        other = EmbeddingModel(self._settings, self._clock, self.model, self.prefixes)
        other._source = embed_texts
        return other

    @property
    def vector_name(self) -> str:
        """The name of this model's vectors in the index; each model has its own."""
        return "dense-" + re.sub(r"[^A-Za-z0-9_-]+", "-", self.model.removesuffix(":latest"))

    @property
    def is_centred(self) -> bool:
        """Whether the mean of a text's language is subtracted from its vector."""
        return self.prefixes.passage.startswith(CENTRED_MARK)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the vectors of at most `EMBEDDING_BATCH_SIZE` texts, in order, each of the model's dimension.

        Raises:
            TextRefused: the model gives no usable vector for a text, or cannot read the whole text.
            ModelUnavailable: the model does not answer.
        """
        return self._embed([self.prefixes.passage + text for text in texts], self._timeout, truncate=False)

    def embed_truncated(self, texts: list[str]) -> list[list[float]]:
        """Returns the vectors of each text, cut to what the model reads; raises the errors of `embed_documents`."""
        return self._embed([self.prefixes.passage + text for text in texts], self._timeout, truncate=True)

    @property
    def can_compare_pieces(self) -> bool:
        """Whether the model is near and fast enough to compare pieces of passages while somebody waits."""
        return self._ollama is None

    def compare_pieces(self, question: str, texts: list[str]) -> list[float]:
        """Returns how like parts of passages are to a question, by their tokens, too; only for `can_compare_pieces`.

        Raises:
            ModelUnavailable: the model does not answer.
        """
        asked, pieces = self.prefixes.question + question, [self.prefixes.passage + text for text in texts]
        with _count_failures():
            return get_shared_client().compare_texts(asked, pieces, QUESTION_TIMEOUT)

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a question.

        Raises:
            ModelUnavailable: the model does not answer, or failed less than `RETRY_PAUSE_SECONDS` ago.
            TextRefused: the model gives no usable vector for the question.
        """
        if self._paused and self._clock() < self._paused[0]:
            raise ModelUnavailable(self._paused[1])
        try:
            return self._cached_query(text)
        except TextRefused:
            raise  # only this question failed, so the model is not paused
        except ModelUnavailable as error:
            self._paused = (self._clock() + RETRY_PAUSE_SECONDS, str(error))
            raise

    def _embed_question(self, text: str) -> list[float]:
        timeout = min(self._timeout, QUESTION_TIMEOUT)
        return self._embed([self.prefixes.question + text], timeout, truncate=True, is_urgent=True)[0]

    def _embed(self, texts: list[str], timeout: float, *, truncate: bool, is_urgent: bool = False) -> list[list[float]]:
        with _count_failures():
            if self._source:
                vectors = self._source(texts, timeout)
            elif self._ollama:
                vectors = self._ollama.embed_texts(texts, timeout, truncate=truncate)
            else:
                vectors = get_shared_client().embed_texts(texts, timeout, are_urgent=is_urgent)
        return [_check_vector(vector, self.model) for vector in vectors]


@contextmanager
def _count_failures() -> Iterator[None]:
    try:
        yield
    except TextRefused:
        raise  # the model is well, one text is not
    except ModelUnavailable:
        OLLAMA_FAILURES.labels("embedding").inc()
        raise


def _check_vector(vector: list[float], model: str) -> list[float]:
    norm = math.sqrt(sum(value * value for value in vector))
    if not vector or not math.isfinite(norm) or norm == 0:
        raise TextRefused(make_failure(FailureCode.NO_DIRECTION, model=model))
    return vector


class LangChainSparseEmbeddings(SparseEmbeddings):
    """Sparse vectors for langchain-qdrant's vector store."""

    def embed_documents(self, texts: list[str]) -> list[SparseVector]:
        """Returns the sparse vectors of passages."""
        return [_to_sparse_vector(sparse_vector_from_passage(text)) for text in texts]

    def embed_query(self, text: str) -> SparseVector:
        """Returns the sparse vector of a question."""
        return _to_sparse_vector(sparse_vector_from_question(text))


def _to_sparse_vector(vector: tuple[list[int], list[float]]) -> SparseVector:
    indices, values = vector
    return SparseVector(indices=indices, values=values)

"""Computes dense vectors with an embedding model in Ollama, and checks them."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import ollama
from langchain_core.embeddings import Embeddings
from langchain_qdrant import SparseEmbeddings, SparseVector

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import ModelUnavailable, TextRefused, make_failure
from knowledge.core.lexical import sparse_vector_from_passage, sparse_vector_from_question

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.runtime.settings import Settings

EMBEDDING_BATCH_SIZE = 32
RETRY_PAUSE_SECONDS = 15.0  # after a failure, questions fail at once for so long
QUESTION_TIMEOUT = 20.0  # seconds; Ollama may have to load the model first
_QUESTION_CACHE_SIZE = 1024
_NOT_FOUND = 404
_TEXT_ERROR_STATUSES = (400, 500)  # 500 if the vector has a value that JSON cannot hold, or a text makes the model fail


class EmbeddingModel:
    """Computes and checks dense vectors of passages and of questions.

    After a failure, questions fail at once for `RETRY_PAUSE_SECONDS`, so that no answer waits for an absent model.
    Passages are always sent: the worker has its own retries.
    """

    def __init__(
        self, settings: Settings, clock: Callable[[], float] = time.monotonic, model: str | None = None
    ) -> None:
        self.model = model or settings.embedding_model
        self._settings = settings
        self._other_models: dict[str, EmbeddingModel] = {}
        self._url = settings.ollama_url
        self._timeout = settings.embedding_timeout
        self._clock = clock
        self._paused: tuple[float, str] | None = None
        self._cached_query = lru_cache(maxsize=_QUESTION_CACHE_SIZE)(self._embed_question)
        self._clients: dict[float, ollama.Client] = {}

    def with_model(self, model: str) -> EmbeddingModel:
        """Returns the same for another model, since an index is searched with the model that embedded it."""
        if model == self.model:
            return self
        return self._other_models.setdefault(model, EmbeddingModel(self._settings, self._clock, model))

    @property
    def vector_name(self) -> str:
        """The name of this model's vectors in the index; each model has its own."""
        return "dense-" + re.sub(r"[^A-Za-z0-9_-]+", "-", self.model.removesuffix(":latest"))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the vectors of at most `EMBEDDING_BATCH_SIZE` texts, in order, each of the model's dimension.

        Raises:
            TextRefused: the model gives no usable vector for a text, or cannot read the whole text.
            ModelUnavailable: the model does not answer.
        """
        return self._embed(texts, self._timeout, truncate=False)

    def embed_truncated(self, texts: list[str]) -> list[list[float]]:
        """Returns the vectors of each text, cut to what the model reads; raises the errors of `embed_documents`."""
        return self._embed(texts, self._timeout, truncate=True)

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
        return self._embed([text], min(self._timeout, QUESTION_TIMEOUT), truncate=True)[0]

    def _embed(self, texts: list[str], timeout: float, *, truncate: bool) -> list[list[float]]:
        try:
            # langchain-ollama has no `truncate` option, and Ollama would cut a long text without a word.
            vectors = self._client(timeout).embed(self.model, texts, truncate=truncate).embeddings
        except ollama.ResponseError as error:
            raise _failure_from_status(self.model, error.status_code) from error
        except httpx.TimeoutException as error:
            raise ModelUnavailable(f"The embedding model {self.model} did not answer in {timeout:g} s.") from error
        except (ConnectionError, httpx.HTTPError) as error:
            raise ModelUnavailable(
                f"Ollama does not answer at {self._url}: start it, or correct OLLAMA_URL."
            ) from error
        except ValueError as error:
            raise ModelUnavailable(f"What answers at {self._url} is not Ollama: correct OLLAMA_URL.") from error
        if len(vectors) != len(texts):
            raise ModelUnavailable(f"Ollama gave {len(vectors)} vectors for {len(texts)} texts: restart it.")
        return [_check_vector(list(vector), self.model) for vector in vectors]

    def _client(self, timeout: float) -> ollama.Client:
        if timeout not in self._clients:
            address = urlsplit(self._url)
            auth = (address.username, address.password or "") if address.username else None
            self._clients[timeout] = ollama.Client(host=self._url, timeout=timeout, auth=auth)
        return self._clients[timeout]


def _failure_from_status(model: str, status: int) -> ModelUnavailable:
    if status == _NOT_FOUND:
        return ModelUnavailable(f"The embedding model {model} is not in Ollama: run `ollama pull {model}`.")
    failure = TextRefused if status in _TEXT_ERROR_STATUSES else ModelUnavailable
    return failure(make_failure(FailureCode.MODEL_REFUSES, status=status, model=model))


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


@dataclass(frozen=True, slots=True)
class LangChainDenseEmbeddings(Embeddings):
    """Dense vectors for langchain-qdrant's vector store."""

    embedding_model: EmbeddingModel

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the dense vectors of passages."""
        return self.embedding_model.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        """Returns the dense vector of a question."""
        return self.embedding_model.embed_query(text)


def _to_sparse_vector(vector: tuple[list[int], list[float]]) -> SparseVector:
    indices, values = vector
    return SparseVector(indices=indices, values=values)

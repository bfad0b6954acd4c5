"""Gets vectors from an embedding model in Ollama, and translates its failures."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import ollama

from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import ModelUnavailable, TextRefused, make_failure

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOT_FOUND = 404
_TEXT_ERROR_STATUSES = (400, 500)  # 500 if the vector has a value that JSON cannot hold, or a text makes the model fail


class OllamaVectors:
    """Gets vectors of one model from one Ollama."""

    def __init__(self, model: str, url: str, keep_alive: int | str) -> None:
        self._model = model
        self._url = url
        self._keep_alive = keep_alive
        self._clients: dict[float, ollama.Client] = {}

    def embed_texts(self, texts: Sequence[str], timeout: float, *, truncate: bool) -> list[list[float]]:
        """Returns the vectors of texts in order; with `truncate`, of as much of each as the model reads.

        Raises:
            TextRefused: the model gives no usable vector for a text, or cannot read the whole text.
            ModelUnavailable: the model does not answer.
        """
        try:
            # langchain-ollama has no `truncate` option, and Ollama would cut a long text without a word.
            answer = self._client(timeout).embed(self._model, texts, truncate=truncate, keep_alive=self._keep_alive)
        except ollama.ResponseError as error:
            raise _failure_from_status(self._model, error.status_code) from error
        except httpx.TimeoutException as error:
            raise ModelUnavailable(f"The embedding model {self._model} did not answer in {timeout:g} s.") from error
        except (ConnectionError, httpx.HTTPError) as error:
            raise ModelUnavailable(
                f"Ollama does not answer at {self._url}: start it, or correct OLLAMA_URL."
            ) from error
        except ValueError as error:
            raise ModelUnavailable(f"What answers at {self._url} is not Ollama: correct OLLAMA_URL.") from error
        if len(answer.embeddings) != len(texts):
            raise ModelUnavailable(f"Ollama gave {len(answer.embeddings)} vectors for {len(texts)} texts: restart it.")
        return [list(vector) for vector in answer.embeddings]

    def _client(self, timeout: float) -> ollama.Client:
        if timeout not in self._clients:
            self._clients[timeout] = open_ollama_client(self._url, timeout)
        return self._clients[timeout]


def open_ollama_client(url: str, timeout: float) -> ollama.Client:
    """Opens a client of Ollama; a name and a password in the address are sent as such."""
    address = urlsplit(url)
    auth = (address.username, address.password or "") if address.username else None
    return ollama.Client(host=url, timeout=timeout, auth=auth)


def _failure_from_status(model: str, status: int) -> ModelUnavailable:
    if status == _NOT_FOUND:
        return ModelUnavailable(f"The embedding model {model} is not in Ollama: run `ollama pull {model}`.")
    failure = TextRefused if status in _TEXT_ERROR_STATUSES else ModelUnavailable
    return failure(make_failure(FailureCode.MODEL_REFUSES, status=status, model=model))

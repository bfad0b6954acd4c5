"""Opens the chat model in Ollama, loads it before the first question, reads its chunks and translates its failures.

By Ollama's API documentation: a chat without messages loads a model, `/api/ps` lists the loaded ones with the context
that each really has, and `keep_alive` says how long a model stays.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import httpx
import ollama
from langchain.chat_models import init_chat_model

from bot.answering.output_filter.model_noise import ends_in_repetition
from bot.answering.prompt.context_window import ContextWindow
from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.embeddings.ollama_vectors import open_ollama_client
from knowledge.runtime.metrics import OLLAMA_FAILURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

    from bot.settings import BotSettings
    from knowledge.core.failures import ModelUnavailable

_LOOP_CHECK_CHUNKS = 16  # chunks between two checks for repetition
_MAX_ANSWER_CHARACTERS = 100_000  # more than any context window leaves for an answer: the rest is not read


@dataclass(slots=True)
class ModelOutput:
    """What the model has written so far; `prompt_tokens` is how many tokens it reports to have read.

    `context_tokens` is the context that it really has in Ollama, None if unknown.
    """

    text: str = ""
    prompt_tokens: int = 0
    context_tokens: int | None = None
    stop_reason: Literal["length", "loop"] | None = None
    error: ModelUnavailable | None = None
    _chunk_count: int = 0

    def read_chunk(self, chunk: AIMessageChunk) -> str:
        """Reads the next chunk and returns its text."""
        words = str(chunk.text)[: _MAX_ANSWER_CHARACTERS - len(self.text)]
        self.text += words
        self._chunk_count += 1
        if chunk.usage_metadata:
            self.prompt_tokens = chunk.usage_metadata["input_tokens"]
        if chunk.response_metadata.get("done_reason") == "length" or len(self.text) >= _MAX_ANSWER_CHARACTERS:
            self.stop_reason = "length"
        elif self._chunk_count % _LOOP_CHECK_CHUNKS == 0 and ends_in_repetition(self.text):
            self.stop_reason = "loop"
        return words

    @property
    def is_complete(self) -> bool:
        """Whether the model ended by itself, without an error or a limit."""
        return not (self.error or self.stop_reason)


class ModelMissing(ModelUnavailable):
    """Ollama answers, but the chat model is not installed."""


class ModelNotResponding(ModelUnavailable):
    """Ollama answers, but the chat model fails or writes nothing."""


_NOT_FOUND = 404
_TEMPERATURE = 0.1  # low, so that answers follow the passages


def open_chat_model(settings: BotSettings) -> BaseChatModel:
    """Opens CHAT_MODEL with a context window of NUM_CTX tokens; sends nothing yet."""
    model: BaseChatModel = init_chat_model(
        f"ollama:{settings.chat_model}",
        base_url=settings.ollama_url,
        num_ctx=settings.num_ctx,
        num_predict=ContextWindow(settings.num_ctx).answer_tokens,
        temperature=_TEMPERATURE,
        reasoning=False,
        keep_alive=settings.ollama_keep_alive,
        client_kwargs={"timeout": settings.chat_timeout},
    )
    return model


@contextlib.contextmanager
def translate_model_errors(settings: BotSettings) -> Iterator[None]:
    """Raises Ollama's failures as `ModelUnavailable`, with a sentence that says what to do."""
    try:
        with OLLAMA_FAILURES.labels("chat").count_exceptions((ollama.ResponseError, ConnectionError, httpx.HTTPError)):
            yield
    except ollama.ResponseError as error:
        if error.status_code == _NOT_FOUND:
            raise ModelMissing(
                f"The model {settings.chat_model} is not in Ollama: run `ollama pull {settings.chat_model}`."
            ) from error
        raise ModelNotResponding(
            f"Ollama failed on {settings.chat_model} (status {error.status_code}): look at its log."
        ) from error
    except httpx.TimeoutException as error:
        raise ModelNotResponding(
            f"The model {settings.chat_model} said nothing for {settings.chat_timeout:g} s: raise CHAT_TIMEOUT."
        ) from error
    except (ConnectionError, httpx.HTTPError) as error:
        raise ModelUnavailable(
            f"Ollama does not answer at {settings.ollama_url}: start it, or correct OLLAMA_URL."
        ) from error


log = logging.getLogger(__name__)
_LOOK_SECONDS = 2.0  # no answer waits longer for what it can do without


class ChatModelMemory:
    """Looks up the chat model among the models that Ollama has loaded."""

    def __init__(self, settings: BotSettings) -> None:
        self._name = _with_tag(settings.chat_model)
        self._client = open_ollama_client(settings.ollama_url, _LOOK_SECONDS)

    def must_load(self) -> bool:
        """Whether the model has to be loaded first; false where Ollama does not say."""
        loaded = self._list_models()
        return loaded is not None and self._name not in loaded

    def get_context_tokens(self) -> int | None:
        """The tokens of the context that the loaded model has; None if unknown."""
        return (self._list_models() or {}).get(self._name)

    def _list_models(self) -> dict[str, int | None] | None:
        """The context of each loaded model, by name; None if Ollama does not answer."""
        try:
            loaded = self._client.ps().models
        except (ollama.ResponseError, httpx.HTTPError, ConnectionError, ValueError):
            return None
        return {_with_tag(model.model or ""): model.context_length for model in loaded}


def load_models(settings: BotSettings) -> None:
    """Load the chat model and the embedding model; one that cannot be loaded now is loaded by the first question."""
    for name, load in (("CHAT_MODEL", _load_chat_model), ("EMBEDDING_MODEL", _load_embedding_model)):
        try:
            load(settings)
        except ModelUnavailable as error:
            log.warning("%s is not loaded yet: %s", name, error)
        else:
            log.info("%s is loaded", name)


def _load_chat_model(settings: BotSettings) -> None:
    client = open_ollama_client(settings.ollama_url, settings.chat_timeout)
    # With another num_ctx, Ollama would load the model again for the first question.
    options = {"num_ctx": settings.num_ctx}
    with translate_model_errors(settings):
        client.chat(settings.chat_model, [], options=options, keep_alive=settings.ollama_keep_alive)


def _load_embedding_model(settings: BotSettings) -> None:
    EmbeddingModel(settings).embed_query("Souffleur")


def _with_tag(model: str) -> str:
    return model if ":" in model.rsplit("/", 1)[-1] else f"{model}:latest"

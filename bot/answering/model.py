"""Opens the chat model in Ollama, reads its chunks and translates its failures."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import httpx
import ollama
from langchain.chat_models import init_chat_model

from bot.answering.output_filter.model_noise import ends_in_repetition
from bot.answering.prompt.context_window import ContextWindow
from knowledge.core.failures import ModelUnavailable
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

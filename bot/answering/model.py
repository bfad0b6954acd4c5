"""Opens the chat model in Ollama and turns its failures into ours. Knows no prompt."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import httpx
import ollama
from langchain.chat_models import init_chat_model

from bot.answering.prompt.context_window import ContextWindow
from knowledge.core.failures import ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_core.language_models import BaseChatModel

    from bot.settings import BotSettings


class ModelMissing(ModelUnavailable):
    """Ollama is there, the chat model is not in it."""


class ModelNotResponding(ModelUnavailable):
    """Ollama is there, the chat model fails in it or says nothing."""


_NOT_FOUND = 404
_TEMPERATURE = 0.1  # answers are to follow the passages, not to vary


def open_chat_model(settings: BotSettings) -> BaseChatModel:
    """The chat model of CHAT_MODEL, with a context window of NUM_CTX tokens. Nothing is sent yet."""
    model: BaseChatModel = init_chat_model(
        f"ollama:{settings.chat_model}",
        base_url=settings.ollama_url,
        num_ctx=settings.num_ctx,
        num_predict=ContextWindow(settings.num_ctx).answer_tokens,
        temperature=_TEMPERATURE,
        reasoning=False,
        client_kwargs={"timeout": settings.chat_timeout},
    )
    return model


@contextlib.contextmanager
def translate_model_errors(settings: BotSettings) -> Iterator[None]:
    """Let Ollama's failures out as `ModelUnavailable`, with a sentence that says what to do."""
    try:
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

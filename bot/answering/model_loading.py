"""Loads both models before the first question, and looks up how the chat model lies in Ollama's memory.

By Ollama's API documentation: a chat without messages loads a model, `/api/ps` lists the loaded ones with the context
that each really has, and `keep_alive` says how long a model stays.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import httpx
import ollama

from bot.answering.model import translate_model_errors
from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.embeddings.ollama_vectors import open_ollama_client

if TYPE_CHECKING:
    from bot.settings import BotSettings

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

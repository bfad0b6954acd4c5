"""Measures both models on this machine, for `python -m bot check --speed`, and names the models that would fit."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import httpx
import ollama

from bot.answering.model import translate_model_errors
from bot.answering.prompt.context_window import ContextWindow
from bot.settings import BotSettings
from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel

Severity = Literal["well", "doubtful", "broken"]
_GIB = 2**30
_NANOSECONDS = 1e9
_ANSWER_TOKENS = 270  # about 200 English words
_WRITTEN_TOKENS = 64
_PASSAGE = (
    "The warranty covers the lamp and its parts for two years from the day of purchase. Keep the receipt: the shop "
    "asks for it. Repairs are made in the workshop and take about ten working days, without the time of transport. "
) * 5  # about 250 tokens
_BATCH_SIZE = 8
_PASSAGES_IN_100_PAGES = 250
_QUESTION = "Explain in detail how a workshop should handle a repair under warranty, from the receipt to the return."
_SLOW_FIRST_WORD_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check; `sentence` says what to do if something is wrong."""

    verdict: Severity
    what: str
    sentence: str


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A chat model of Ollama's library: its file and the memory it needs, in GB, rounded."""

    name: str
    file_gb: float
    memory_gb: int
    remark: str


# Files: Ollama's library. Memory: the file, the context of NUM_CTX tokens and some room; an estimate, not measured.
KNOWN_MODELS = (
    KnownModel("mixtral", 26, 32, "the default: the model of the article that Souffleur began from"),
    KnownModel("mistral-small3.2", 15, 20, "French and English"),
    KnownModel("gpt-oss:20b", 14, 18, "writes fast for its size: it uses a part of its weights for each token"),
    KnownModel("gemma3:12b", 8.1, 12, "many languages"),
    KnownModel("mistral-nemo", 7.1, 10, "French and English, long context"),
    KnownModel("qwen3.5:9b", 6.6, 10, "many languages"),
    KnownModel("mistral", 4.4, 7, "French and English"),
    KnownModel("gemma3:4b", 3.3, 6, "many languages, for a laptop"),
    KnownModel("qwen2.5:3b", 1.9, 4, "for trying on a laptop"),
)


def measure_speed(settings: BotSettings) -> Iterator[Finding]:
    """Runs the chat model and the embedding model once each; says how long an answer takes and which models fit."""
    yield _measure_chat_model(settings)
    yield _measure_embedding_model(settings)
    yield _find_models_that_fit(settings)


def _measure_chat_model(settings: BotSettings) -> Finding:
    passages = "\n\n".join([_PASSAGE] * _BATCH_SIZE)
    client = ollama.Client(host=settings.ollama_url, timeout=settings.chat_timeout)
    try:
        with translate_model_errors(settings):
            *_, answer = client.chat(
                settings.chat_model,
                [{"role": "user", "content": f"{passages}\n\n{_QUESTION}"}],
                stream=True,
                options={"num_ctx": settings.num_ctx, "num_predict": _WRITTEN_TOKENS},
            )
    except ModelUnavailable as error:
        return Finding("broken", "speed of CHAT_MODEL", str(error))
    reading = _tokens_per_second(answer.prompt_eval_count, answer.prompt_eval_duration)
    writing = _tokens_per_second(answer.eval_count, answer.eval_duration)
    if not (reading and writing):
        return Finding("doubtful", "speed of CHAT_MODEL", "Ollama does not say how long it took: update Ollama.")
    window = ContextWindow(settings.num_ctx)
    first_word = (settings.num_ctx - window.answer_tokens) / reading
    loading = (answer.load_duration or 0) / _NANOSECONDS
    sentence = (
        f"{settings.chat_model} reads {reading:,.0f} and writes {writing:,.1f} tokens a second (loaded in "
        f"{loading:.0f} s). An answer to a full prompt begins after about {first_word:,.0f} s; 200 words more take "
        f"about {_ANSWER_TOKENS / writing:,.0f} s."
    )
    if first_word > _SLOW_FIRST_WORD_SECONDS:
        remedy = " Choose a smaller model, or fewer passages (PASSAGES_IN_PROMPT) and a smaller NUM_CTX."
        return Finding("doubtful", "speed of CHAT_MODEL", sentence + remedy)
    return Finding("well", "speed of CHAT_MODEL", sentence)


def _tokens_per_second(count: int | None, duration: int | None) -> float:
    """0 where Ollama does not tell the count or the duration (nanoseconds)."""
    return count * _NANOSECONDS / duration if count and duration else 0.0


def _measure_embedding_model(settings: BotSettings) -> Finding:
    model = EmbeddingModel(settings)
    texts = [f"{number}. {_PASSAGE}" for number in range(_BATCH_SIZE)]
    try:
        model.embed_documents(texts[:1])  # loads the model
        started = time.perf_counter()
        model.embed_documents(texts)
        passages_per_second = _BATCH_SIZE / (time.perf_counter() - started)
        started = time.perf_counter()
        model.embed_query(_QUESTION)
        question = time.perf_counter() - started
    except ModelUnavailable as error:
        return Finding("broken", "speed of EMBEDDING_MODEL", str(error))
    return Finding(
        "well",
        "speed of EMBEDDING_MODEL",
        f"{settings.embedding_model} embeds {passages_per_second:,.1f} passages a second and a question in "
        f"{question * 1000:,.0f} ms. A document of 100 pages is found by meaning after about "
        f"{_PASSAGES_IN_100_PAGES / passages_per_second:,.0f} s.",
    )


def _find_models_that_fit(settings: BotSettings) -> Finding:
    host = urlsplit(settings.ollama_url).hostname or ""
    if host not in ("localhost", "127.0.0.1", "::1"):
        return Finding("well", "models that fit", f"Ollama runs on {host}: compare its memory with docs/settings.md.")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    fitting = [f"{model.name} ({model.memory_gb} GB)" for model in KNOWN_MODELS if model.memory_gb <= memory]
    names = ", ".join(fitting) or "none of docs/settings.md"
    graphics = _graphics_memory(settings)
    return Finding("well", "models that fit", f"{memory:.0f} GiB of memory here{graphics}: {names}.")


def _graphics_memory(settings: BotSettings) -> str:
    """What Ollama tells of the graphics card: how much of CHAT_MODEL lies in its memory."""
    try:
        loaded = ollama.Client(host=settings.ollama_url, timeout=settings.chat_timeout).ps().models
    except (ollama.ResponseError, httpx.HTTPError, ConnectionError):
        return ""
    inside = next((model.size_vram for model in loaded if (model.model or "").startswith(settings.chat_model)), 0)
    return f", {inside / _GIB:.0f} GiB of {settings.chat_model} on a graphics card" if inside else ""

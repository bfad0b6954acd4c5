"""Caches what the model has read and written in a thread, so that a follow-up starts with the same text.

Ollama reuses its work for the beginning that two prompts share, so a follow-up costs only its new part. The cache is
in memory only. Callers check whether the cached passages may still be shown.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bot.answering.prompt.context_window import PromptSize
    from knowledge.core.access import Audience
    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage

PromptMessage: TypeAlias = "tuple[str, str]"
MAX_CACHED_THREADS = 200  # each has at most a context window of text


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """The key of a cached thread; another audience or language has its own entry."""

    id: str
    audience: Audience
    language: Language


@dataclass(frozen=True, slots=True)
class ThreadExchange:
    """The messages of a thread after the system message, and the passages shown, by number.

    `prompt_size` is that of the latest prompt, with which the next one begins.
    """

    messages: tuple[PromptMessage, ...] = ()
    shown_passages: tuple[FoundPassage, ...] = ()
    prompt_size: PromptSize | None = None


class ThreadCache:
    """Keeps the exchanges of the latest threads."""

    def __init__(self, max_threads: int = MAX_CACHED_THREADS) -> None:
        self._max_threads = max_threads
        self._exchanges: OrderedDict[ThreadKey, ThreadExchange] = OrderedDict()

    def get_exchange(self, thread: ThreadKey | None) -> ThreadExchange:
        """Returns the exchange of a thread, empty if it is not cached."""
        return self._exchanges.get(thread, ThreadExchange()) if thread else ThreadExchange()

    def remember_exchange(self, thread: ThreadKey | None, exchange: ThreadExchange) -> None:
        """Stores the exchange of a thread and drops the one unused for longest."""
        if thread is None:
            return
        self._exchanges[thread] = exchange
        self._exchanges.move_to_end(thread)
        if len(self._exchanges) > self._max_threads:
            self._exchanges.popitem(last=False)

    def forget_exchange(self, thread: ThreadKey | None) -> None:
        """Drops a thread, so that the next question starts without it."""
        if thread:
            self._exchanges.pop(thread, None)

"""Remembers what the model has read and said in a thread, so that a follow-up begins with the same words.

Ollama keeps what it has computed for the beginning that two prompts share: a follow-up then costs only what is new.
Holds the latest threads in memory, nothing on disk; whether their passages may still be shown is asked elsewhere.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from knowledge.core.access import Audience
    from knowledge.core.documents import Language
    from knowledge.core.passages import FoundPassage

PromptMessage: TypeAlias = "tuple[str, str]"
MAX_CACHED_THREADS = 200  # threads; each holds at most a context window of text


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """Which thread, and for whom: another audience or another language shares nothing with it."""

    id: str
    audience: Audience
    language: Language


@dataclass(frozen=True, slots=True)
class ThreadExchange:
    """What was said in a thread after the system's message, and the passages shown in it, by number."""

    messages: tuple[PromptMessage, ...] = ()
    shown_passages: tuple[FoundPassage, ...] = ()


class ThreadCache:
    """The exchanges of the latest threads."""

    def __init__(self, max_threads: int = MAX_CACHED_THREADS) -> None:
        self._most = max_threads
        self._exchanges: OrderedDict[ThreadKey, ThreadExchange] = OrderedDict()

    def get_exchange(self, thread: ThreadKey | None) -> ThreadExchange:
        """What was said in a thread; nothing where it is not known."""
        return self._exchanges.get(thread, ThreadExchange()) if thread else ThreadExchange()

    def remember_exchange(self, thread: ThreadKey | None, exchange: ThreadExchange) -> None:
        """Keep what was said in a thread, and forget the one that has been quiet for longest."""
        if thread is None:
            return
        self._exchanges[thread] = exchange
        self._exchanges.move_to_end(thread)
        if len(self._exchanges) > self._most:
            self._exchanges.popitem(last=False)

    def forget_exchange(self, thread: ThreadKey | None) -> None:
        """Begin anew at the next question."""
        if thread:
            self._exchanges.pop(thread, None)

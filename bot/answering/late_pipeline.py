"""Opens the chain once the bot is connected: importing it takes seconds, and no question needs it sooner."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING

from knowledge.runtime.loading import at_one_go

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.answering.answer import Event, Words
    from bot.answering.pipeline import Chain
    from bot.answering.question import Question

log = logging.getLogger(__name__)


class Late:
    """A chain that is opened in a thread: by `warm`, or by the first question if that comes sooner."""

    def __init__(self, opening: Callable[[], Chain]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._opened: Chain | None = None

    def warm(self) -> None:
        """Open the chain, if it is not open yet, and have it import what it would at the first answer."""
        begun = time.monotonic()
        with at_one_go():
            self._chain().rehearse()
        log.info("ready to answer seconds=%.1f", time.monotonic() - begun)

    def _chain(self) -> Chain:
        with self._lock:
            if self._opened is None:
                self._opened = self._opening()
            return self._opened

    async def answer(self, question: Question) -> AsyncIterator[Event]:
        """As the chain does."""
        chain = await asyncio.to_thread(self._chain)
        async for event in chain.answer(question):
            yield event

    async def bare(self, text: str) -> AsyncIterator[Words]:
        """As the chain does."""
        chain = await asyncio.to_thread(self._chain)
        async for words in chain.bare(text):
            yield words

"""Opens the chain once the bot is connected: importing it takes seconds, and no question needs it sooner."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING

from knowledge.runtime.loading import pause_garbage_collection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.answering.answer import AnswerEvent, AnswerText
    from bot.answering.pipeline import AnswerPipeline
    from bot.answering.question import Question

log = logging.getLogger(__name__)


class LatePipeline:
    """A chain that is opened in a thread: by `warm`, or by the first question if that comes sooner."""

    def __init__(self, open_pipeline: Callable[[], AnswerPipeline]) -> None:
        self._opening = open_pipeline
        self._lock = threading.Lock()
        self._opened: AnswerPipeline | None = None

    def warm_up_pipeline(self) -> None:
        """Open the chain, if it is not open yet, and have it import what it would at the first answer."""
        begun = time.monotonic()
        with pause_garbage_collection():
            self._open_once().preload_imports()
        log.info("ready to answer seconds=%.1f", time.monotonic() - begun)

    def _open_once(self) -> AnswerPipeline:
        with self._lock:
            if self._opened is None:
                self._opened = self._opening()
            return self._opened

    async def answer_question(self, question: Question) -> AsyncIterator[AnswerEvent]:
        """As the chain does."""
        chain = await asyncio.to_thread(self._open_once)
        async for event in chain.answer_question(question):
            yield event

    async def answer_without_documents(self, text: str) -> AsyncIterator[AnswerText]:
        """As the chain does."""
        chain = await asyncio.to_thread(self._open_once)
        async for words in chain.answer_without_documents(text):
            yield words

"""The line under a thread that says what the bot is doing. Slack drops it after two minutes; this keeps it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.slack.api.client import UNANSWERED, code_of

if TYPE_CHECKING:
    from bot.slack.api.rate_limits import PacedClient
    from bot.slack.dependencies import Place

log = logging.getLogger(__name__)
_AGAIN_SECONDS = 90.0
_PATIENCE = "ratelimited"
_METHOD = "assistant.threads.setStatus"
_SHARE_OF_CHANGES = 0.5  # of Slack's rate; the rest is for the first status of each question


class Status:
    """The status of one thread; the first words of the answer end it."""

    def __init__(self, client: PacedClient, place: Place) -> None:
        self._client = client
        self._place = place
        self._keeping: asyncio.Task[None] | None = None
        self._shown = ""

    async def show(self, text: str) -> bool:
        """Show a status until `end`. Returns whether Slack takes it."""
        if self._keeping and text == self._shown:
            return True
        self.end()
        if not await self._set(text):
            return False
        self._shown = text
        self._keeping = asyncio.create_task(self._keep(text))
        return True

    def end(self) -> None:
        """Keep the status no longer; Slack clears it when a message comes."""
        if self._keeping:
            self._keeping.cancel()
            self._keeping = None

    async def clear(self) -> None:
        """Take the status away where no message will."""
        await self._set("")

    async def _keep(self, text: str) -> None:
        while True:
            await asyncio.sleep(_AGAIN_SECONDS)
            await self._set(text)

    async def _set(self, text: str) -> bool:
        share = _SHARE_OF_CHANGES if self._shown else 1.0
        if not self._client.pace.room(_METHOD, share=share):
            return True  # no answer waits for its status
        try:
            await self._client.assistant_threads_setStatus(
                channel_id=self._place.channel, thread_ts=self._place.thread_ts, status=text
            )
        except UNANSWERED as error:
            log.info("status refused channel=%s error=%s", self._place.channel, code_of(error))
            return code_of(error) == _PATIENCE
        return True

"""Shows a status below a thread. Slack drops it after two minutes, so it is sent again."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code

if TYPE_CHECKING:
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.events.parse import ThreadPlace

log = logging.getLogger(__name__)
_REPEAT_SECONDS = 90.0
_RATE_LIMITED = "ratelimited"
_METHOD = "assistant.threads.setStatus"
_RATE_SHARE = 0.5  # of Slack's rate; the rest is for the first status of each question


class StatusLine:
    """The status of one thread; the first message of the answer ends it."""

    def __init__(self, client: RateLimitedClient, place: ThreadPlace) -> None:
        self._client = client
        self._place = place
        self._repeating: asyncio.Task[None] | None = None
        self._shown = ""

    async def show_status(self, text: str) -> bool:
        """Show a status until `stop_status`; whether Slack takes it."""
        if self._repeating and text == self._shown:
            return True
        self.stop_status()
        if not await self._set_thread_status(text):
            return False
        self._shown = text
        self._repeating = asyncio.create_task(self._repeat_status(text))
        return True

    def stop_status(self) -> None:
        """Stop sending the status; Slack clears it when a message comes."""
        if self._repeating:
            self._repeating.cancel()
            self._repeating = None

    async def clear_status(self) -> None:
        """Clear the status where no message will do it."""
        await self._set_thread_status("")

    async def _repeat_status(self, text: str) -> None:
        while True:
            await asyncio.sleep(_REPEAT_SECONDS)
            await self._set_thread_status(text)

    async def _set_thread_status(self, text: str) -> bool:
        share = _RATE_SHARE if self._shown else 1.0
        if not self._client.rate_limiter.has_room(_METHOD, share=share):
            return True  # no answer waits for its status
        try:
            await self._client.assistant_threads_setStatus(
                channel_id=self._place.channel, thread_ts=self._place.thread_ts, status=text
            )
        except SLACK_ERRORS as error:
            log.info("status refused channel=%s error=%s", self._place.channel, get_error_code(error))
            return get_error_code(error) == _RATE_LIMITED
        return True

"""Asks Slack which channels anybody may read, and remembers it for an hour. What Slack does not tell is private."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)
_CACHE_SECONDS = 3600.0
_MAX_CACHED = 10_000
_TIMEOUT_SECONDS = 2.0  # nothing that a person waits for depends on it


class PublicChannels:
    """The channels of the workspace, as far as the bot knows them."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._public: dict[str, tuple[float, bool]] = {}

    async def is_public_channel(self, channel: str) -> bool:
        """Whether every member of the workspace may read a channel."""
        since, public = self._public.get(channel, (float("-inf"), False))
        if channel.startswith("D") or self._clock() - since < _CACHE_SECONDS:
            return public
        try:
            told = await asyncio.wait_for(self._client.conversations_info(channel=channel), _TIMEOUT_SECONDS)
        except SLACK_ERRORS as error:
            log.info("channel taken for private channel=%s error=%s", channel, get_error_code(error))
            return False
        if len(self._public) >= _MAX_CACHED:
            self._public.clear()
        room = told.get("channel") or {}
        public = bool(room.get("is_channel")) and not (room.get("is_private") or room.get("is_ext_shared"))
        self._public[channel] = (self._clock(), public)
        return public

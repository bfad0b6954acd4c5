"""Decides which language Slack speaks to a person, and how somebody is named."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import TYPE_CHECKING

from bot.answering.stopwatch import pause_stopwatch
from bot.slack.api.client import SLACK_ERRORS, get_error_code
from bot.slack.i18n.catalogue import get_texts, language_from_locale
from bot.slack.views.markup import escape_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.i18n.texts import InterfaceTexts

log = logging.getLogger(__name__)
_CACHE_SECONDS = 3600.0
_FAILURE_CACHE_SECONDS = 60.0  # where Slack did not tell, it is soon asked again
_TIMEOUT_SECONDS = 10.0  # Slack may say to come back in a minute: better English than no answer
_MAX_CACHED = 10_000
_USER_ID = re.compile(r"[UW][A-Z0-9]+")


class Users:
    """The members of the workspace, as far as the bot knows them."""

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._clock = clock
        self._languages: dict[str, tuple[float, str | None]] = {}  # until when, and which
        self._asking: dict[str, asyncio.Task[str | None]] = {}

    async def get_user_language(self, user: str) -> str | None:
        """The language of a person's Slack; None where it is none of ours, or Slack does not tell."""
        known = self._languages.get(user)
        if known and self._clock() < known[0]:
            return known[1]
        with pause_stopwatch():
            return await asyncio.shield(self._share_lookup(user))

    async def get_user_texts(self, user: str) -> InterfaceTexts:
        """The texts in a person's language."""
        return get_texts(await self.get_user_language(user))

    def _share_lookup(self, user: str) -> asyncio.Task[str | None]:
        """One look-up for all who wait for it."""
        if user not in self._asking:
            self._asking[user] = asyncio.create_task(self._ask_slack(user))
            self._asking[user].add_done_callback(lambda _: self._asking.pop(user))
        return self._asking[user]

    async def _ask_slack(self, user: str) -> str | None:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                answer = await self._client.users_info(user=user, include_locale=True)
        except SLACK_ERRORS as error:
            log.info("locale unknown user=%s error=%s", user, get_error_code(error))
            return self._remember_language(user, None, _FAILURE_CACHE_SECONDS)
        return self._remember_language(
            user, language_from_locale((answer.get("user") or {}).get("locale")), _CACHE_SECONDS
        )

    def _remember_language(self, user: str, language: str | None, seconds: float) -> str | None:
        if len(self._languages) >= _MAX_CACHED:
            self._languages.clear()
        self._languages[user] = (self._clock() + seconds, language)
        return language


def format_user(user: str) -> str:
    """Whoever asked for something, in mrkdwn: a member, or somebody at a terminal."""
    return f"<@{user}>" if _USER_ID.fullmatch(user) else escape_label(user)

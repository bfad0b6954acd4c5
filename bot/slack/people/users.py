"""Decides which language Slack speaks to a person, and how somebody is named."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import TYPE_CHECKING

from bot.answering.stopwatch import elsewhere
from bot.slack.api.client import UNANSWERED, code_of
from bot.slack.i18n.catalogue import language_of_locale, texts_in
from bot.slack.views.markup import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.i18n.texts import Texts

log = logging.getLogger(__name__)
_FRESH_SECONDS = 3600.0
_UNTOLD_SECONDS = 60.0  # where Slack did not tell, it is soon asked again
_PATIENCE_SECONDS = 10.0  # Slack may say to come back in a minute: better English than no answer
_REMEMBERED = 10_000
_MEMBER = re.compile(r"[UW][A-Z0-9]+")


class People:
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

    async def language(self, user: str) -> str | None:
        """The language of a person's Slack; None where it is none of ours, or Slack does not tell."""
        known = self._languages.get(user)
        if known and self._clock() < known[0]:
            return known[1]
        with elsewhere():
            return await asyncio.shield(self._asked(user))

    async def texts(self, user: str) -> Texts:
        """The texts in a person's language."""
        return texts_in(await self.language(user))

    def _asked(self, user: str) -> asyncio.Task[str | None]:
        """One look-up for all who wait for it."""
        if user not in self._asking:
            self._asking[user] = asyncio.create_task(self._ask_slack(user))
            self._asking[user].add_done_callback(lambda _: self._asking.pop(user))
        return self._asking[user]

    async def _ask_slack(self, user: str) -> str | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await self._client.users_info(user=user, include_locale=True)
        except UNANSWERED as error:
            log.info("locale unknown user=%s error=%s", user, code_of(error))
            return self._remembered(user, None, _UNTOLD_SECONDS)
        return self._remembered(user, language_of_locale((answer.get("user") or {}).get("locale")), _FRESH_SECONDS)

    def _remembered(self, user: str, language: str | None, seconds: float) -> str | None:
        if len(self._languages) >= _REMEMBERED:
            self._languages.clear()
        self._languages[user] = (self._clock() + seconds, language)
        return language


def named(by: str) -> str:
    """Whoever asked for something, in mrkdwn: a member, or somebody at a terminal."""
    return f"<@{by}>" if _MEMBER.fullmatch(by) else label(by)

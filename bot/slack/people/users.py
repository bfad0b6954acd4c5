"""Tells in which language the bot speaks to a person, that of their Slack, and whether a user is a bot."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.i18n.catalogue import get_question_texts, get_texts, language_from_locale
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.lookup_cache import LookupCache

log = logging.getLogger(__name__)
_CACHE_SECONDS = 3600.0
_UNKNOWN_CACHE_SECONDS = 60.0  # a Slack that is slow or refuses would otherwise hold each question up
_TIMEOUT_SECONDS = 10.0  # Slack may say to come back in a minute: better English than no answer


@dataclass(frozen=True, slots=True)
class _Profile:
    """What Slack tells of a user; what it does not tell is English and a person, for a minute."""

    language: str | None = None
    is_bot: bool = False
    is_known: bool = True


class Users:
    """Tells of each user the language and whether it is a bot, and remembers it for an hour."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._profiles: LookupCache[_Profile] = LookupCache(clock)

    async def get_user_language(self, user: str) -> str | None:
        """The language of a person's Slack; None where it is none of ours, or Slack does not tell."""
        return (await self._get_profile(user)).language

    async def is_bot_user(self, user: str) -> bool:
        """Whether Slack says that a user is an app's bot."""
        return (await self._get_profile(user)).is_bot

    async def get_language_soon(self, user: str, seconds: float) -> str | None:
        """The language of a person's Slack; None where it is not known within so many seconds."""
        asking = asyncio.ensure_future(self.get_user_language(user))
        done, _ = await asyncio.wait([asking], timeout=seconds)
        return asking.result() if done else None

    async def get_user_texts(self, user: str) -> InterfaceTexts:
        """The texts in a person's language."""
        return get_texts(await self.get_user_language(user))

    async def get_answer_texts(self, language: str, user: str) -> InterfaceTexts:
        """The texts in the language of an answer, or in a person's where it is not known."""
        return get_texts(language) if language else await self.get_user_texts(user)

    async def get_question_texts(self, question: str, user: str) -> InterfaceTexts:
        """The texts in the language of a person's question."""
        return get_question_texts(question, await self.get_user_language(user))

    async def _get_profile(self, user: str) -> _Profile:
        return await self._profiles.get_or_look_up(
            user,
            lambda: self._fetch_profile(user),
            lambda found: _CACHE_SECONDS if found.is_known else _UNKNOWN_CACHE_SECONDS,
        )

    async def _fetch_profile(self, user: str) -> _Profile:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                answer = await self._client.users_info(user=user, include_locale=True)
        except SLACK_ERRORS as error:
            log.info("locale unknown user=%s error=%s", user, get_error_code(error))
            return _Profile(is_known=False)
        told = answer.get("user") or {}
        return _Profile(language_from_locale(told.get("locale")), is_bot=told.get("is_bot") is True)

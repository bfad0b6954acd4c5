"""Tells Slack that the bot is at work in a thread, so that people get a Stop button, and when it is no longer."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code

if TYPE_CHECKING:
    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.events.parse import ThreadPlace

log = logging.getLogger(__name__)
_METHOD = "agents.sessions.setStatus"
_RATE_LIMITED, _RETRY_SECONDS = "ratelimited", 1.0
_UNSUPPORTED_ERRORS = frozenset({"unknown_method", "missing_scope", "feature_not_enabled", "not_allowed_token_type"})


class AgentSessions:
    """The bot's sessions; where the workspace has none, it is not asked again.

    Several questions of a thread, each with a name of its own, share its session: it ends with the last of them.
    """

    def __init__(self, client: RateLimitedClient) -> None:
        self._client = client
        self._unknown = False
        self._at_work: dict[tuple[str, str], set[str]] = {}
        self._shown: set[tuple[str, str]] = set()

    def list_session_questions(self, channel: str, thread_ts: str) -> set[str]:
        """The questions of a thread that are worked on here."""
        return set(self._at_work.get((channel, thread_ts), ()))

    def enter_session(self, place: ThreadPlace, question: str) -> None:
        """A question is worked on, though nothing is shown of it yet."""
        self._at_work.setdefault((place.channel, place.thread_ts), set()).add(question)

    async def begin_session(self, place: ThreadPlace, question: str, title: str | None = None) -> None:
        """Work on a question begins in a thread, which `title` names from now on."""
        thread = (place.channel, place.thread_ts)
        self.enter_session(place, question)
        before = thread in self._shown
        self._shown.add(thread)
        if not await self._set_session_status(place, "processing", title) and not before:
            self._shown.discard(thread)

    async def end_session(self, place: ThreadPlace, question: str, *, goes_on: bool = False) -> None:
        """Work on a question has ended; if it was the last one in its thread, there is nothing more to stop.

        Not if work there `goes_on` elsewhere. Where Slack's rates have no room, it is told as soon as they do.
        """
        thread = (place.channel, place.thread_ts)
        others = self._at_work.pop(thread, set()) - {question}
        if others:
            self._at_work[thread] = others
            return
        shown = thread in self._shown and not goes_on
        while not goes_on and not await self._set_session_status(place, "active") and shown and not self._unknown:
            await asyncio.sleep(_RETRY_SECONDS)
            if self._at_work.get(thread):
                return  # a later question ends it
        self._shown.discard(thread)

    async def _set_session_status(self, place: ThreadPlace, status: str, title: str | None = None) -> bool:
        """Whether Slack heard of it, or never will."""
        if self._unknown or not self._client.rate_limiter.has_room(_METHOD):
            return False
        try:
            await self._client.agents_sessions_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status=status, title=title
            )
        except SLACK_ERRORS as error:
            code = get_error_code(error)
            self._unknown = code in _UNSUPPORTED_ERRORS
            log.info("session status refused channel=%s error=%s", place.channel, code)
            return code != _RATE_LIMITED
        return True

"""Tells Slack when the bot works in a thread, so that people get a Stop button."""

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
    """The sessions of the threads; a workspace without sessions is asked only once.

    The questions of a thread share one session, which ends with the last of them. A question is named by its id.
    """

    def __init__(self, client: RateLimitedClient) -> None:
        self._client = client
        self._is_unsupported = False
        self._in_progress: dict[tuple[str, str], set[str]] = {}
        self._shown: set[tuple[str, str]] = set()

    def list_session_questions(self, channel: str, thread_ts: str) -> set[str]:
        """The ids of the questions in progress in a thread."""
        return set(self._in_progress.get((channel, thread_ts), ()))

    def enter_session(self, place: ThreadPlace, question: str) -> None:
        """Note that a question is in progress, without telling Slack yet."""
        self._in_progress.setdefault((place.channel, place.thread_ts), set()).add(question)

    async def begin_session(self, place: ThreadPlace, question: str, title: str | None = None) -> None:
        """Show that a question is in progress, and give the thread a `title`."""
        thread = (place.channel, place.thread_ts)
        self.enter_session(place, question)
        before = thread in self._shown
        self._shown.add(thread)
        if not await self._set_session_status(place, "processing", title) and not before:
            self._shown.discard(thread)

    async def end_session(self, place: ThreadPlace, question: str, *, goes_on: bool = False) -> None:
        """End the session of a thread with its last question, unless another process `goes_on` there.

        While Slack's rate has no room, the call is tried again.
        """
        thread = (place.channel, place.thread_ts)
        others = self._in_progress.pop(thread, set()) - {question}
        if others:
            self._in_progress[thread] = others
            return
        while not goes_on and not await self._set_session_status(place, "active"):
            if thread not in self._shown or self._is_unsupported:
                break
            await asyncio.sleep(_RETRY_SECONDS)
            if self._in_progress.get(thread):
                return  # a later question ends the session
        self._shown.discard(thread)

    async def _set_session_status(self, place: ThreadPlace, status: str, title: str | None = None) -> bool:
        """Tell Slack a status; whether it need not be told again."""
        if self._is_unsupported or not self._client.rate_limiter.has_room(_METHOD):
            return False
        try:
            await self._client.agents_sessions_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status=status, title=title
            )
        except SLACK_ERRORS as error:
            code = get_error_code(error)
            self._is_unsupported = code in _UNSUPPORTED_ERRORS
            log.info("session status refused channel=%s error=%s", place.channel, code)
            return code != _RATE_LIMITED
        return True

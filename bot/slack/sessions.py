"""Tells Slack that the bot is at work in a thread, so that people get a Stop button, and when it is no longer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bot.slack.connection import UNANSWERED, code_of

if TYPE_CHECKING:
    from bot.slack.pacing import PacedClient
    from bot.slack.parts import Place

log = logging.getLogger(__name__)
_METHOD = "agents.sessions.setStatus"
_UNKNOWN = frozenset({"unknown_method", "missing_scope", "feature_not_enabled", "not_allowed_token_type"})


class Sessions:
    """The bot's sessions; where the workspace has none, it is not asked again.

    Several questions of a thread, each with a name of its own, share its session: it ends with the last of them.
    """

    def __init__(self, client: PacedClient) -> None:
        self._client = client
        self._unknown = False
        self._at_work: dict[tuple[str, str], set[str]] = {}

    async def begin(self, place: Place, question: str, title: str | None = None) -> None:
        """Work on a question begins in a thread, which `title` names from now on."""
        self._at_work.setdefault((place.channel, place.thread_ts), set()).add(question)
        await self._set(place, "processing", title)

    async def end(self, place: Place, question: str) -> None:
        """Work on a question has ended; if it was the last one in its thread, there is nothing more to stop."""
        thread = (place.channel, place.thread_ts)
        others = self._at_work.pop(thread, set()) - {question}
        if others:
            self._at_work[thread] = others
        else:
            await self._set(place, "active")

    async def _set(self, place: Place, status: str, title: str | None = None) -> None:
        if self._unknown or not self._client.pace.room(_METHOD):
            return
        try:
            await self._client.agents_sessions_setStatus(
                channel_id=place.channel, thread_ts=place.thread_ts, status=status, title=title
            )
        except UNANSWERED as error:
            code = code_of(error)
            self._unknown = code in _UNKNOWN
            log.info("session status refused channel=%s error=%s", place.channel, code)

"""Tells the admins, once, that deletions wait for a confirmation. The worker decides what waits."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.slack.api.client import UNANSWERED, code_of
from bot.slack.replies.direct_message import conversation_with, post
from bot.slack.views.held_deletions import held
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from bot.slack.dependencies import Parts
    from knowledge.storage.held_deletions import Hold

log = logging.getLogger(__name__)
_FOR_GOOD = frozenset({"cannot_dm_bot", "user_disabled", "user_not_found", "user_not_visible"})


class Watchman:
    """Looks for a hold that nobody was told of. Two replicas may at worst tell it twice."""

    def __init__(self, parts: Parts, every: float) -> None:
        self._parts = parts
        self._every = every
        self._since: float | None = None
        self._told: set[str] = set()
        self._unreachable: set[str] = set()

    async def watch(self) -> None:
        """Look, again and again, until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._parts.audiences.refresh()  # a folder's name stays with whoever bears it first
                await self._look()
            except UNANSWERED as error:
                log.warning("names of folders not resolved error=%s", code_of(error))
            except IndexUnavailable as error:
                log.warning("holds unread error=%s", error)
            except Exception as error:  # one look that fails does not end the watch
                log.exception("hold not told error=%s", type(error).__name__)

    async def _look(self) -> None:
        hold = await asyncio.to_thread(self._parts.holds.get)
        if hold is None or hold.told or hold.confirmed_by:
            return
        if hold.since != self._since:
            await self._begin(hold)
        known = await self._parts.doorkeeper.admins.known()
        for admin in sorted(known.members - self._told - self._unreachable):
            await self._tell(admin, hold)
        if self._told and not known.groups and known.members <= self._told | self._unreachable:
            await asyncio.to_thread(self._parts.holds.mark_told)

    async def _begin(self, hold: Hold) -> None:
        self._since = hold.since
        self._told.clear()
        self._unreachable.clear()
        known = await self._parts.doorkeeper.admins.known()
        if not known.members and not known.groups:
            log.warning("deletions wait for an administrator, and ADMINS names none: documents=%d", hold.count)

    async def _tell(self, admin: str, hold: Hold) -> None:
        """Tell one admin; what Slack refuses for now is tried again at the next look."""
        texts = await self._parts.people.texts(admin)
        client = self._parts.client
        try:
            channel = await conversation_with(client, admin)
            await post(client, channel, texts.admin.hold_title, held(hold, texts, admin=True))
        except UNANSWERED as error:
            code = code_of(error)
            log.warning("admin not told of held deletions admin=%s error=%s", admin, code)
            if code in _FOR_GOOD:
                self._unreachable.add(admin)
            return
        self._told.add(admin)

"""Lets an admin confirm the deletions that are held, from the command or from the button. The worker deletes."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.holding import stamp
from bot.slack.reindex import Reindex
from knowledge.requests import CONFIRM_DELETES

if TYPE_CHECKING:
    from bot.slack.parts import Parts
    from bot.slack.texts import Texts

log = logging.getLogger(__name__)


def asks_to_confirm(scope: str) -> bool:
    """Whether the words after `/reindex` mean a confirmation, with a hyphen or without."""
    return "-".join(scope.casefold().split()) == CONFIRM_DELETES


@dataclass(frozen=True, slots=True)
class Confirming:
    """Confirms on behalf of one admin. Whoever calls it has seen that they are one."""

    parts: Parts
    user: str
    texts: Texts

    async def confirm(self, channel: str = "", seen: str | None = None) -> str:
        """Confirm what is held and have it carried out; gives the sentence that says what came of it.

        `seen` is the stamp of what the admin was shown: where more or other documents are held by now, nothing is
        confirmed.
        """
        hold = await asyncio.to_thread(self.parts.holds.get)
        if hold is None:
            return self.texts.hold_none
        if seen is not None and seen != stamp(hold):
            return self.texts.hold_changed
        if hold.confirmed_by and await self._asked():
            return self.texts.hold_under_way
        hold = await asyncio.to_thread(self.parts.holds.confirm, self.user)
        if hold is None:
            return self.texts.hold_none
        log.info("deletions confirmed by=%s documents=%d", self.user, hold.count)
        message = await Reindex(self.parts, self.user, self.texts).begin(CONFIRM_DELETES, channel)
        follow = self.texts.hold_follow if message else self.texts.hold_follow_home
        return follow.format(count=hold.count)

    async def _asked(self) -> bool:
        requests = await asyncio.to_thread(self.parts.requests.open)
        return any(request.scope == CONFIRM_DELETES for request in requests)

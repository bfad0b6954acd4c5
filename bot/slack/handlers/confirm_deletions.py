"""Lets an admin confirm the deletions that are held, from the command or from the button. The worker deletes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.handlers.reindex import Reindex
from bot.slack.views.held_deletions import stamp
from knowledge.storage.worker_requests import CONFIRM_DELETES

if TYPE_CHECKING:
    from bot.slack.dependencies import Parts
    from bot.slack.i18n.texts import Texts
    from bot.slack.people.admin_gate import Act


def asks_to_confirm(scope: str) -> bool:
    """Whether the words after `/reindex` mean a confirmation, with a hyphen or without."""
    return "-".join(scope.casefold().split()) == CONFIRM_DELETES


@dataclass(frozen=True, slots=True)
class Confirming:
    """Confirms on behalf of one person, if they are an admin."""

    parts: Parts
    user: str
    texts: Texts

    async def confirm(self, channel: str = "", seen: str | None = None) -> str:
        """Confirm what is held and have it carried out; gives the sentence that says what came of it.

        `seen` is the stamp of what the admin was shown: where more or other documents are held by now, nothing is
        confirmed.
        """
        doorkeeper = self.parts.doorkeeper
        async with doorkeeper.act(self.user, "confirm-deletes", self.texts.admin.hold_refused, self.texts) as act:
            return act.denied or await self._confirm(act, channel, seen)

    async def _confirm(self, act: Act, channel: str, seen: str | None) -> str:
        act.outcome = "nothing"
        hold = await asyncio.to_thread(self.parts.holds.get)
        if hold is None:
            return self.texts.admin.hold_none
        if seen is not None and seen != stamp(hold):
            return self.texts.admin.hold_changed
        if hold.confirmed_by and await self._asked():
            return self.texts.admin.hold_under_way
        hold = await asyncio.to_thread(self.parts.holds.confirm, self.user)
        if hold is None:
            return self.texts.admin.hold_none
        act.outcome, act.subject = "done", f"documents={hold.count}"
        message = await Reindex(self.parts, self.user, self.texts).begin(CONFIRM_DELETES, channel)
        follow = self.texts.admin.hold_follow if message else self.texts.admin.hold_follow_home
        return follow.format(count=hold.count)

    async def _asked(self) -> bool:
        requests = await asyncio.to_thread(self.parts.requests.open)
        return any(request.scope == CONFIRM_DELETES for request in requests)

"""Lets an admin confirm the deletions that are held, from the command or from the button. The worker deletes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.handlers.reindex import ReindexCommand
from bot.slack.views.held_deletions import stamp_from_hold
from knowledge.storage.worker_requests import SCOPE_CONFIRM_DELETES

if TYPE_CHECKING:
    from bot.slack.dependencies import Dependencies
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.admins import AdminAction


def is_deletion_confirmation(scope: str) -> bool:
    """Whether the words after `/reindex` mean a confirmation, with a hyphen or without."""
    return "-".join(scope.casefold().split()) == SCOPE_CONFIRM_DELETES


@dataclass(frozen=True, slots=True)
class DeletionConfirmation:
    """Confirms on behalf of one person, if they are an admin."""

    deps: Dependencies
    user: str
    texts: InterfaceTexts

    async def confirm_deletions(self, channel: str = "", seen_stamp: str | None = None) -> str:
        """Confirm what is held and have it carried out; gives the sentence that says what came of it.

        `seen` is the stamp of what the admin was shown: where more or other documents are held by now, nothing is
        confirmed.
        """
        doorkeeper = self.deps.admin_gate
        async with doorkeeper.guard_admin_action(
            self.user, "confirm-deletes", self.texts.hold_refused, self.texts
        ) as act:
            return act.refusal or await self._confirm_hold(act, channel, seen_stamp)

    async def _confirm_hold(self, act: AdminAction, channel: str, seen_stamp: str | None) -> str:
        act.outcome = "nothing"
        hold = await asyncio.to_thread(self.deps.deletion_holds.get_deletion_hold)
        if hold is None:
            return self.texts.hold_none
        if seen_stamp is not None and seen_stamp != stamp_from_hold(hold):
            return self.texts.hold_changed
        if hold.confirmed_by and await self._is_requested():
            return self.texts.hold_under_way
        hold = await asyncio.to_thread(self.deps.deletion_holds.confirm_held_deletions, self.user)
        if hold is None:
            return self.texts.hold_none
        act.outcome, act.subject = "done", f"documents={hold.count}"
        message = await ReindexCommand(self.deps, self.user, self.texts).begin_request(SCOPE_CONFIRM_DELETES, channel)
        follow = self.texts.hold_follow if message else self.texts.hold_follow_home
        return follow.format(count=hold.count)

    async def _is_requested(self) -> bool:
        requests = await asyncio.to_thread(self.deps.worker_requests.list_open_requests)
        return any(request.scope == SCOPE_CONFIRM_DELETES for request in requests)

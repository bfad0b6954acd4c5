"""Confirms held deletions for an administrator, from the command or from the button. The worker deletes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.views.held_deletions import stamp_from_hold
from knowledge.storage.worker_requests import SCOPE_CONFIRM_DELETES

if TYPE_CHECKING:
    from bot.slack.handlers.reindex import RequestTracker
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.admins import AdminAction, AdminGate
    from knowledge.storage.worker_requests import DeletionHolds, WorkerRequests


def is_deletion_confirmation(scope: str) -> bool:
    """Whether the words after `/reindex` mean a confirmation, with a hyphen or without."""
    return "-".join(scope.casefold().split()) == SCOPE_CONFIRM_DELETES


@dataclass(frozen=True, slots=True)
class DeletionConfirmation:
    """Confirms the deletions that are held, and asks the worker to carry them out."""

    admin_gate: AdminGate
    deletion_holds: DeletionHolds
    worker_requests: WorkerRequests
    tracker: RequestTracker

    async def confirm_deletions(
        self, user: str, texts: InterfaceTexts, channel: str = "", seen_stamp: str | None = None
    ) -> str:
        """Confirms what is held, for an administrator; gives the sentence to reply with.

        `seen_stamp` tells what the administrator was shown: where other documents are held by now, nothing is
        confirmed.
        """
        refusal_text = texts.hold_refused
        async with self.admin_gate.guard_admin_action(user, "confirm-deletes", refusal_text, texts) as act:
            return act.refusal or await self._confirm_hold(act, user, texts, channel, seen_stamp)

    async def _confirm_hold(
        self, act: AdminAction, user: str, texts: InterfaceTexts, channel: str, seen_stamp: str | None
    ) -> str:
        act.outcome = "nothing"
        hold = await asyncio.to_thread(self.deletion_holds.get_deletion_hold)
        if hold is None:
            return texts.hold_none
        if seen_stamp is not None and seen_stamp != stamp_from_hold(hold):
            return texts.hold_changed
        if hold.confirmed_by and await self._is_requested():
            return texts.hold_under_way
        hold = await asyncio.to_thread(self.deletion_holds.confirm_held_deletions, user)
        if hold is None:
            return texts.hold_none
        act.outcome, act.subject = "done", f"documents={hold.count}"
        message = await self.tracker.begin_request(user, texts, SCOPE_CONFIRM_DELETES, channel)
        follow = texts.hold_follow if message else texts.hold_follow_home
        return follow.format(count=hold.count)

    async def _is_requested(self) -> bool:
        requests = await asyncio.to_thread(self.worker_requests.list_open_requests)
        return any(request.scope == SCOPE_CONFIRM_DELETES for request in requests)

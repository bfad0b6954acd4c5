"""Confirms held deletions for an administrator, from the command or from the button. The worker deletes.

`DeletionAlert` tells the administrators once that deletions wait.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import open_direct_message, post_message
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.handlers.reindex import RequestTracker
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory
from bot.slack.people.admins import AdminAction, AdminGate, Admins
from bot.slack.people.users import Users
from bot.slack.views.admin_reports import render_deletion_hold, stamp_from_hold
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import SCOPE_CONFIRM_DELETES, DeletionHold, DeletionHolds, WorkerRequests

log = logging.getLogger(__name__)
_PERMANENT_ERRORS = frozenset({"cannot_dm_bot", "user_disabled", "user_not_found", "user_not_visible"})


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
        """Confirms what is held, if it is what the administrator was shown; gives the sentence to reply with."""
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


class DeletionAlert:
    """Watches for held deletions of which the administrators do not know. Two replicas may tell them twice."""

    def __init__(
        self,
        client: AsyncWebClient,
        users: Users,
        admins: Admins,
        deletion_holds: DeletionHolds,
        access_directory: AccessDirectory,
    ) -> None:
        self._client = client
        self._users = users
        self._admins = admins
        self._deletion_holds = deletion_holds
        self._access_directory = access_directory
        self._since: float | None = None
        self._told: set[str] = set()
        self._unreachable: set[str] = set()

    async def watch_deletion_holds(self, poll_seconds: float) -> None:
        """Looks every `poll_seconds`, until cancelled."""
        while True:
            await asyncio.sleep(poll_seconds)
            try:
                # A folder's name stays with the first channel or person that has it, so it is bound early.
                await self._access_directory.refresh_name_bindings()
                await self._check_hold()
            except SLACK_ERRORS as error:
                log.warning("names of folders not resolved error=%s", get_error_code(error))
            except IndexUnavailable as error:
                log.warning("holds unread error=%s", error)
            except Exception as error:  # one look that fails does not end the watch
                log.exception("hold not told error=%s", type(error).__name__)

    async def _check_hold(self) -> None:
        hold = await asyncio.to_thread(self._deletion_holds.get_deletion_hold)
        if hold is None or hold.told or hold.confirmed_by:
            return
        if hold.since != self._since:
            await self._begin_alert(hold)
        known = await self._admins.fetch_admins()
        for admin in sorted(known.members - self._told - self._unreachable):
            await self._notify_admin(admin, hold)
        if self._told and not known.unknown_groups and known.members <= self._told | self._unreachable:
            await asyncio.to_thread(self._deletion_holds.mark_admins_notified)

    async def _begin_alert(self, hold: DeletionHold) -> None:
        self._since = hold.since
        self._told.clear()
        self._unreachable.clear()
        known = await self._admins.fetch_admins()
        if not known.members and not known.unknown_groups:
            log.warning("deletions wait for an administrator, and ADMINS names none: documents=%d", hold.count)

    async def _notify_admin(self, admin: str, hold: DeletionHold) -> None:
        """Tells one administrator; what Slack refuses for now is tried again at the next look."""
        texts = await self._users.get_user_texts(admin)
        try:
            channel = await open_direct_message(self._client, admin)
            await post_message(self._client, channel, texts.hold_title, render_deletion_hold(hold, texts, admin=True))
        except SLACK_ERRORS as error:
            code = get_error_code(error)
            log.warning("admin not told of held deletions admin=%s error=%s", admin, code)
            if code in _PERMANENT_ERRORS:
                self._unreachable.add(admin)
            return
        self._told.add(admin)

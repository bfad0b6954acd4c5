"""Decides who is an administrator, and writes each admin action into the audit log before and after it is done."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.lookup_cache import LookupCache
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.audit_log import AuditAction, AuditEntry, AuditLog, AuditOutcome

log = logging.getLogger(__name__)
FRESH_SECONDS = 60.0  # after this, a person who left the group is no administrator
_RETRY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class KnownAdmins:
    """The ids of the administrators at a moment, and the groups whose members Slack did not tell."""

    members: frozenset[str] = frozenset()
    unknown_groups: frozenset[str] = frozenset()


class Admins:
    """Tells who is an administrator. `admin_ids` are those of ADMINS: members, and user groups (they begin with S)."""

    def __init__(
        self, client: AsyncWebClient, admin_ids: frozenset[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._groups = sorted(one for one in admin_ids if one.startswith("S"))
        self._members = admin_ids - set(self._groups)
        self._known_admins: LookupCache[KnownAdmins] = LookupCache(clock)

    async def fetch_admins(self) -> KnownAdmins:
        """Fetches them. If Slack does not tell the members of a group, nobody in it counts."""
        if not self._groups:
            return KnownAdmins(self._members)
        return await self._known_admins.get_or_look_up(
            "", self._ask_slack, lambda known: _RETRY_SECONDS if known.unknown_groups else FRESH_SECONDS
        )

    async def is_admin(self, user: str) -> bool:
        """Whether a person is an administrator now."""
        return user in (await self.fetch_admins()).members

    async def explain_refusal(self, sentence: str, texts: InterfaceTexts) -> str:
        """Writes why a person may not act; `sentence` names names to ask."""
        known = await self.fetch_admins()
        if not self._members and not self._groups:
            return texts.reindex_no_admins
        names = [f"<@{one}>" for one in sorted(self._members)] + [f"<!subteam^{group}>" for group in self._groups]
        explanation = sentence.format(admins=", ".join(names))
        return f"{explanation} {texts.admins_unknown}" if known.unknown_groups else explanation

    async def _ask_slack(self) -> KnownAdmins:
        members, untold = set(self._members), set()
        for group in self._groups:
            try:
                answer = await self._client.usergroups_users_list(usergroup=group)
            except SLACK_ERRORS as error:
                log.warning("admins of a user group unknown group=%s error=%s", group, get_error_code(error))
                untold.add(group)
            else:
                members.update(answer.get("users") or ())
        return KnownAdmins(frozenset(members), frozenset(untold))


@dataclass(slots=True)
class AdminAction:
    """An attempt at an admin action, and why it is refused; the caller sets `outcome` and `subject` (ids, counts)."""

    refusal: str = ""
    outcome: AuditOutcome = "done"
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AdminGate:
    """Lets only administrators act, and records each attempt and its outcome."""

    admins: Admins
    audit: AuditLog

    @contextlib.asynccontextmanager
    async def guard_admin_action(
        self, user: str, what: AuditAction, refusal_text: str, texts: InterfaceTexts
    ) -> AsyncIterator[AdminAction]:
        """Lets a person act inside the block, or gives an action with a refusal; what is not recorded is not done."""
        if not await self.admins.is_admin(user):
            await self._record_refusal(user, what)
            yield AdminAction(await self.admins.explain_refusal(refusal_text, texts))
            return
        entry = await asyncio.to_thread(self.audit.begin_audit_entry, user, what, "begun")
        act = AdminAction()
        try:
            yield act
        except BaseException:
            act.outcome = "failed"
            raise
        finally:
            await self._record_outcome(entry, act)

    async def _record_refusal(self, user: str, what: AuditAction) -> None:
        log.warning("audit who=%s what=%s outcome=refused", user, what)
        try:
            await asyncio.to_thread(self.audit.begin_audit_entry, user, what, "refused")
        except IndexUnavailable as error:
            log.warning("refusal not written down error=%s", error)

    async def _record_outcome(self, audit_entry: AuditEntry, act: AdminAction) -> None:
        log.info(
            "audit who=%s what=%s outcome=%s subject=%s", audit_entry.who, audit_entry.what, act.outcome, act.subject
        )
        try:
            await asyncio.to_thread(self.audit.close_audit_entry, audit_entry, act.outcome, act.subject)
        except IndexUnavailable as error:
            log.warning("outcome not written down error=%s", error)

"""The one gate of every admin action: asks whether a person may, and writes the try and its end into the audit log."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.admins import Admins
    from knowledge.storage.audit_log import AuditAction, AuditEntry, AuditLog, AuditOutcome

log = logging.getLogger(__name__)


@dataclass(slots=True)
class AdminAction:
    """A try of an admin action: `denied` says why not, if so. Whoever acts says the `outcome`, in figures or ids."""

    refusal: str = ""
    outcome: AuditOutcome = "done"
    subject: str = ""


@dataclass(frozen=True, slots=True)
class AdminGate:
    """Stands before what administrators may do, whichever button, modal or command it is asked by."""

    admins: Admins
    audit: AuditLog

    @contextlib.asynccontextmanager
    async def guard_admin_action(
        self, user: str, what: AuditAction, refusal_text: str, texts: InterfaceTexts
    ) -> AsyncIterator[AdminAction]:
        """Whether a person may act; `refusal` is the sentence for who may not.

        Raises:
            IndexUnavailable: the try cannot be written down, and nothing may be done that is not.
        """
        if not await self.admins.is_admin(user):
            await self._record_refusal(user, what)
            yield AdminAction(await self.admins.explain_refusal(refusal_text, texts))
            return
        deed = await asyncio.to_thread(self.audit.begin_audit_entry, user, what, "begun")
        act = AdminAction()
        try:
            yield act
        except BaseException:
            act.outcome = "failed"
            raise
        finally:
            await self._record_outcome(deed, act)

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

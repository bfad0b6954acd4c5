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

    from bot.slack.i18n.texts import Texts
    from bot.slack.people.admins import Admins
    from knowledge.storage.audit_log import Action, Audit, Deed, Outcome

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Act:
    """A try of an admin action: `denied` says why not, if so. Whoever acts says the `outcome`, in figures or ids."""

    denied: str = ""
    outcome: Outcome = "done"
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Stands before what administrators may do, whichever button, modal or command it is asked by."""

    admins: Admins
    audit: Audit

    @contextlib.asynccontextmanager
    async def act(self, user: str, what: Action, refusal: str, texts: Texts) -> AsyncIterator[Act]:
        """Whether a person may act; `refusal` is the sentence for who may not.

        Raises:
            IndexUnavailable: the try cannot be written down, and nothing may be done that is not.
        """
        if not await self.admins.include(user):
            await self._refused(user, what)
            yield Act(await self.admins.refusal(refusal, texts))
            return
        deed = await asyncio.to_thread(self.audit.write, user, what, "begun")
        act = Act()
        try:
            yield act
        except BaseException:
            act.outcome = "failed"
            raise
        finally:
            await self._closed(deed, act)

    async def _refused(self, user: str, what: Action) -> None:
        log.warning("audit who=%s what=%s outcome=refused", user, what)
        try:
            await asyncio.to_thread(self.audit.write, user, what, "refused")
        except IndexUnavailable as error:
            log.warning("refusal not written down error=%s", error)

    async def _closed(self, deed: Deed, act: Act) -> None:
        log.info("audit who=%s what=%s outcome=%s subject=%s", deed.who, deed.what, act.outcome, act.subject)
        try:
            await asyncio.to_thread(self.audit.close, deed, act.outcome, act.subject)
        except IndexUnavailable as error:
            log.warning("outcome not written down error=%s", error)

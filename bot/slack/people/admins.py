"""Decides who is an administrator: the members of ADMINS, and whoever is in its user groups. Asks Slack who that is."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.api.client import SLACK_ERRORS, get_error_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.i18n.texts import InterfaceTexts

log = logging.getLogger(__name__)
FRESH_SECONDS = 60.0  # whoever leaves the group may do no more after this
_RETRY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class KnownAdmins:
    """The administrators at a moment: `members` by id, and the `groups` whose members Slack did not tell."""

    members: frozenset[str] = frozenset()
    unknown_groups: frozenset[str] = frozenset()


class Admins:
    """Who is an administrator. `listed` is ADMINS: ids of members, and of user groups (they begin with S)."""

    def __init__(
        self, client: AsyncWebClient, admin_ids: frozenset[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._clock = clock
        self._groups = sorted(one for one in admin_ids if one.startswith("S"))
        self._members = admin_ids - set(self._groups)
        self._known = KnownAdmins(self._members)
        self._until = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def fetch_admins(self) -> KnownAdmins:
        """Who they are now. Of a group that Slack does not tell, nobody is one."""
        if not self._groups:
            return self._known
        async with self._one_at_a_time:
            if self._clock() >= self._until:
                self._known = await self._ask_slack()
                self._until = self._clock() + (_RETRY_SECONDS if self._known.unknown_groups else FRESH_SECONDS)
        return self._known

    async def is_admin(self, user: str) -> bool:
        """Whether a person is one now."""
        return user in (await self.fetch_admins()).members

    async def explain_refusal(self, sentence: str, texts: InterfaceTexts) -> str:
        """Why somebody may not do what administrators may; `sentence` names whom to ask."""
        known = await self.fetch_admins()
        if not self._members and not self._groups:
            return texts.reindex_no_admins
        whom = [f"<@{one}>" for one in sorted(self._members)] + [f"<!subteam^{group}>" for group in self._groups]
        said = sentence.format(admins=", ".join(whom))
        return f"{said} {texts.admins_unknown}" if known.unknown_groups else said

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

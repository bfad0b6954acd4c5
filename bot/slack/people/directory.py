"""Asks Slack who is who: the members of channels, the channels of members, guests, and who bears a name.

Remembers it briefly. Decides nothing; what Slack does not tell is an error here (`UNANSWERED`), never an empty answer.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bot.answering.stopwatch import pause_stopwatch
from knowledge.core.access import fold_slack_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from slack_sdk.web.async_client import AsyncWebClient

_SHORT_CACHE_SECONDS = 60.0
_LONG_CACHE_SECONDS = 300.0
_PAGE_SIZE = 1000
_MAX_CACHED = 10_000
_CHANNEL_TYPES = "public_channel,private_channel"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WorkspaceMembers:
    """The people of the workspace: the ids of full members and bots, and who bears which handle."""

    members: frozenset[str]
    ids_by_handle: Mapping[str, tuple[str, ...]]


class SlackDirectory:
    """What Slack says of people and channels, a minute old at most; who is a guest, five."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[tuple[str, str], tuple[float, asyncio.Future[Any]]] = {}

    async def list_user_channels(self, user: str) -> frozenset[str]:
        """The channels and group messages that a person is in, as far as the bot may know of them."""
        return await self._get_cached(
            ("channels of", user), _SHORT_CACHE_SECONDS, lambda: self._fetch_user_channels(user)
        )

    async def list_channel_members(self, channel: str) -> frozenset[str]:
        """Who is in a channel."""
        return await self._get_cached(
            ("members of", channel), _SHORT_CACHE_SECONDS, lambda: self._fetch_channel_members(channel)
        )

    async def is_shared_channel(self, channel: str) -> bool:
        """Whether people of another company are in a channel, or invited."""
        return await self._get_cached(("shared", channel), _SHORT_CACHE_SECONDS, lambda: self._fetch_is_shared(channel))

    async def list_workspace_members(self) -> WorkspaceMembers:
        """The people of the workspace."""
        return await self._get_cached(("everybody", ""), _LONG_CACHE_SECONDS, self._fetch_workspace_members)

    async def map_channel_names(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the channels that bear each name now."""
        return await self._get_cached(("names", ""), _SHORT_CACHE_SECONDS, self._fetch_channel_names)

    def forget_membership(self, user: str, channel: str) -> None:
        """A person has come to a channel, or left it."""
        for key in (("channels of", user), ("members of", channel), ("shared", channel)):
            self._known.pop(key, None)

    async def _get_cached(self, key: tuple[str, str], seconds: float, ask: Callable[[], Awaitable[T]]) -> T:
        """What is known already, or one question for all who wait for it; a failure is not remembered."""
        known = self._known.get(key)
        if known is None or self._clock() - known[0] >= seconds:
            if len(self._known) >= _MAX_CACHED:
                self._known.clear()
            known = self._clock(), asyncio.ensure_future(ask())
            self._known[key] = known
        try:
            with pause_stopwatch():
                answer: T = await asyncio.shield(known[1])
        except Exception:  # raised anew: only what is remembered of it goes
            if self._known.get(key) is known:
                del self._known[key]
            raise
        return answer

    async def _fetch_user_channels(self, user: str) -> frozenset[str]:
        if not user:
            return frozenset()  # Slack would take this for the bot itself, and tell the bot's channels
        types = f"{_CHANNEL_TYPES},mpim"
        found = await self._fetch_pages(
            "users.conversations", "channels", user=user, types=types, exclude_archived=True
        )
        return frozenset(channel["id"] for channel in found)

    async def _fetch_channel_members(self, channel: str) -> frozenset[str]:
        return frozenset(await self._fetch_pages("conversations.members", "members", channel=channel))

    async def _fetch_is_shared(self, channel: str) -> bool:
        told = (await self._client.conversations_info(channel=channel))["channel"]
        return bool(told.get("is_ext_shared") or told.get("is_pending_ext_shared"))

    async def _fetch_workspace_members(self) -> WorkspaceMembers:
        ours = (await self._client.auth_test())["team_id"]
        people = [one for one in await self._fetch_pages("users.list", "members") if not one.get("deleted")]
        by_name: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        for one in people:
            if not one.get("is_bot") and one.get("name"):
                by_name["@" + fold_slack_name(one["name"])] += (one["id"],)
        return WorkspaceMembers(frozenset(one["id"] for one in people if is_full_member(one, ours)), dict(by_name))

    async def _fetch_channel_names(self) -> Mapping[str, tuple[str, ...]]:
        by_name: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        for one in await self._fetch_pages(
            "conversations.list", "channels", types=_CHANNEL_TYPES, exclude_archived=True
        ):
            by_name["#" + fold_slack_name(one["name"])] += (one["id"],)
        return dict(by_name)

    async def _fetch_pages(self, method: str, field: str, **arguments: object) -> list[Any]:
        found: list[Any] = []
        cursor = ""
        while True:
            given = {**arguments, "limit": _PAGE_SIZE, **({"cursor": cursor} if cursor else {})}
            page = await self._client.api_call(method, params=given)
            found += page.get(field) or []
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found


def is_full_member(user: Mapping[str, Any], team: str) -> bool:
    """Whether Slack's record is of a full member of the team: no guest, and nobody of another company."""
    foreign = user.get("is_stranger") or user.get("team_id") != team
    return not (user.get("is_restricted") or user.get("is_ultra_restricted") or foreign)

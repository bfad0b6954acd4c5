"""Asks Slack about people and channels, and remembers the answers briefly.

What Slack does not tell is an error here, never an empty answer; only a channel's openness falls back to private.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.people.lookup_cache import LookupCache
from bot.slack.people.member_list import MemberList, WorkspaceMembers, is_full_member
from knowledge.core.access import fold_slack_name

log = logging.getLogger(__name__)
_SHORT_CACHE_SECONDS = 60.0
_LONG_CACHE_SECONDS = 300.0
_PUBLIC_CACHE_SECONDS = 3600.0
_PUBLIC_TIMEOUT_SECONDS = 2.0  # nothing that a person waits for depends on it
_PAGE_SIZE = 999  # the most that users.conversations takes
_MOST_LOOKED_UP = 20  # people of a channel, one by one, while their list is being read
_CHANNEL_TYPES = "public_channel,private_channel"


@dataclass(frozen=True, slots=True)
class KnownChannels:
    """The channels that the bot can see: their ids by name, and the ids of those that it is in."""

    ids_by_name: Mapping[str, tuple[str, ...]]
    joined: frozenset[str]


class SlackDirectory:
    """Gives what Slack says of people and channels; at most a minute old, of members five, of openness an hour."""

    def __init__(
        self,
        client: AsyncWebClient,
        clock: Callable[[], float] = time.monotonic,
        member_list: MemberList | None = None,
    ) -> None:
        self._client = client
        self.member_list = member_list or MemberList(client, clock=clock)
        self._channels_of_user: LookupCache[frozenset[str]] = LookupCache(clock)
        self._members_of_channel: LookupCache[frozenset[str]] = LookupCache(clock)
        self._shared_channels: LookupCache[bool] = LookupCache(clock)
        self._public_channels: LookupCache[bool] = LookupCache(clock)
        self._is_member: LookupCache[bool] = LookupCache(clock)
        self._known_channels: LookupCache[KnownChannels] = LookupCache(clock)

    async def list_user_channels(self, user: str) -> frozenset[str]:
        """Lists the channels and group messages of a person, of which the bot may know."""
        return await self._channels_of_user.get_or_look_up(
            user, lambda: self._fetch_user_channels(user), _SHORT_CACHE_SECONDS
        )

    async def list_channel_members(self, channel: str) -> frozenset[str]:
        """Lists the members of a channel."""
        return await self._members_of_channel.get_or_look_up(
            channel, lambda: self._fetch_channel_members(channel), _SHORT_CACHE_SECONDS
        )

    async def is_shared_channel(self, channel: str) -> bool:
        """Whether people of another company are in a channel, or invited."""
        return await self._shared_channels.get_or_look_up(
            channel, lambda: self._fetch_is_shared(channel), _SHORT_CACHE_SECONDS
        )

    async def list_workspace_members(self) -> WorkspaceMembers | None:
        """Lists the people of the workspace; None while a long list is being read for the first time."""
        return await self.member_list.list_members()

    async def is_full_member(self, user: str) -> bool:
        """Whether a person is a full member now; a list that was kept from an earlier start does not tell."""
        if self.member_list.knows_now() and (everybody := await self.member_list.list_members()):
            return user in everybody.members
        return bool(user) and await self._is_member.get_or_look_up(
            user, lambda: self._fetch_is_member(user), _LONG_CACHE_SECONDS
        )

    async def are_full_members(self, users: frozenset[str]) -> bool | None:
        """Whether all of these people are full members; None where that cannot be known yet."""
        everybody = await self.member_list.list_members()
        if len(users) <= _MOST_LOOKED_UP and not self.member_list.knows_now():
            return all(await asyncio.gather(*map(self.is_full_member, users)))
        return users <= everybody.members if everybody else None

    def note_person(self, user: Mapping[str, Any]) -> None:
        """Notes a person who is new or has changed."""
        self.member_list.note_person(user)
        self._is_member.forget_key(str(user.get("id") or ""))

    def forget_channel_names(self) -> None:
        """Forgets the names of channels, when one was renamed."""
        self._known_channels.forget_key("")

    async def list_known_channels(self) -> KnownChannels:
        """Lists the channels that the bot can see: the public ones, and the private ones that it is in."""
        return await self._known_channels.get_or_look_up("", self._fetch_known_channels, _SHORT_CACHE_SECONDS)

    def forget_membership(self, user: str, channel: str) -> None:
        """Forgets who is in a channel, when a person has joined or left it."""
        self._channels_of_user.forget_key(user)
        self._members_of_channel.forget_key(channel)
        self._shared_channels.forget_key(channel)

    async def is_public_channel(self, channel: str) -> bool:
        """Whether every member of the workspace may read a channel; where Slack does not tell, it is private."""
        if channel.startswith("D"):
            return False
        try:
            return await self._public_channels.get_or_look_up(
                channel, lambda: self._fetch_is_public(channel), _PUBLIC_CACHE_SECONDS
            )
        except SLACK_ERRORS as error:
            log.info("channel taken for private channel=%s error=%s", channel, get_error_code(error))
            return False

    async def _fetch_user_channels(self, user: str) -> frozenset[str]:
        if not user:
            return frozenset()  # Slack would tell the bot's own channels
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

    async def _fetch_is_public(self, channel: str) -> bool:
        async with asyncio.timeout(_PUBLIC_TIMEOUT_SECONDS):
            facts = (await self._client.conversations_info(channel=channel)).get("channel") or {}
        return bool(facts.get("is_channel")) and not (facts.get("is_private") or facts.get("is_ext_shared"))

    async def _fetch_is_member(self, user: str) -> bool:
        asked_team = self._client.auth_test()
        told = (await self._client.users_info(user=user))["user"]
        return is_full_member(told, str((await asked_team)["team_id"]))

    async def _fetch_known_channels(self) -> KnownChannels:
        by_name: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        found = await self._fetch_pages("conversations.list", "channels", types=_CHANNEL_TYPES, exclude_archived=True)
        for one in found:
            by_name["#" + fold_slack_name(one["name"])] += (one["id"],)
        return KnownChannels(dict(by_name), frozenset(one["id"] for one in found if one.get("is_member")))

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

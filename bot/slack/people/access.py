"""Decides what the readers of an answer may know: one person, or everybody in a channel.

Where Slack does not tell who is in a channel, the audience is narrower, never wider, and the person is told.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from bot.slack.api.client import BotIdentity
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.people.directory import KnownChannels, SlackDirectory
from bot.slack.people.lookup_cache import LookupCache
from knowledge.core.access import EVERYONE, NOBODY, Audience, is_named_requirement
from knowledge.storage.index_versions import ServedDocuments
from knowledge.storage.name_bindings import BindingState, NameBinding, NameBindings, decide_binding

log = logging.getLogger(__name__)
_NONE: frozenset[str] = frozenset()
_CACHE_SECONDS = 15.0  # how old the bindings of folder names may be
_T = TypeVar("_T")
UnmetReason = Literal["unknown", "ambiguous", "another", "provisional", "undone"]


@dataclass(frozen=True, slots=True)
class GrantedAudience:
    """An audience; `is_certain` is False where Slack did not tell everything, so it may be too narrow."""

    audience: Audience
    is_certain: bool = True


@dataclass(frozen=True, slots=True, order=True)
class UnmetRequirement:
    """A requirement of a folder that nobody meets, or that another channel or person meets now.

    "unknown": nobody has the name or id. "ambiguous": several have it. "another": the one who has it now is not the
    one to whom the folder was given. "provisional": the bot is not in the channel. "undone": an administrator said so.
    """

    requirement: str
    reason: UnmetReason


@dataclass(frozen=True, slots=True)
class NameOwners:
    """The ids that bear each name now, and those of which the bot is `sure`: people, and channels that it is in."""

    ids: Mapping[str, tuple[str, ...]]
    sure: frozenset[str]


class AccessDirectory:
    """Finds audiences from Slack and the names of folders. `guests` says that guests may read what is for everyone."""

    def __init__(
        self,
        directory: SlackDirectory,
        identity: BotIdentity,
        served_documents: ServedDocuments,
        bindings: NameBindings,
        *,
        guests: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.directory = directory
        self._identity = identity
        self._documents = served_documents
        self._bindings = bindings
        self._guests = guests
        self._latest_bindings: dict[str, str] = {}
        self._fresh_bindings: LookupCache[dict[str, str]] = LookupCache(clock)

    async def find_place_audience(self, user: str, channel: str) -> GrantedAudience:
        """The readers of a conversation: in direct messages the person, elsewhere everybody in the channel."""
        return await (self.find_user_audience(user) if channel.startswith("D") else self.find_channel_audience(channel))

    async def find_user_audience(self, user: str) -> GrantedAudience:
        """What a person may read: everyone's, their channels' and their own; a guest, only their channels'."""
        async with asyncio.TaskGroup() as asking:
            asked_member = asking.create_task(_ask_or_none(self.directory.is_full_member(user)))
            asked_channels = asking.create_task(_ask_or_none(self.directory.list_user_channels(user)))
        member, channels = asked_member.result(), asked_channels.result()
        ids = {*(channels or ()), *([user] if member and channels is not None else [])}
        certain = member is not None and channels is not None
        return await self._grant_audience(ids, certain=certain, member=bool(member))

    async def find_channel_audience(self, channel: str) -> GrantedAudience:
        """What everybody in a channel may read: the channel's own, and what is for everyone if no guest is in it."""
        async with asyncio.TaskGroup() as asking:
            asked_among_us = asking.create_task(_ask_or_none(self._are_all_members(channel)))
            asked_shared = asking.create_task(_ask_or_none(self.directory.is_shared_channel(channel)))
        among_us, shared = asked_among_us.result(), asked_shared.result()
        certain = among_us is not None and shared is not None
        return await self._grant_audience({channel}, certain=certain, member=bool(among_us) and shared is False)

    async def list_place_requirements(self, channel: str) -> frozenset[str]:
        """The requirements of the folders that belong to a channel: its id, and the names that mean it."""
        bindings = await self._fresh_bindings.get_or_look_up("", self.refresh_name_bindings, _CACHE_SECONDS)
        return frozenset({channel, *(name for name, id_ in bindings.items() if id_ == channel)})

    async def _are_all_members(self, channel: str) -> bool | None:
        """Whether everybody in a channel is a full member; None where that cannot be known yet."""
        members = await self.directory.list_channel_members(channel)
        return await self.directory.are_full_members(members - {await self._identity.get_bot_user()})

    async def refresh_name_bindings(self) -> dict[str, str]:
        """Binds new names of folders to the channels or people that have them; gives the confirmed bindings."""
        used, bindings = await asyncio.to_thread(self._read_requirements)
        open_names = {name for name in used if is_named_requirement(name) and not _is_confirmed(bindings.get(name))}
        if open_names:
            owners = await self._find_name_owners(open_names)
            if await asyncio.to_thread(self._store_decisions, open_names, owners, bindings):
                bindings = await asyncio.to_thread(self._list_bindings)
        self._latest_bindings = {name: one.id for name, one in bindings.items() if _is_confirmed(one)}
        return self._latest_bindings

    def _store_decisions(
        self, names: Iterable[str], owners: NameOwners, bindings: Mapping[str, NameBinding]
    ) -> list[NameBinding]:
        decided = [
            one
            for name in names
            if (one := decide_binding(name, owners.ids.get(name, ()), owners.sure, bindings.get(name)))
        ]
        self._bindings.add_bindings([one for one in decided if one.name not in bindings])
        for one in decided:
            if one.name in bindings:
                self._bindings.replace_binding(bindings[one.name], one)
        if decided:
            confirmed = sum(map(_is_confirmed, decided))
            log.info("folders' names resolved: names=%d provisional=%d", confirmed, len(decided) - confirmed)
        return decided

    async def list_bindings(self) -> list[NameBinding]:
        """Lists what the names of folders mean, whatever their state, sorted by name."""
        return await asyncio.to_thread(self._bindings.list_bindings)

    async def set_binding_state(self, name: str, state: BindingState) -> NameBinding | None:
        """Confirms or undoes what a name means, at once for this process; None if there was nothing to do."""
        changed = await asyncio.to_thread(self._bindings.set_binding_state, name, state)
        self._fresh_bindings.forget_key("")
        return changed

    async def list_unmet_requirements(self) -> list[UnmetRequirement]:
        """Lists the requirements of folders that are not met; none where Slack does not tell."""
        used, bindings = await asyncio.to_thread(self._read_requirements)
        try:
            owners = await self._find_name_owners(used)
            everybody = await self.directory.list_workspace_members()
        except SLACK_ERRORS as error:
            log.warning("names of folders not looked at error=%s", get_error_code(error))
            return []
        if everybody is None:
            return []
        known = {one for ids in owners.ids.values() for one in ids} | everybody.members
        return sorted(find_unmet_requirements(used, bindings, owners.ids, known))

    def _read_requirements(self) -> tuple[frozenset[str], dict[str, NameBinding]]:
        return self._documents.list_requirements(), self._list_bindings()

    def _list_bindings(self) -> dict[str, NameBinding]:
        return {binding.name: binding for binding in self._bindings.list_bindings()}

    async def _find_name_owners(self, names: Iterable[str]) -> NameOwners:
        signs = {name[0] for name in names}
        channels = await self.directory.list_known_channels() if signs & {"#", "C", "G"} else KnownChannels({}, _NONE)
        everybody = await self.directory.list_workspace_members() if "@" in signs else None
        people = everybody.ids_by_handle if everybody else {}  # a name that is not known yet opens nothing
        sure = channels.joined.union(*people.values())  # Slack shows the bot everybody, and no handle twice
        return NameOwners({**channels.ids_by_name, **people}, sure)

    async def _grant_audience(self, ids: set[str], *, certain: bool, member: bool) -> GrantedAudience:
        try:
            bindings = await self._fresh_bindings.get_or_look_up("", self.refresh_name_bindings, _CACHE_SECONDS)
        except SLACK_ERRORS as error:
            log.warning("names of folders not resolved error=%s", get_error_code(error))
            bindings, certain = self._latest_bindings, False
        names = {name for name, id_ in bindings.items() if id_ in ids}
        wide = {EVERYONE} if member or self._guests else set()
        return GrantedAudience(Audience(frozenset({*ids, *names, *wide})), certain)


def find_unmet_requirements(
    requirements: Iterable[str],
    bindings: Mapping[str, NameBinding],
    owners: Mapping[str, tuple[str, ...]],
    known_ids: set[str],
) -> Iterable[UnmetRequirement]:
    """Finds the requirements that are not met. `known_ids` are the ids of channels and people. Pure."""
    for one in requirements:
        if one in (EVERYONE, NOBODY):
            continue
        now = owners.get(one, ())
        if not is_named_requirement(one):
            if one not in known_ids:
                yield UnmetRequirement(one, "unknown")
        elif (binding := bindings.get(one)) and binding.state == "undone":
            yield UnmetRequirement(one, "undone")
        elif len(now) > 1:
            yield UnmetRequirement(one, "ambiguous")
        elif now and binding and binding.state == "provisional":
            yield UnmetRequirement(one, "provisional")
        elif now and binding and now[0] != binding.id:
            yield UnmetRequirement(one, "another")
        elif not now and not (binding and binding.id in known_ids):
            yield UnmetRequirement(one, "unknown")


def _is_confirmed(binding: NameBinding | None) -> bool:
    return binding is not None and binding.state == "confirmed"


async def _ask_or_none(asking: Awaitable[_T]) -> _T | None:
    """Gives what Slack tells; None where it refuses or fails."""
    try:
        return await asking
    except SLACK_ERRORS as error:
        log.warning("membership unknown error=%s", get_error_code(error))
        return None

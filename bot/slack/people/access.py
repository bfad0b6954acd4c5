"""Decides on whose behalf a question is asked: a person's, or that of everybody in a channel.

Where Slack does not tell who is in, the audience is narrower, never wider; whoever asks is told.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from bot.slack.api.client import UNANSWERED, code_of
from knowledge.core.access import EVERYONE, NOBODY, Audience, is_name

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from bot.slack.api.client import Identity
    from bot.slack.people.directory import Directory
    from knowledge.storage.index_versions import Documents
    from knowledge.storage.name_bindings import Bindings

log = logging.getLogger(__name__)
_FRESH_SECONDS = 15.0  # how old the list of names in use may be
_T = TypeVar("_T")
Why = Literal["unknown", "ambiguous", "another"]


@dataclass(frozen=True, slots=True)
class Granted:
    """An audience; `certain` is False where Slack did not say enough, so that it may be too narrow."""

    audience: Audience
    certain: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Unmet:
    """A requirement of folders that nobody meets, or not those whom one would think.

    "unknown": nobody bears the name or id. "ambiguous": several do. "another": whoever bears it now is not the one
    that it was given to.
    """

    requirement: str
    why: Why


class Audiences:
    """Who may know what, as Slack and the names of folders have it. `guests` says that guests see everyone's too."""

    def __init__(
        self,
        directory: Directory,
        identity: Identity,
        documents: Documents,
        bindings: Bindings,
        *,
        guests: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.directory = directory
        self._identity = identity
        self._documents = documents
        self._bindings = bindings
        self._guests = guests
        self._clock = clock
        self._bound: dict[str, str] = {}
        self._bound_at: float | None = None

    async def of_place(self, user: str, channel: str) -> Granted:
        """Whoever reads what is written there: in direct messages the person, elsewhere everybody who is in."""
        return await (self.of_person(user) if channel.startswith("D") else self.of_channel(channel))

    async def of_person(self, user: str) -> Granted:
        """What a person may read: everyone's, their channels' and their own; a guest, their channels' alone."""
        everybody, channels = await asyncio.gather(
            _told(self.directory.everybody()), _told(self.directory.channels_of(user))
        )
        member = everybody is not None and user in everybody.members
        ids = {*(channels or ()), *([user] if member and channels is not None else [])}
        return await self._granted(ids, certain=everybody is not None and channels is not None, member=member)

    async def of_channel(self, channel: str) -> Granted:
        """What everybody in a channel may read: its own, and everyone's where no guest is in."""
        everybody, members, shared = await asyncio.gather(
            _told(self.directory.everybody()),
            _told(self.directory.members_of(channel)),
            _told(self.directory.is_shared(channel)),
        )
        certain = everybody is not None and members is not None and shared is not None
        us = await self._identity.user()
        among_us = everybody is not None and members is not None and members - {us} <= everybody.members
        return await self._granted({channel}, certain=certain, member=among_us and shared is False)

    async def refresh(self) -> None:
        """Give the names of folders that are not given yet to those who bear them.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        used, bound = await asyncio.to_thread(self._read)
        new = {name for name in used if is_name(name) and name not in bound}
        if new:
            bearers = await self._bearers(new)
            found = {name: bearers[name][0] for name in new if len(bearers.get(name, ())) == 1}
            if found:
                await asyncio.to_thread(self._bindings.bind, found)
                bound = await asyncio.to_thread(self._bindings.all)
                log.info("folders' names resolved: names=%d", len(found))
        self._bound, self._bound_at = bound, self._clock()

    async def unmet(self) -> list[Unmet]:
        """Which requirements of folders are not met, for admins; nothing where Slack does not tell.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        used, bound = await asyncio.to_thread(self._read)
        try:
            bearers = await self._bearers(used)
            everybody = await self.directory.everybody()
        except UNANSWERED as error:
            log.warning("names of folders not looked at error=%s", code_of(error))
            return []
        known = {one for ids in bearers.values() for one in ids} | everybody.members
        return sorted(unmet_by(used, bound, bearers, known))

    def _read(self) -> tuple[frozenset[str], dict[str, str]]:
        return self._documents.requirements(), self._bindings.all()

    async def _bearers(self, names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        signs = {name[0] for name in names}
        channels = await self.directory.channels_by_name() if signs & {"#", "C", "G"} else {}
        people = (await self.directory.everybody()).by_name if "@" in signs else {}
        return {**channels, **people}

    async def _granted(self, ids: set[str], *, certain: bool, member: bool) -> Granted:
        if self._bound_at is None or self._clock() - self._bound_at >= _FRESH_SECONDS:
            try:
                await self.refresh()
            except UNANSWERED as error:
                log.warning("names of folders not resolved error=%s", code_of(error))
                certain = False
        names = {name for name, id_ in self._bound.items() if id_ in ids}
        wide = {EVERYONE} if member or self._guests else set()
        return Granted(Audience(frozenset({*ids, *names, *wide})), certain)


def unmet_by(
    used: Iterable[str], bound: Mapping[str, str], bearers: Mapping[str, tuple[str, ...]], known: set[str]
) -> Iterable[Unmet]:
    """Which of the requirements in use are not met. `known` has the ids of channels and people. Pure."""
    for one in used:
        if one in (EVERYONE, NOBODY):
            continue
        now = bearers.get(one, ())
        if not is_name(one):
            if one not in known:
                yield Unmet(one, "unknown")
        elif len(now) > 1:
            yield Unmet(one, "ambiguous")
        elif one in bound and now and now[0] != bound[one]:
            yield Unmet(one, "another")
        elif (bound.get(one) or "") not in known and not now:
            yield Unmet(one, "unknown")


async def _told(asking: Awaitable[_T]) -> _T | None:
    """What Slack tells; None where it does not."""
    try:
        return await asking
    except UNANSWERED as error:
        log.warning("membership unknown error=%s", code_of(error))
        return None

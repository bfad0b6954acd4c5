"""Keeps the list of a workspace's people: read in the background, kept between starts, and followed by events.

A large workspace has 30,000 people, and Slack gives 200 a call, 20 calls a minute. No answer waits for that: until the
list is there, one person is looked up at a time.
"""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.errors import get_error_code
from knowledge.core.access import fold_slack_name
from knowledge.core.failures import IndexUnavailable
from knowledge.core.stored_record import StoredRecord
from knowledge.storage.record_repository import Repository

log = logging.getLogger(__name__)
_PAGE_SIZE = 200  # as Slack advises
_FEW_PEOPLE = 1_000
_REFRESH_SECONDS, _LARGE_REFRESH_SECONDS = 300.0, 3600.0  # between two readings of a short and of a long list
_MAX_KEPT_SECONDS = 86_400.0  # an older list of an earlier start tells too little of who is a guest now
_MAX_STALE_SECONDS = 1800.0  # for so long a kept list does while Slack tells the list anew
_LATE_READINGS = 2  # after so many times between two readings without one, the list tells nothing any more
_WAIT_SECONDS = 1.0  # a short list is there by then
_PEOPLE_A_RECORD = 2_000
_NAMESPACE = uuid.UUID("0e0f7f8a-6c55-4a0e-9d4e-5f2b8a6d3c11")


@dataclass(frozen=True, slots=True)
class WorkspaceMembers:
    """The people of the workspace: the ids of full members and bots, and the ids for each handle."""

    members: frozenset[str]
    ids_by_handle: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is in the workspace; a bot has no handle, as no folder is for it."""

    handle: str
    is_member: bool


@dataclass(frozen=True, slots=True)
class StoredPeople(StoredRecord):
    """A part of the list as it is kept: id, handle and whether they are full members. `at`: seconds since the epoch."""

    part: int
    people: tuple[tuple[str, str, bool], ...]
    at: float


def is_full_member(user: Mapping[str, Any], team: str) -> bool:
    """Whether a user of Slack is a full member of the team: no guest, nobody from another company.

    In an Enterprise Grid, `team_id` is missing or another workspace's: `enterprise_user.teams` tells.
    """
    if user.get("deleted") or user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"):
        return False
    in_organisation = user.get("enterprise_user") or {}
    return team in in_organisation["teams"] if "teams" in in_organisation else user.get("team_id") == team


class MemberList:
    """The people of the workspace. `clock` is in seconds; what was kept is read once."""

    def __init__(
        self,
        client: AsyncWebClient,
        repository: Repository[StoredPeople] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._repository = repository
        self._clock = clock
        self._people: dict[str, Person] = {}
        self._is_complete = False
        self._is_of_this_start = False
        self._read_at = float("-inf")
        self._loaded_at = float("-inf")
        self._refreshing: asyncio.Task[None] | None = None
        self._team = ""
        self._members: WorkspaceMembers | None = None
        self._changed_meanwhile: dict[str, Person] = {}

    def start_reading(self) -> None:
        """Reads the list in the background, before somebody needs it."""
        if self._refreshing is None:
            self._start_refresh()

    async def stop_reading(self) -> None:
        """Ends the reading, when the bot ends."""
        if task := self._refreshing:
            task.cancel()
            await asyncio.wait([task])

    def knows_now(self) -> bool:
        """Whether the list was read in this start, so that events have kept it up to date."""
        return self._is_known() and self._is_of_this_start

    def _is_known(self) -> bool:
        """Whether there is a list that is not too old: where Slack does not give it anew, nobody counts by it."""
        if self._is_of_this_start:
            is_old = self._clock() - self._read_at > _LATE_READINGS * self._choose_refresh_seconds()
        else:
            is_old = self._clock() - self._loaded_at > _MAX_STALE_SECONDS
        return self._is_complete and not is_old

    async def list_members(self) -> WorkspaceMembers | None:
        """The people as far as they are known; None while the list is being read for the first time, or is too old.

        Raises:
            SlackApiError, ClientError, TimeoutError: Slack does not give it.
        """
        if self._clock() - self._read_at > self._choose_refresh_seconds() and self._refreshing is None:
            self._start_refresh()
        if not self._is_complete and self._refreshing:
            done, _ = await asyncio.wait([self._refreshing], timeout=_WAIT_SECONDS)
            if done and not self._is_complete:
                done.pop().result()
        return self._compile_members() if self._is_known() else None

    def note_person(self, user: Mapping[str, Any]) -> None:
        """Notes a person who is new or has changed, as Slack's event tells."""
        if self._team and user.get("id"):
            person = _person_from_user(user, self._team)
            self._people[user["id"]] = self._changed_meanwhile[user["id"]] = person
            self._members = None

    def _choose_refresh_seconds(self) -> float:
        return _REFRESH_SECONDS if len(self._people) <= _FEW_PEOPLE else _LARGE_REFRESH_SECONDS

    def _start_refresh(self) -> None:
        self._refreshing = asyncio.create_task(self._refresh())
        self._refreshing.add_done_callback(self._on_refreshed)

    def _on_refreshed(self, task: asyncio.Task[None]) -> None:
        self._refreshing = None
        if not task.cancelled() and (error := task.exception()):
            code = get_error_code(error) if isinstance(error, Exception) else type(error).__name__
            log.warning("list of people not read error=%s", code)

    async def _refresh(self) -> None:
        if not self._people and self._repository:
            await self._load_kept()
        began = self._clock()
        self._changed_meanwhile = {}
        self._team = str((await self._client.auth_test())["team_id"])
        people: dict[str, Person] = {}
        cursor = ""
        while True:
            page = await self._client.users_list(limit=_PAGE_SIZE, cursor=cursor or None)
            people |= {one["id"]: _person_from_user(one, self._team) for one in page.get("members") or ()}
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        self._people, self._members, self._read_at = people | self._changed_meanwhile, None, began
        self._is_complete = self._is_of_this_start = True
        log.info("list of people read count=%d", len(people))
        await self._keep()

    async def _load_kept(self) -> None:
        """Takes up the list of an earlier start, until Slack has told the list anew."""
        repository = self._repository
        if repository is None:
            return
        try:
            kept = await asyncio.to_thread(lambda: list(repository.list_records()))
        except IndexUnavailable as error:
            log.info("kept list of people unread error=%s", error)
            return
        newest = max((one.at for one in kept), default=0.0)
        if time.time() - newest > _MAX_KEPT_SECONDS:
            return
        for one in kept:
            if one.at == newest:
                self._people |= {name: Person(handle, is_member) for name, handle, is_member in one.people}
        self._is_complete, self._loaded_at = bool(self._people), self._clock()
        self._members = None

    async def _keep(self) -> None:
        if self._repository is None:
            return
        people = [(name, one.handle, one.is_member) for name, one in self._people.items()]
        parts = [people[at : at + _PEOPLE_A_RECORD] for at in range(0, len(people), _PEOPLE_A_RECORD)]
        now = time.time()
        records = [
            (str(uuid.uuid5(_NAMESPACE, str(n))), StoredPeople(n, tuple(part), now)) for n, part in enumerate(parts)
        ]
        try:
            await asyncio.to_thread(self._repository.put_records, records)
        except IndexUnavailable as error:
            log.info("list of people not kept error=%s", error)

    def _compile_members(self) -> WorkspaceMembers:
        if self._members is None:
            by_handle: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
            for name, person in self._people.items():
                if person.handle:
                    by_handle[f"@{person.handle}"] += (name,)
            members = frozenset(name for name, person in self._people.items() if person.is_member)
            self._members = WorkspaceMembers(members, dict(by_handle))
        return self._members


def _person_from_user(user: Mapping[str, Any], team: str) -> Person:
    has_handle = user.get("name") and not user.get("is_bot") and not user.get("deleted")
    return Person(fold_slack_name(user["name"]) if has_handle else "", is_full_member(user, team))

"""Stores mass deletions that wait for a person: the worker holds them, an admin confirms them."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from knowledge.core.stored_record import OpenWord, StoredRecord
from knowledge.storage.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from qdrant_client import QdrantClient

DeletionHoldReason = Literal["many", "unmounted"]
_HOLD_ID = str(uuid.UUID(int=1))  # there is one at a time: it covers whatever is missing
_MAX_LISTED_PATHS = 10_000


@dataclass(frozen=True, slots=True)
class DeletionHold(StoredRecord):
    """Documents that are missing from the folder, and stay searchable until somebody confirms their deletion.

    `count` of `known` documents are missing; `paths` names the first ten thousand. `reason` is "many" if more are
    missing at once than the limit allows, "unmounted" if the folder looks as if its disk is not mounted.
    `told` says whether the admins were told. `since` is in seconds since the epoch.
    """

    count: int
    known: int
    paths: tuple[str, ...]
    reason: Annotated[DeletionHoldReason, OpenWord]
    since: float
    told: bool = False
    confirmed_by: str | None = None

    def allows_deletion(self, missing: Collection[str]) -> bool:
        """Whether the deletion of all `missing` documents was confirmed."""
        if self.confirmed_by is None:
            return False
        all_named = self.count == len(self.paths)
        return set(missing) <= set(self.paths) if all_named else len(missing) <= self.count


class DeletionHolds:
    """The hold, if there is one. The worker holds and releases; the bot reads, tells admins and confirms."""

    def __init__(self, client: QdrantClient, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self._repository = Repository(client, f"{prefix}_holds", DeletionHold)
        self._clock = clock

    def get_deletion_hold(self) -> DeletionHold | None:
        """The deletions that wait for a confirmation now."""
        return self._repository.get_record(_HOLD_ID)

    def hold_deletions(self, paths: Collection[str], known: int, reason: DeletionHoldReason) -> DeletionHold:
        """Hold deletions. A hold whose paths change stays the same hold, so that admins are told once."""
        missing = sorted(paths)
        before = self.get_deletion_hold()
        fresh = DeletionHold(len(missing), known, tuple(missing[:_MAX_LISTED_PATHS]), reason, self._clock())
        now = fresh
        if before:
            now = replace(fresh, since=before.since, told=before.told, unknown_fields=before.unknown_fields)
        if before != now:
            self._save_hold(now)
        return now

    def confirm_held_deletions(self, by: str) -> DeletionHold | None:
        """Confirm the held deletions; None if nothing is held."""
        hold = self.get_deletion_hold()
        if hold:
            hold = replace(hold, confirmed_by=by)
            self._save_hold(hold)
        return hold

    def mark_admins_notified(self) -> None:
        """Write that the admins were told."""
        hold = self.get_deletion_hold()
        if hold and not hold.told:
            self._save_hold(replace(hold, told=True))

    def release_deletion_hold(self) -> None:
        """Delete the hold."""
        self._repository.delete_records([_HOLD_ID])

    def _save_hold(self, hold: DeletionHold) -> None:
        self._repository.put_record(_HOLD_ID, hold)

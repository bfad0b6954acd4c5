"""Mass deletions that wait for a person: the worker holds them, an admin confirms them in Slack or on a terminal."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from knowledge.storage.repository import Repository, known_to

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from qdrant_client import QdrantClient

DeletionHoldReason = Literal["many", "unmounted"]
_HOLD_ID = str(uuid.UUID(int=1))  # there is one at a time: it covers whatever is missing
_MAX_LISTED_PATHS = 10_000


@dataclass(frozen=True, slots=True)
class DeletionHold:
    """Documents that are missing from the folder, and go on answering until somebody confirms that they are gone.

    `count` of `known` documents are missing; `paths` names the first ten thousand. `reason` is "many" where more
    are missing at once than the brake lets through, "unmounted" where the folder looks as if its disk were not there.
    `told` says whether the admins were told. `since` is in seconds since the epoch.
    """

    count: int
    known: int
    paths: tuple[str, ...]
    reason: DeletionHoldReason
    since: float
    told: bool = False
    confirmed_by: str | None = None

    def allows_deletion(self, missing: Collection[str]) -> bool:
        """Whether the deletion of `missing` was confirmed: of what was held when it was, not of more."""
        if self.confirmed_by is None:
            return False
        all_named = self.count == len(self.paths)
        return set(missing) <= set(self.paths) if all_named else len(missing) <= self.count


class DeletionHolds:
    """The hold, if there is one. The worker holds and lets go; the bot looks, tells and confirms."""

    def __init__(self, client: QdrantClient, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self._repository = Repository(client, f"{prefix}_holds")
        self._clock = clock

    def get_deletion_hold(self) -> DeletionHold | None:
        """What waits for a confirmation now."""
        record = self._repository.get_record(_HOLD_ID)
        return _hold_from_record(record) if record else None

    def hold_deletions(self, paths: Collection[str], known: int, reason: DeletionHoldReason) -> DeletionHold:
        """Hold deletions back. A hold that grows or shrinks stays the same hold: admins are told once."""
        missing = sorted(paths)
        before = self.get_deletion_hold()
        fresh = DeletionHold(len(missing), known, tuple(missing[:_MAX_LISTED_PATHS]), reason, self._clock())
        now = replace(fresh, since=before.since, told=before.told) if before else fresh
        if before != now:
            self._save_hold(now)
        return now

    def confirm_held_deletions(self, by: str) -> DeletionHold | None:
        """Let the deletions that are held go through; None if nothing is held."""
        hold = self.get_deletion_hold()
        if hold:
            hold = replace(hold, confirmed_by=by)
            self._save_hold(hold)
        return hold

    def mark_admins_notified(self) -> None:
        """Write down that the admins were told."""
        hold = self.get_deletion_hold()
        if hold and not hold.told:
            self._save_hold(replace(hold, told=True))

    def release_deletion_hold(self) -> None:
        """Nothing is held any more."""
        self._repository.delete_records([_HOLD_ID])

    def _save_hold(self, hold: DeletionHold) -> None:
        self._repository.put_record(_HOLD_ID, asdict(hold))


def _hold_from_record(record: dict[str, Any]) -> DeletionHold:
    return DeletionHold(**{**known_to(DeletionHold, record), "paths": tuple(record["paths"])})

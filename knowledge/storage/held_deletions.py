"""Mass deletions that wait for a person: the worker holds them, an admin confirms them in Slack or on a terminal."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from knowledge.storage.repository import Records, known_to

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from qdrant_client import QdrantClient

HoldReason = Literal["many", "unmounted"]
_THE_HOLD = str(uuid.UUID(int=1))  # there is one at a time: it covers whatever is missing
_NAMED = 10_000


@dataclass(frozen=True, slots=True)
class Hold:
    """Documents that are missing from the folder, and go on answering until somebody confirms that they are gone.

    `count` of `known` documents are missing; `paths` names the first ten thousand. `reason` is "many" where more
    are missing at once than the brake lets through, "unmounted" where the folder looks as if its disk were not there.
    `told` says whether the admins were told. `since` is in seconds since the epoch.
    """

    count: int
    known: int
    paths: tuple[str, ...]
    reason: HoldReason
    since: float
    told: bool = False
    confirmed_by: str | None = None

    def allows(self, missing: Collection[str]) -> bool:
        """Whether the deletion of `missing` was confirmed: of what was held when it was, not of more."""
        if self.confirmed_by is None:
            return False
        all_named = self.count == len(self.paths)
        return set(missing) <= set(self.paths) if all_named else len(missing) <= self.count


class Holds:
    """The hold, if there is one. The worker holds and lets go; the bot looks, tells and confirms."""

    def __init__(self, client: QdrantClient, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self._records = Records(client, f"{prefix}_holds")
        self._clock = clock

    def get(self) -> Hold | None:
        """What waits for a confirmation now."""
        record = self._records.get(_THE_HOLD)
        return _hold(record) if record else None

    def hold(self, paths: Collection[str], known: int, reason: HoldReason) -> Hold:
        """Hold deletions back. A hold that grows or shrinks stays the same hold: admins are told once."""
        missing = sorted(paths)
        before = self.get()
        fresh = Hold(len(missing), known, tuple(missing[:_NAMED]), reason, self._clock())
        now = replace(fresh, since=before.since, told=before.told) if before else fresh
        if before != now:
            self._put(now)
        return now

    def confirm(self, by: str) -> Hold | None:
        """Let the deletions that are held go through; None if nothing is held."""
        hold = self.get()
        if hold:
            hold = replace(hold, confirmed_by=by)
            self._put(hold)
        return hold

    def mark_told(self) -> None:
        """Write down that the admins were told."""
        hold = self.get()
        if hold and not hold.told:
            self._put(replace(hold, told=True))

    def release(self) -> None:
        """Nothing is held any more."""
        self._records.delete([_THE_HOLD])

    def _put(self, hold: Hold) -> None:
        self._records.put(_THE_HOLD, asdict(hold))


def _hold(record: dict[str, Any]) -> Hold:
    return Hold(**{**known_to(Hold, record), "paths": tuple(record["paths"])})

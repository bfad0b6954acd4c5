"""The audit log, in Qdrant: who asked for which admin action, when, and how it ended. Never a name, path or word of it.

It stands in Qdrant because that is what all replicas of the bot share, and what a container that may write nowhere has.
Whoever can write to Qdrant can change it: each line is logged too, for a collector that the bot cannot reach.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from knowledge.storage.repository import Records, known_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import QdrantClient

Action = Literal["reindex", "confirm-deletes", "compare", "gaps", "file"]
Outcome = Literal["begun", "done", "nothing", "failed", "refused"]
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Deed:
    """One try of an admin action by the member `who` at `at` (seconds since the epoch).

    An `outcome` that stayed "begun" is of a process that ended in between; "nothing" found nothing to do. `subject`
    says what it was about in figures or ids.
    """

    id: str
    who: str
    what: Action
    at: float
    outcome: Outcome
    subject: str = ""


class Audit:
    """The log as one process sees it; deeds are kept for `days`."""

    def __init__(
        self, client: QdrantClient, prefix: str, days: float = 365.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._records = Records(client, f"{prefix}_audit")
        self._seconds = days * _DAY
        self._clock = clock

    def write(self, who: str, what: Action, outcome: Outcome) -> Deed:
        """Write down a try, before anything is done.

        Raises:
            IndexUnavailable: it is not written: nothing must be done.
        """
        deed = Deed(str(uuid.uuid4()), who, what, self._clock(), outcome)
        self._records.put(deed.id, asdict(deed))
        return deed

    def close(self, deed: Deed, outcome: Outcome, subject: str = "") -> Deed:
        """Write down how it ended."""
        closed = replace(deed, outcome=outcome, subject=subject)
        self._records.put(deed.id, asdict(closed))
        return closed

    def latest(self, most: int | None = None) -> list[Deed]:
        """The last deeds that may still be kept, newest first."""
        since = self._clock() - self._seconds
        deeds = (Deed(**known_to(Deed, record)) for record in self._records.all())
        return sorted((deed for deed in deeds if deed.at >= since), key=lambda deed: deed.at, reverse=True)[:most]

    def forget_old(self) -> int:
        """Drop what was kept long enough; gives how many deeds that were."""
        before = self._clock() - self._seconds
        old = [record["id"] for record in self._records.all() if record["at"] < before]
        self._records.delete(old)
        return len(old)

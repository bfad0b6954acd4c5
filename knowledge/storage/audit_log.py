"""The audit log, in Qdrant: who asked for which admin action, when, and how it ended. Never a name, path or word of it.

It stands in Qdrant because that is what all replicas of the bot share, and what a container that may write nowhere has.
Whoever can write to Qdrant can change it: each line is logged too, for a collector that the bot cannot reach.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Literal

from knowledge.storage.repository import Repository, known_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import QdrantClient

AuditAction = Literal["reindex", "confirm-deletes", "compare", "gaps", "file"]
AuditOutcome = Literal["begun", "done", "nothing", "failed", "refused"]
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One try of an admin action by the member `who` at `at` (seconds since the epoch).

    An `outcome` that stayed "begun" is of a process that ended in between; "nothing" found nothing to do. `subject`
    says what it was about in figures or ids.
    """

    id: str
    who: str
    what: AuditAction
    at: float
    outcome: AuditOutcome
    subject: str = ""


class AuditLog:
    """The log as one process sees it; deeds are kept for `days`."""

    def __init__(
        self, client: QdrantClient, prefix: str, days: float = 365.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._repository = Repository(client, f"{prefix}_audit")
        self._retention_seconds = days * _DAY_SECONDS
        self._clock = clock

    def begin_audit_entry(self, who: str, what: AuditAction, outcome: AuditOutcome) -> AuditEntry:
        """Write down a try, before anything is done.

        Raises:
            IndexUnavailable: it is not written: nothing must be done.
        """
        deed = AuditEntry(str(uuid.uuid4()), who, what, self._clock(), outcome)
        self._repository.put_record(deed.id, asdict(deed))
        return deed

    def close_audit_entry(self, entry: AuditEntry, outcome: AuditOutcome, subject: str = "") -> AuditEntry:
        """Write down how it ended."""
        closed = replace(entry, outcome=outcome, subject=subject)
        self._repository.put_record(entry.id, asdict(closed))
        return closed

    def list_audit_entries(self, limit: int | None = None) -> list[AuditEntry]:
        """The last deeds that may still be kept, newest first."""
        since = self._clock() - self._retention_seconds
        deeds = (AuditEntry(**known_to(AuditEntry, record)) for record in self._repository.list_records())
        return sorted((deed for deed in deeds if deed.at >= since), key=lambda deed: deed.at, reverse=True)[:limit]

    def purge_audit_entries(self) -> int:
        """Drop what was kept long enough; gives how many deeds that were."""
        before = self._clock() - self._retention_seconds
        old = [record["id"] for record in self._repository.list_records() if record["at"] < before]
        self._repository.delete_records(old)
        return len(old)

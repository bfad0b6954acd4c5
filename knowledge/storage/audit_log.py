"""The audit log: who asked for which admin action, when, and how it ended. It holds no name, path or text.

It is kept in Qdrant, which all replicas of the bot share. Whoever can write to Qdrant can change it.
Each entry is therefore logged too, for a log collector outside the bot.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from qdrant_client import QdrantClient

from knowledge.core.stored_record import OpenWord, StoredRecord
from knowledge.storage.record_repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable


AuditAction = Literal["reindex", "confirm-deletes", "compare", "gaps", "file", "bindings", "unasked"]
AuditOutcome = Literal["begun", "done", "nothing", "failed", "refused"]
_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class AuditEntry(StoredRecord):
    """One try of an admin action by the member `who` at `at` (seconds since the epoch).

    An `outcome` that stays "begun" means that the process ended before the action did; "nothing" found nothing to do.
    `subject` says in figures or ids what the action was about.
    """

    id: str
    who: str
    what: Annotated[AuditAction, OpenWord]
    at: float
    outcome: Annotated[AuditOutcome, OpenWord]
    subject: str = ""


class AuditLog:
    """The log as one process sees it; entries are kept for `days`."""

    def __init__(
        self, client: QdrantClient, prefix: str, days: float = 365.0, clock: Callable[[], float] = time.time
    ) -> None:
        self._repository = Repository(client, f"{prefix}_audit", AuditEntry)
        self._retention_seconds = days * _DAY_SECONDS
        self._clock = clock

    def begin_audit_entry(self, who: str, what: AuditAction, outcome: AuditOutcome) -> AuditEntry:
        """Write an entry before the action is done.

        Raises:
            IndexUnavailable: it is not written, and the action must not be done.
        """
        entry = AuditEntry(str(uuid.uuid4()), who, what, self._clock(), outcome)
        self._repository.put_record(entry.id, entry)
        return entry

    def close_audit_entry(self, entry: AuditEntry, outcome: AuditOutcome, subject: str = "") -> AuditEntry:
        """Write how the action ended."""
        closed = replace(entry, outcome=outcome, subject=subject)
        self._repository.put_record(entry.id, closed)
        return closed

    def list_audit_entries(self, limit: int | None = None) -> list[AuditEntry]:
        """The newest entries that are within their days, newest first."""
        since = self._clock() - self._retention_seconds
        kept = [entry for entry in self._repository.list_records() if entry.at >= since]
        return sorted(kept, key=lambda entry: entry.at, reverse=True)[:limit]

    def purge_audit_entries(self) -> int:
        """Delete entries that are older than their days; returns how many."""
        before = self._clock() - self._retention_seconds
        old = [entry.id for entry in self._repository.list_records() if entry.at < before]
        self._repository.delete_records(old)
        return len(old)

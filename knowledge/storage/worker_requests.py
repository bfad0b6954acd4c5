"""Stores what admins asked the worker to do, so that a request outlives a restart of either process."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from knowledge.core.stored_record import OpenWord, StoredRecord
from knowledge.storage.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import QdrantClient

WorkerRequestState = Literal["waiting", "running", "done"]
SCOPE_ALL = "all"
SCOPE_CONFIRM_DELETES = "confirm-deletes"


@dataclass(frozen=True, slots=True)
class FileFailure(StoredRecord):
    """A file that could not be read, and the sentence that says why and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerRequest(StoredRecord):
    """A request to the worker, by an admin.

    `scope` says what is to be read again: "all", or a file or folder relative to the watched folder. The scope
    "confirm-deletes" confirms the held deletions instead (`knowledge/storage/held_deletions`).
    `done` of `total` documents are finished, with `pages` pages read; times are seconds since the epoch.
    """

    id: str
    scope: str
    by: str
    state: Annotated[WorkerRequestState, OpenWord] = "waiting"
    done: int = 0
    total: int = 0
    failed: tuple[FileFailure, ...] = ()
    asked_at: float = 0.0
    updated_at: float = 0.0
    pages: int = 0


class WorkerRequests:
    """The requests. The bot creates and reads them; the worker updates them."""

    def __init__(self, client: QdrantClient, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self._repository = Repository(client, f"{prefix}_requests", WorkerRequest)
        self._clock = clock

    def create_worker_request(self, scope: str, by: str) -> WorkerRequest:
        """Write a request for the worker."""
        now = self._clock()
        request = WorkerRequest(str(uuid.uuid4()), scope, by, asked_at=now, updated_at=now)
        self._repository.put_record(request.id, request)
        return request

    def get_worker_request(self, request_id: str) -> WorkerRequest | None:
        """The request as it stands now."""
        return self._repository.get_record(request_id)

    def list_open_requests(self) -> list[WorkerRequest]:
        """Requests that are not done, oldest first, those of a worker that stopped included."""
        requests = self._repository.list_records()
        return sorted((r for r in requests if r.state != "done"), key=lambda r: r.asked_at)

    def update_worker_request(
        self, request: WorkerRequest, state: WorkerRequestState, **progress: Any
    ) -> WorkerRequest:
        """Write how far a request has come."""
        changed = replace(request, state=state, updated_at=self._clock(), **progress)
        self._repository.put_record(changed.id, changed)
        return changed

    def purge_worker_requests(self, moment: float) -> None:
        """Delete requests that were done before `moment`."""
        requests = self._repository.list_records()
        self._repository.delete_records([r.id for r in requests if r.state == "done" and r.updated_at < moment])

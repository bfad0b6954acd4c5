"""What admins asked the worker to do, kept in Qdrant: a request outlives either process being down."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from knowledge.storage.repository import Repository, known_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import QdrantClient

WorkerRequestState = Literal["waiting", "running", "done"]
SCOPE_ALL = "all"
SCOPE_CONFIRM_DELETES = "confirm-deletes"


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that could not be read, and the sentence that says why and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerRequest:
    """A request to the worker, by an admin.

    `scope` says what is to be read anew: "all", a file or a folder, relative to the watched folder. The scope
    "confirm-deletes" lets the deletions that are held go through instead (`knowledge/storage/held_deletions`).
    `done` of `total` documents are through, with `pages` pages read; times are seconds since the epoch.
    """

    id: str
    scope: str
    by: str
    state: WorkerRequestState = "waiting"
    done: int = 0
    total: int = 0
    failed: tuple[FileFailure, ...] = ()
    asked_at: float = 0.0
    updated_at: float = 0.0
    pages: int = 0


class WorkerRequests:
    """The requests, oldest first. The bot asks and looks; the worker takes and advances."""

    def __init__(self, client: QdrantClient, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self._repository = Repository(client, f"{prefix}_requests")
        self._clock = clock

    def create_worker_request(self, scope: str, by: str) -> WorkerRequest:
        """Leave a request for the worker."""
        now = self._clock()
        request = WorkerRequest(str(uuid.uuid4()), scope, by, asked_at=now, updated_at=now)
        self._repository.put_record(request.id, asdict(request))
        return request

    def get_worker_request(self, request_id: str) -> WorkerRequest | None:
        """The request as it stands now."""
        record = self._repository.get_record(request_id)
        return _request_from_record(record) if record else None

    def list_open_requests(self) -> list[WorkerRequest]:
        """Requests that are not done, oldest first; one left running by a worker that died is among them."""
        requests = [_request_from_record(record) for record in self._repository.list_records()]
        return sorted((r for r in requests if r.state != "done"), key=lambda r: r.asked_at)

    def update_worker_request(
        self, request: WorkerRequest, state: WorkerRequestState, **progress: Any
    ) -> WorkerRequest:
        """Write down how far a request has come."""
        changed = replace(request, state=state, updated_at=self._clock(), **progress)
        self._repository.put_record(changed.id, asdict(changed))
        return changed

    def purge_worker_requests(self, moment: float) -> None:
        """Drop requests that were done before `moment`."""
        old = [
            r
            for r in map(_request_from_record, self._repository.list_records())
            if r.state == "done" and r.updated_at < moment
        ]
        self._repository.delete_records([r.id for r in old])


def _request_from_record(record: dict[str, Any]) -> WorkerRequest:
    failed = tuple(FileFailure(**known_to(FileFailure, failure)) for failure in record["failed"])
    return WorkerRequest(**{**known_to(WorkerRequest, record), "failed": failed})

"""What admins asked the worker to do, kept in Qdrant: a request outlives either process being down."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from knowledge.storage.repository import Records, known_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_client import QdrantClient

RequestState = Literal["waiting", "running", "done"]
EVERYTHING = "all"
CONFIRM_DELETES = "confirm-deletes"


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and the sentence that says why and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the worker, by an admin.

    `scope` says what is to be read anew: "all", a file or a folder, relative to the watched folder. The scope
    "confirm-deletes" lets the deletions that are held go through instead (`knowledge/storage/held_deletions`).
    `done` of `total` documents are through, with `pages` pages read; times are seconds since the epoch.
    """

    id: str
    scope: str
    by: str
    state: RequestState = "waiting"
    done: int = 0
    total: int = 0
    failed: tuple[Failure, ...] = ()
    asked_at: float = 0.0
    updated_at: float = 0.0
    pages: int = 0


class Requests:
    """The requests, oldest first. The bot asks and looks; the worker takes and advances."""

    def __init__(self, client: QdrantClient, prefix: str, clock: Callable[[], float] = time.time) -> None:
        self._records = Records(client, f"{prefix}_requests")
        self._clock = clock

    def ask(self, scope: str, by: str) -> Request:
        """Leave a request for the worker."""
        now = self._clock()
        request = Request(str(uuid.uuid4()), scope, by, asked_at=now, updated_at=now)
        self._records.put(request.id, asdict(request))
        return request

    def get(self, request_id: str) -> Request | None:
        """The request as it stands now."""
        record = self._records.get(request_id)
        return _request(record) if record else None

    def open(self) -> list[Request]:
        """Requests that are not done, oldest first; one left running by a worker that died is among them."""
        requests = [_request(record) for record in self._records.all()]
        return sorted((r for r in requests if r.state != "done"), key=lambda r: r.asked_at)

    def advance(self, request: Request, state: RequestState, **progress: Any) -> Request:
        """Write down how far a request has come."""
        changed = replace(request, state=state, updated_at=self._clock(), **progress)
        self._records.put(changed.id, asdict(changed))
        return changed

    def forget_before(self, moment: float) -> None:
        """Drop requests that were done before `moment`."""
        old = [r for r in map(_request, self._records.all()) if r.state == "done" and r.updated_at < moment]
        self._records.delete([r.id for r in old])


def _request(record: dict[str, Any]) -> Request:
    failed = tuple(Failure(**known_to(Failure, failure)) for failure in record["failed"])
    return Request(**{**known_to(Request, record), "failed": failed})

"""Stores what bot and worker tell each other: requests to read, held deletions, problems of folders."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal

from qdrant_client import QdrantClient

from knowledge.core.failures import FailureRecord
from knowledge.core.stored_record import OpenWord, StoredRecord, keep_unknown_fields
from knowledge.storage.record_repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable


WorkerRequestState = Literal["waiting", "running", "done"]
SCOPE_ALL = "all"
SCOPE_CONFIRM_DELETES = "confirm-deletes"


@dataclass(frozen=True, slots=True)
class FileFailure(FailureRecord):
    """A file that could not be read, and why."""

    path: str


@dataclass(frozen=True, slots=True)
class WorkerRequest(StoredRecord):
    """A request to the worker, by an admin.

    `scope` says what is to be read again: "all", or a file or folder relative to the watched folder. The scope
    "confirm-deletes" confirms the held deletions instead (`knowledge/storage/worker_requests`).
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


DeletionHoldReason = Literal["many", "unmounted"]
_HOLD_ID = str(uuid.UUID(int=1))  # there is one at a time: it covers whatever is missing
_MAX_LISTED_PATHS = 10_000
_MAX_LISTED_CHARACTERS = 2_000_000  # a request to Qdrant has 32 MB at most


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
        fresh = DeletionHold(len(missing), known, _list_first_paths(missing), reason, self._clock())
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


def _list_first_paths(paths: Iterable[str]) -> tuple[str, ...]:
    """The first paths that one record can hold."""
    room, listed = _MAX_LISTED_CHARACTERS, []
    for path in islice(paths, _MAX_LISTED_PATHS):
        room -= len(path)
        if room < 0:
            break
        listed.append(path)
    return tuple(listed)


_RECORD_ID = str(uuid.UUID(int=1))


@dataclass(frozen=True, slots=True)
class FolderProblem(FailureRecord):
    """Why nobody sees what lies in a folder."""

    folder: str


@dataclass(frozen=True, slots=True)
class FolderProblemList(StoredRecord):
    """All problems of one pass, sorted by folder."""

    troubles: tuple[FolderProblem, ...] = ()


class FolderProblems:
    """The problems of the last pass. The worker replaces them as a whole; the bot reads them."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._repository = Repository(client, f"{prefix}_troubles", FolderProblemList)
        self._written: FolderProblemList | None = None

    def list_folder_problems(self) -> tuple[FolderProblem, ...]:
        """The problems, sorted by folder."""
        return _sort_problems(self._read_list().troubles)

    def replace_folder_problems(self, problems: Iterable[FolderProblem]) -> None:
        """Write the problems of now; nothing is written if nothing has changed."""
        now = FolderProblemList(_sort_problems(problems))
        if self._written is None:
            self._written = self._read_list()
        if now != self._written:
            now = keep_unknown_fields(now, self._written)
            self._repository.put_record(_RECORD_ID, now)
            self._written = now

    def _read_list(self) -> FolderProblemList:
        return self._repository.get_record(_RECORD_ID) or FolderProblemList()


def _sort_problems(problems: Iterable[FolderProblem]) -> tuple[FolderProblem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.folder, problem.reason or "")))

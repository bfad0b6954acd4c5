"""Shows the progress of a pass and sums up what it did: for a terminal, a request's record, the heartbeat."""

from __future__ import annotations

import logging
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn, Self

from tqdm import tqdm

from ingestion.sync.ledger_cache import LedgerCache, iterate_shared_values
from knowledge.core.documents import SEARCHABLE_STATES, TITLE_SEPARATOR, Document, DocumentState, is_waiting
from knowledge.core.failures import failure_from_sentence, leave_out_inner_names
from knowledge.runtime.heartbeat import HEARTBEAT_SECONDS, Heartbeat
from knowledge.runtime.log_setup import write_log_lines_in
from knowledge.storage.worker_requests import (
    FileFailure,
    FolderProblem,
    WorkerRequest,
    WorkerRequests,
    WorkerRequestState,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ingestion.scan.folder_scan import FolderScan

log = logging.getLogger(__name__)
_SAVE_SECONDS = 0.5
_SAVE_SHARE = 20  # times as long as a save takes pass before the next: with a million documents it takes a second
_MAX_FAILURES = 1_000  # a record of any number of them would be refused, for its size


@contextmanager
def draw_bar(what: str, unit: str, total: int | None = None) -> Iterator[tqdm[NoReturn]]:
    """A bar on standard error, if that is a terminal; log lines are written above it."""
    with (
        tqdm(desc=what, unit=f" {unit}", total=total, disable=None, leave=False) as bar,
        write_log_lines_in(partial(tqdm.external_write_mode, sys.stderr)),
    ):
        yield bar


class ProgressBar:
    """Shows a pass on a bar."""

    def __init__(self, bar: tqdm[NoReturn]) -> None:
        self._bar = bar

    def report_progress(self, done: int, total: int, path: str) -> None:
        """Update the bar."""
        self._bar.total = total
        self._bar.set_postfix_str(path[-40:], refresh=False)
        self._bar.update(done - self._bar.n)


class RequestProgress:
    """Saves the progress of a request for the person who asked, at most twice a second."""

    def __init__(
        self,
        requests: WorkerRequests,
        request: WorkerRequest,
        ledger_cache: LedgerCache,
        heartbeat: WorkerHeartbeat,
        since: float,
    ) -> None:
        self._heartbeat = heartbeat
        self._requests = requests
        self._request = request
        self._ledger_cache = ledger_cache
        self._since = since
        self._next_save = 0.0
        self._last_done = self._earlier_done = 0

    def report_progress(self, done: int, total: int, path: str) -> None:
        """Save the numbers, unless they were saved a moment ago; those of several passes are added up."""
        self._heartbeat.report_progress(done, total, path)
        if done < self._last_done:
            self._earlier_done += self._last_done
        self._last_done = done
        done, total = done + self._earlier_done, total + self._earlier_done
        started = time.monotonic()
        if started >= self._next_save:
            self._save_progress("running", done, total, self._list_failures())
            now = time.monotonic()
            self._next_save = max(started + _SAVE_SECONDS, now + _SAVE_SHARE * (now - started))

    def finish_request(self, done: int, paths: frozenset[str]) -> None:
        """Save that the request is done, with the failures among `paths`."""
        failures = tuple(failure for failure in self._list_failures(include_earlier=True) if failure.path in paths)
        self._save_progress("done", done, done, failures)

    def _save_progress(self, state: WorkerRequestState, done: int, total: int, failed: tuple[FileFailure, ...]) -> None:
        documents = self._ledger_cache.list_documents()
        with_pages = (path for path, one in documents.iterate_shared_values() if one.pages or one.pages_read)
        pages = sum(_count_pages_read(documents[path], self._since) for path in with_pages)
        self._request = self._requests.update_worker_request(
            self._request, state, done=done, total=total, pages=pages, failed=failed[:_MAX_FAILURES]
        )

    def _list_failures(self, *, include_earlier: bool = False) -> tuple[FileFailure, ...]:
        """List what failed since the request started, or also before it with `include_earlier`."""
        return tuple(
            FileFailure(path, failure=document.failure and leave_out_inner_names(document.failure))
            for path, document in self._ledger_cache.list_documents().iterate_shared_values()
            if document.state is DocumentState.FAILED and (include_earlier or document.seen_at >= self._since)
        )


def _count_pages_read(document: Document, since: float) -> int:
    """Count a document's pages that were read since then; of a long one, those read so far."""
    if document.state is DocumentState.READING:
        return document.pages_read if document.seen_at >= since else 0
    return document.pages or 0 if (document.read_at or 0.0) >= since else 0


class WorkerHeartbeat:
    """Writes a heartbeat on its own thread, until a step takes longer than `max_step_seconds`: the worker hangs."""

    def __init__(
        self,
        heartbeat: Heartbeat,
        max_step_seconds: float,
        interval: float = HEARTBEAT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._heartbeat = heartbeat
        self._max_step_seconds = max_step_seconds
        self._interval = interval
        self._clock = clock
        self._last_progress_at = clock()
        self._state: dict[str, bool | str] = {}
        self._write_lock = threading.Lock()  # one writer of the file at a time
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write_until_stopped, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._heartbeat.remove_heartbeat()

    def report_state(self, **state: bool | str) -> None:
        """Note progress and the worker's state; a changed state is written at once."""
        self._last_progress_at = self._clock()
        if state != self._state:
            self._state = state
            self._write_heartbeat()

    def report_progress(self, done: int = 0, total: int = 0, path: str = "") -> None:  # noqa: ARG002  # as ProgressListener
        """Note that the work goes on."""
        self._last_progress_at = self._clock()

    def _write_until_stopped(self) -> None:
        while not self._stop.wait(self._interval):
            if self._clock() - self._last_progress_at < self._max_step_seconds:
                self._write_heartbeat()

    def _write_heartbeat(self) -> None:
        try:
            with self._write_lock:
                self._heartbeat.write_heartbeat(**self._state)
        except OSError as error:
            log.warning("the sign of life cannot be written: %s", error.strerror)


@dataclass(frozen=True, slots=True)
class PassSummary:
    """What a pass did, in numbers of documents, with the passages in the index and the seconds it took.

    `failed` has every file that cannot be found as it is, from this pass or an earlier one, and what could not be seen.
    `waiting` counts files that still change. `held` counts documents whose deletion waits for a confirmation. `left`
    counts operations that are not done because the pass was paused or its time was over.
    """

    documents: int
    indexed: int
    unchanged: int
    moved: int
    deleted: int
    failed: tuple[FileFailure, ...]
    passages: int
    seconds: float
    waiting: int = 0
    held: int = 0
    left: int = 0

    @property
    def has_changes(self) -> bool:
        """Say whether the pass changed the index."""
        return bool(self.indexed or self.moved or self.deleted)


def summarize_pass(
    counts: Counter[str],
    scan: FolderScan,
    ledger: Mapping[str, Document],
    folder_problems: Iterable[FolderProblem],
    *,
    waiting: int,
    held: int,
    seconds: float,
) -> PassSummary:
    """Sum up a pass from its counts by outcome, what it saw, and the ledger after it."""
    failed: list[FileFailure] = []
    passages = changing = 0
    for path, document in iterate_shared_values(ledger):
        is_there = path in scan.files
        failed += list_file_failures(document) if is_there else ()
        passages += document.passages if document.state in SEARCHABLE_STATES else 0
        changing += is_there and is_waiting(document)
    failed += _list_unseen_files({**scan.unseen, **scan.badly_named})
    failed += [FileFailure(problem.folder, failure=problem.failure) for problem in folder_problems]
    return PassSummary(
        documents=len(scan.files),
        indexed=counts["indexed"],
        unchanged=counts["unchanged"],
        moved=counts["moved"],
        deleted=counts["deleted"],
        failed=tuple(sorted(failed, key=lambda failure: failure.path)),
        passages=passages,
        seconds=round(seconds, 3),
        waiting=waiting + changing,
        held=held,
        left=counts["left"],
    )


def list_file_failures(document: Document) -> Iterator[FileFailure]:
    """List a document that failed; of one that was read, each member that failed."""
    if document.state is DocumentState.FAILED:
        yield FileFailure(document.path, failure=document.failure)
    elif document.state in SEARCHABLE_STATES:
        for member in document.members:
            if member.failure:
                yield FileFailure(f"{document.path}{TITLE_SEPARATOR}{member.name}", failure=member.failure)


def _list_unseen_files(reasons: Mapping[str, str]) -> Iterator[FileFailure]:
    return (FileFailure(path, failure=failure_from_sentence(f"{path} {reason}.")) for path, reason in reasons.items())

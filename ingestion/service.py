"""The worker's life: wake, look, serve requests, enrich, and stop between two documents when asked to."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ingestion.sync.progress import RequestProgress
from ingestion.sync.worker_heartbeat import WorkerHeartbeat
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.client import EMBEDDED_PASSAGES_LIMIT, format_embedded_limit
from knowledge.storage.worker_requests import SCOPE_ALL, SCOPE_CONFIRM_DELETES

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from ingestion.rollout.rollout import Rollout
    from ingestion.settings import IngestionSettings
    from ingestion.sync.reconciler import PassSummary
    from knowledge.runtime.heartbeat import Heartbeat
    from knowledge.storage.worker_requests import WorkerRequest, WorkerRequests

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_REQUESTS_EVERY_SECONDS = 1.0
_AWAY_SECONDS = 5.0
_SLICE_SECONDS = 3.0  # of enriching, or of making the next index: then requests and passes have their turn
_REVIEW_SECONDS = 60.0
_KEEP_REQUESTS_SECONDS = 7 * 24 * 3600.0


class IngestionService:
    """Runs passes until `stop` is set. Events only wake it; a pass comes every SCAN_SECONDS anyhow."""

    def __init__(
        self,
        settings: IngestionSettings,
        rollout: Rollout,
        requests: WorkerRequests,
        heartbeat: Heartbeat,
    ) -> None:
        self._settings = settings
        self._rollout = rollout
        self._requests = requests
        # The longest that one step may take: a document waits for another to be read before it.
        patience = 2.0 * settings.read_seconds + settings.embedding_timeout + settings.qdrant_timeout
        self._worker_heartbeat = WorkerHeartbeat(heartbeat, patience)
        self._next_pass = 0.0
        self._next_requests = 0.0
        self._next_review = 0.0
        self._outage: str | None = None
        self._warned = False

    def run_service(self, wake_up: threading.Event, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        with self._worker_heartbeat:
            self._report_state(is_ready=False)  # until the index has answered
            while not stop.is_set():
                try:
                    self._run_cycle(wake_up, stop)
                except IndexUnavailable as error:
                    self._note_index_away(error)
                    stop.wait(_AWAY_SECONDS)

    def _run_cycle(self, wake_up: threading.Event, stop: threading.Event) -> None:
        now = time.monotonic()
        if now >= self._next_review:
            self._rollout.review_versions()
            self._next_review = now + _REVIEW_SECONDS
        if now >= self._next_requests:
            self._next_requests = now + _REQUESTS_EVERY_SECONDS
            requests = self._requests.list_open_requests()
            self._report_state(is_ready=self._outage is None)  # a first pass may take an hour
            for request in requests:
                self._serve_request(request, stop)
        if wake_up.is_set() or now >= self._next_pass:
            wake_up.clear()
            self._run_folder_pass()
        self._note_index_back()
        lane, until = self._rollout.serving_worker, time.monotonic() + _SLICE_SECONDS

        def over() -> bool:
            return stop.is_set() or wake_up.is_set() or time.monotonic() >= until

        if not lane.is_embedded:
            self._rollout.fill_version_embeddings(lane, over, self._worker_heartbeat.report_progress)
        if not (lane.is_embedded or lane.backfill.model_problem):
            return  # people wait for these
        if not self._rollout.advance_rollout(over, self._worker_heartbeat.report_progress):
            wake_up.wait(_TICK_SECONDS)

    def _run_folder_pass(self) -> None:
        lane = self._rollout.serving_worker
        summary = lane.reconciler.run_pass(self._worker_heartbeat, quiet_seconds=self._settings.quiet_seconds)
        lane.is_embedded &= not summary.has_changes
        if self._rollout.next_worker:
            self._rollout.next_worker.mark_folder_changed()
        self._warn_of_large_index(summary.passages)
        pause = self._settings.quiet_seconds if summary.waiting else self._settings.scan_seconds
        self._next_pass = time.monotonic() + pause
        if summary.has_changes:
            log.info(
                "pass: documents=%d indexed=%d moved=%d deleted=%d failed=%d seconds=%.2f",
                summary.documents,
                summary.indexed,
                summary.moved,
                summary.deleted,
                len(summary.failed),
                summary.seconds,
            )

    def _serve_request(self, request: WorkerRequest, stop: threading.Event) -> None:
        started = self._requests.update_worker_request(request, "running")
        worker = self._rollout.serving_worker.reconciler
        report = RequestProgress(self._requests, started, worker.ledger_cache, self._worker_heartbeat, time.time())
        summary = self._reread_documents(report, lambda path: _is_in_scope(path, request.scope))
        if stop.is_set():
            return  # it stays open: the worker that comes next serves it, whole
        scope = frozenset(path for path in worker.ledger_cache.list_documents() if _is_in_scope(path, request.scope))
        report.finish_request(summary.deleted if request.scope == SCOPE_CONFIRM_DELETES else len(scope), scope)
        log.info("request served: request=%s documents=%d seconds=%.2f", request.id, len(scope), summary.seconds)
        self._requests.purge_worker_requests(time.time() - _KEEP_REQUESTS_SECONDS)

    def _reread_documents(self, progress: RequestProgress, is_forced: Callable[[str], bool]) -> PassSummary:
        """Read documents anew for the build that answers, and then for the next: it must not know less."""
        serving, coming = self._rollout.serving_worker, self._rollout.next_worker
        serving.is_embedded = False
        quiet = self._settings.quiet_seconds
        summary = serving.reconciler.run_pass(progress, quiet_seconds=quiet, is_forced=is_forced)
        if coming:
            coming.mark_folder_changed()
            coming.reconciler.run_pass(self._worker_heartbeat, quiet_seconds=quiet, is_forced=is_forced)
        return summary

    def _warn_of_large_index(self, passages: int) -> None:
        """Say once that the embedded index has become slow, and what to do."""
        if passages > EMBEDDED_PASSAGES_LIMIT and self._settings.qdrant_url is None and not self._warned:
            self._warned = True
            log.warning("%s", format_embedded_limit(passages))

    def _note_index_away(self, error: IndexUnavailable) -> None:
        """Wait for the index, and say why once."""
        if self._outage != str(error):
            log.warning("the index is away, nothing is lost: %s", error)
        self._outage = str(error)
        self._report_state(is_ready=False)
        self._next_pass = self._next_review = 0.0

    def _note_index_back(self) -> None:
        if self._outage:
            log.info("the index is back")
        self._outage = None
        self._report_state(is_ready=True)

    def _report_state(self, *, is_ready: bool) -> None:
        lane = self._rollout.serving_worker
        self._worker_heartbeat.report_state(
            ready=is_ready, meaning=lane.backfill.model_status, reading=lane.reconciler.reading_problem is None
        )


def _is_in_scope(path: str, scope: str) -> bool:
    folder = scope.strip("/")
    return scope == SCOPE_ALL or path == folder or path.startswith(folder + "/")

"""Runs the worker's loop: passes over the folder, requests from Slack, embedding, and the rollout of an index."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.metrics import INDEX_COLLECTOR, LAST_PASS, PASS_SECONDS, IndexFigures, count_documents
from ingestion.status_report import count_searchable_passages
from ingestion.sync.progress import PassSummary, RequestProgress, WorkerHeartbeat
from knowledge.core.failures import IndexUnavailable
from knowledge.runtime.metrics import READY
from knowledge.storage.client import EMBEDDED_PASSAGES_LIMIT, format_embedded_limit
from knowledge.storage.worker_requests import SCOPE_ALL, SCOPE_CONFIRM_DELETES, WorkerRequest, WorkerRequests

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from ingestion.rollout.rollout import Rollout
    from ingestion.settings import IngestionSettings
    from ingestion.sync.executor import ProgressListener
    from ingestion.sync.reconciler import Reconciler
    from knowledge.runtime.heartbeat import Heartbeat

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_REQUESTS_EVERY_SECONDS = 1.0
_INDEX_RETRY_SECONDS = 5.0
_SLICE_SECONDS = 3.0  # of embedding or building the next index; then requests and passes have their turn
_REVIEW_SECONDS = 60.0
_LONG_COUNT_SECONDS = 0.05  # figures that take longer to count are counted again after so many times as long:
_FIGURES_SHARE = 20
_KEEP_REQUESTS_SECONDS = 7 * 24 * 3600.0


class IngestionService:
    """Runs a pass at every wake-up and at least every SCAN_SECONDS, until `stop` is set."""

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
        # A document may wait until another one before it is read.
        max_step_seconds = 2.0 * settings.read_seconds + settings.embedding_timeout + settings.qdrant_timeout
        self._worker_heartbeat = WorkerHeartbeat(heartbeat, max_step_seconds)
        self._next_pass = 0.0
        self._next_requests = 0.0
        self._next_review = 0.0
        self._next_figures = 0.0
        self._outage: str | None = None
        self._has_warned_of_size = False
        self._held_deletions = 0
        self._is_folder_read = False

    def run_service(self, wake_up: threading.Event, stop: threading.Event) -> None:
        """Run cycles until `stop` is set; wait and try again while the index is away."""
        with self._worker_heartbeat:
            self._report_state(is_ready=False)  # until the index answers
            while not stop.is_set():
                try:
                    self._run_cycle(wake_up, stop)
                except IndexUnavailable as error:
                    self._note_index_away(error)
                    stop.wait(_INDEX_RETRY_SECONDS)

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
            self._show_figures()
        self._note_index_back()
        serving, until = self._rollout.serving_worker, time.monotonic() + _SLICE_SECONDS
        if self._next_pass > now:  # a file that has rested is read at once
            until = min(until, self._next_pass)

        def is_slice_over() -> bool:
            return stop.is_set() or wake_up.is_set() or time.monotonic() >= until

        if not serving.has_all_vectors:
            self._rollout.fill_version_embeddings(serving, is_slice_over, self._worker_heartbeat.report_progress)
            self._show_figures()
        if not (serving.has_all_vectors or serving.backfill.model_problem):
            return  # people wait for the serving index: it goes before the next one
        if not self._rollout.advance_rollout(is_slice_over, self._worker_heartbeat.report_progress):
            until_pass = max(self._next_pass - time.monotonic(), 0.0) if self._next_pass else _TICK_SECONDS
            wake_up.wait(min(_TICK_SECONDS, until_pass))

    def _run_folder_pass(self) -> None:
        serving, started = self._rollout.serving_worker, time.monotonic()
        summary = serving.reconciler.run_pass(
            self._worker_heartbeat,
            quiet_seconds=self._settings.quiet_seconds,
            max_seconds=self._settings.scan_seconds,
        )
        PASS_SECONDS.observe(summary.seconds)
        LAST_PASS.set_to_current_time()
        self._held_deletions = summary.held
        serving.has_all_vectors &= not summary.has_changes
        if self._rollout.next_worker:
            self._rollout.next_worker.mark_folder_changed()
        self._warn_of_large_index(summary.passages)
        if summary.left:
            self._next_pass = 0.0
        elif summary.waiting:  # what the pass saw has settled by then; passes over a large folder leave time for more
            settled_at = started + self._settings.quiet_seconds
            self._next_pass = max(settled_at, time.monotonic() + summary.seconds / 4)
        else:
            self._next_pass = time.monotonic() + self._settings.scan_seconds
            self._is_folder_read = True
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

    def _show_figures(self) -> None:
        """Hand the figures of the serving index to the metrics; of a million documents, from time to time."""
        started = time.monotonic()
        if started < self._next_figures:
            return
        serving = self._rollout.serving_worker
        documents = [one for _, one in serving.reconciler.ledger_cache.list_documents().iterate_shared_values()]
        INDEX_COLLECTOR.figures = IndexFigures(
            documents=count_documents(documents),
            passages=count_searchable_passages(documents),
            passages_without_vector=serving.backfill.count_pending_passages(),
            held_deletions=self._held_deletions,
            index_version=serving.version.number,
        )
        taken = time.monotonic() - started
        self._next_figures = started + _FIGURES_SHARE * taken if taken > _LONG_COUNT_SECONDS else 0.0

    def _serve_request(self, request: WorkerRequest, stop: threading.Event) -> None:
        started = self._requests.update_worker_request(request, "running")
        reconciler = self._rollout.serving_worker.reconciler
        progress = RequestProgress(
            self._requests, started, reconciler.ledger_cache, self._worker_heartbeat, time.time()
        )
        summary = self._reread_documents(progress, lambda path: _is_in_scope(path, request.scope), stop)
        if stop.is_set():
            return  # it stays open: the next worker process serves it from the start
        scope = frozenset(
            path for path in reconciler.ledger_cache.list_documents() if _is_in_scope(path, request.scope)
        )
        progress.finish_request(summary.deleted if request.scope == SCOPE_CONFIRM_DELETES else len(scope), scope)
        log.info("request served: request=%s documents=%d seconds=%.2f", request.id, len(scope), summary.seconds)
        self._requests.purge_worker_requests(time.time() - _KEEP_REQUESTS_SECONDS)

    def _reread_documents(
        self, progress: RequestProgress, is_forced: Callable[[str], bool], stop: threading.Event
    ) -> PassSummary:
        """Read documents again for the serving index, then for the next one, which must not know less."""
        serving, next_worker = self._rollout.serving_worker, self._rollout.next_worker
        serving.has_all_vectors = False
        summary = self._reread_index(serving.reconciler, progress, is_forced, stop)
        if next_worker:
            next_worker.mark_folder_changed()
            self._reread_index(next_worker.reconciler, self._worker_heartbeat, is_forced, stop)
        return summary

    def _reread_index(
        self,
        reconciler: Reconciler,
        progress: ProgressListener,
        is_forced: Callable[[str], bool],
        stop: threading.Event,
    ) -> PassSummary:
        """Run passes until all that is forced is read again; the serving index follows the folder meanwhile."""
        quiet, seconds = self._settings.quiet_seconds, self._settings.scan_seconds
        ledger, serving = reconciler.ledger_cache, self._rollout.serving_worker.reconciler
        before = {path: one.generation for path, one in ledger.list_documents().iterate_shared_values()}

        def is_left(path: str) -> bool:
            document = ledger.list_documents().get_shared_values(path)
            return is_forced(path) and (document is None or document.generation == before.get(path))

        summary = reconciler.run_pass(progress, quiet_seconds=quiet, is_forced=is_forced, max_seconds=seconds)
        deleted = summary.deleted
        while summary.left and not stop.is_set():
            if reconciler is not serving:
                serving.run_pass(self._worker_heartbeat, quiet_seconds=quiet, max_seconds=seconds)
            summary = reconciler.run_pass(progress, quiet_seconds=quiet, is_forced=is_left, max_seconds=seconds)
            deleted += summary.deleted
        return replace(summary, deleted=deleted)

    def _warn_of_large_index(self, passages: int) -> None:
        """Log once that the embedded index is too large to be fast, and what to do."""
        if passages > EMBEDDED_PASSAGES_LIMIT and self._settings.qdrant_url is None and not self._has_warned_of_size:
            self._has_warned_of_size = True
            log.warning("%s", format_embedded_limit(passages))

    def _note_index_away(self, error: IndexUnavailable) -> None:
        """Report once that the index is away; let the next cycle start from the beginning."""
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
        serving = self._rollout.serving_worker
        READY.set(is_ready)
        self._worker_heartbeat.report_state(
            ready=is_ready,
            folder_read=self._is_folder_read,
            meaning=serving.backfill.model_status,
            reading=serving.reconciler.reading_problem is None,
        )


def _is_in_scope(path: str, scope: str) -> bool:
    folder = scope.strip("/")
    return scope == SCOPE_ALL or path == folder or path.startswith(folder + "/")

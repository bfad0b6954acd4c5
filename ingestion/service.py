"""The worker's life: wake, look, serve requests, enrich, and stop between two documents when asked to."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ingestion.sync.progress import Report
from ingestion.sync.worker_heartbeat import Pulse
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.client import EMBEDDED_PASSAGES, too_many_embedded
from knowledge.storage.worker_requests import CONFIRM_DELETES, EVERYTHING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from ingestion.rollout.rollout import Lanes
    from ingestion.settings import IngestionSettings
    from ingestion.sync.reconciler import Summary
    from knowledge.runtime.heartbeat import Heartbeat
    from knowledge.storage.worker_requests import Request, Requests

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_REQUESTS_EVERY_SECONDS = 1.0
_AWAY_SECONDS = 5.0
_SLICE_SECONDS = 3.0  # of enriching, or of making the next index: then requests and passes have their turn
_REVIEW_SECONDS = 60.0
_KEEP_REQUESTS_SECONDS = 7 * 24 * 3600.0


class Service:
    """Runs passes until `stop` is set. Events only wake it; a pass comes every SCAN_SECONDS anyhow."""

    def __init__(
        self,
        settings: IngestionSettings,
        lanes: Lanes,
        requests: Requests,
        heartbeat: Heartbeat,
    ) -> None:
        self._settings = settings
        self._lanes = lanes
        self._requests = requests
        # The longest that one step may take: a document waits for another to be read before it.
        patience = 2.0 * settings.read_seconds + settings.embedding_timeout + settings.qdrant_timeout
        self._pulse = Pulse(heartbeat, patience)
        self._next_pass = 0.0
        self._next_requests = 0.0
        self._next_review = 0.0
        self._away: str | None = None
        self._warned = False

    def run(self, woken: threading.Event, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        with self._pulse:
            self._say(ready=False)  # until the index has answered
            while not stop.is_set():
                try:
                    self._turn(woken, stop)
                except IndexUnavailable as error:
                    self._miss(error)
                    stop.wait(_AWAY_SECONDS)

    def _turn(self, woken: threading.Event, stop: threading.Event) -> None:
        now = time.monotonic()
        if now >= self._next_review:
            self._lanes.review()
            self._next_review = now + _REVIEW_SECONDS
        if now >= self._next_requests:
            self._next_requests = now + _REQUESTS_EVERY_SECONDS
            requests = self._requests.open()
            self._say(ready=self._away is None)  # a first pass may take an hour
            for request in requests:
                self._serve(request, stop)
        if woken.is_set() or now >= self._next_pass:
            woken.clear()
            self._pass()
        self._find()
        lane, until = self._lanes.serving, time.monotonic() + _SLICE_SECONDS

        def over() -> bool:
            return stop.is_set() or woken.is_set() or time.monotonic() >= until

        if not lane.enriched:
            self._lanes.enrich(lane, over, self._pulse.step)
        if not (lane.enriched or lane.enricher.trouble):
            return  # people wait for these
        if not self._lanes.advance(over, self._pulse.step):
            woken.wait(_TICK_SECONDS)

    def _pass(self) -> None:
        lane = self._lanes.serving
        summary = lane.worker.run_pass(self._pulse, quiet_seconds=self._settings.quiet_seconds)
        lane.enriched &= not summary.changed
        if self._lanes.coming:
            self._lanes.coming.look_again()
        self._warn(summary.passages)
        pause = self._settings.quiet_seconds if summary.waiting else self._settings.scan_seconds
        self._next_pass = time.monotonic() + pause
        if summary.changed:
            log.info(
                "pass: documents=%d indexed=%d moved=%d deleted=%d failed=%d seconds=%.2f",
                summary.documents,
                summary.indexed,
                summary.moved,
                summary.deleted,
                len(summary.failed),
                summary.seconds,
            )

    def _serve(self, request: Request, stop: threading.Event) -> None:
        started = self._requests.advance(request, "running")
        worker = self._lanes.serving.worker
        report = Report(self._requests, started, worker.books, self._pulse, time.time())
        summary = self._force(report, lambda path: _in_scope(path, request.scope))
        if stop.is_set():
            return  # it stays open: the worker that comes next serves it, whole
        scope = frozenset(path for path in worker.books.all() if _in_scope(path, request.scope))
        report.end(summary.deleted if request.scope == CONFIRM_DELETES else len(scope), scope)
        log.info("request served: request=%s documents=%d seconds=%.2f", request.id, len(scope), summary.seconds)
        self._requests.forget_before(time.time() - _KEEP_REQUESTS_SECONDS)

    def _force(self, report: Report, forced: Callable[[str], bool]) -> Summary:
        """Read documents anew for the build that answers, and then for the next: it must not know less."""
        serving, coming = self._lanes.serving, self._lanes.coming
        serving.enriched = False
        quiet = self._settings.quiet_seconds
        summary = serving.worker.run_pass(report, quiet_seconds=quiet, forced=forced)
        if coming:
            coming.look_again()
            coming.worker.run_pass(self._pulse, quiet_seconds=quiet, forced=forced)
        return summary

    def _warn(self, passages: int) -> None:
        """Say once that the embedded index has become slow, and what to do."""
        if passages > EMBEDDED_PASSAGES and self._settings.qdrant_url is None and not self._warned:
            self._warned = True
            log.warning("%s", too_many_embedded(passages))

    def _miss(self, error: IndexUnavailable) -> None:
        """Wait for the index, and say why once."""
        if self._away != str(error):
            log.warning("the index is away, nothing is lost: %s", error)
        self._away = str(error)
        self._say(ready=False)
        self._next_pass = self._next_review = 0.0

    def _find(self) -> None:
        if self._away:
            log.info("the index is back")
        self._away = None
        self._say(ready=True)

    def _say(self, *, ready: bool) -> None:
        lane = self._lanes.serving
        self._pulse.say(ready=ready, meaning=lane.enricher.standing, reading=lane.worker.reading_trouble is None)


def _in_scope(path: str, scope: str) -> bool:
    folder = scope.strip("/")
    return scope == EVERYTHING or path == folder or path.startswith(folder + "/")

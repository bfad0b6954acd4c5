"""The worker's life: wake, look, serve requests, enrich, and stop between two documents when asked to."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from ingestion.progress import Report
from ingestion.pulse import Pulse
from knowledge.errors import IndexUnavailable
from knowledge.requests import CONFIRM_DELETES, EVERYTHING

if TYPE_CHECKING:
    import threading

    from ingestion.enrich import Enricher
    from ingestion.settings import IngestionSettings
    from ingestion.worker import Worker
    from knowledge.heartbeat import Heartbeat
    from knowledge.requests import Request, Requests

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.5
_REQUESTS_EVERY_SECONDS = 1.0
_AWAY_SECONDS = 5.0
_ENRICH_SECONDS = 3.0  # then requests and passes have their turn
_KEEP_REQUESTS_SECONDS = 7 * 24 * 3600.0


class Service:
    """Runs passes until `stop` is set. Events only wake it; a pass comes every SCAN_SECONDS anyhow."""

    def __init__(
        self,
        settings: IngestionSettings,
        worker: Worker,
        enricher: Enricher,
        requests: Requests,
        heartbeat: Heartbeat,
    ) -> None:
        self._settings = settings
        self._worker = worker
        self._enricher = enricher
        self._requests = requests
        # The longest that one step may take: a document waits for another to be read before it.
        patience = 2.0 * settings.read_seconds + settings.embedding_timeout + settings.qdrant_timeout
        self._pulse = Pulse(heartbeat, patience)
        self._next_pass = 0.0
        self._next_requests = 0.0
        self._enriched = False
        self._away: str | None = None

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
        if not self._enriched:
            self._enrich(woken, stop)
        if self._enriched or self._enricher.trouble:
            woken.wait(_TICK_SECONDS)

    def _enrich(self, woken: threading.Event, stop: threading.Event) -> None:
        until = time.monotonic() + _ENRICH_SECONDS
        self._enriched = self._enricher.run(
            stop=lambda: stop.is_set() or woken.is_set() or time.monotonic() >= until, step=self._pulse.step
        )

    def _pass(self) -> None:
        summary = self._worker.run_pass(self._pulse, quiet_seconds=self._settings.quiet_seconds)
        self._enriched &= not summary.changed
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
        report = Report(self._requests, started, self._worker.books, self._pulse, time.time())
        self._enriched = False
        summary = self._worker.run_pass(report, forced=lambda path: _in_scope(path, request.scope))
        if stop.is_set():
            return  # it stays open: the worker that comes next serves it, whole
        scope = frozenset(path for path in self._worker.books.all() if _in_scope(path, request.scope))
        report.end(summary.deleted if request.scope == CONFIRM_DELETES else len(scope), scope)
        log.info("request served: request=%s documents=%d seconds=%.2f", request.id, len(scope), summary.seconds)
        self._requests.forget_before(time.time() - _KEEP_REQUESTS_SECONDS)

    def _miss(self, error: IndexUnavailable) -> None:
        """Wait for the index, and say why once."""
        if self._away != str(error):
            log.warning("the index is away, nothing is lost: %s", error)
        self._away = str(error)
        self._say(ready=False)
        self._next_pass = 0.0

    def _find(self) -> None:
        if self._away:
            log.info("the index is back")
        self._away = None
        self._say(ready=True)

    def _say(self, *, ready: bool) -> None:
        self._pulse.say(ready=ready, meaning=self._enricher.standing, reading=self._worker.reading_trouble is None)


def _in_scope(path: str, scope: str) -> bool:
    folder = scope.strip("/")
    return scope == EVERYTHING or path == folder or path.startswith(folder + "/")

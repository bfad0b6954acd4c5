"""Keeps the registry of metrics with the series that both processes have, and serves `/metrics`, `/healthz`, `/readyz`.

docs/metrics.md lists every series: the bot's own are in `bot/slack/metrics.py`, the worker's in `ingestion/metrics.py`.
A label's value comes from a fixed list of words, never from a question, a document or a name.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from knowledge import VERSION
from knowledge.core.failures import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.runtime.heartbeat import Heartbeat
    from knowledge.runtime.settings import Settings

# Else each counter would have a second series, which nobody would look at.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library leaves this one unannotated

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

BUILD = Info("souffleur_build", "The version of Souffleur that runs.", registry=REGISTRY)
BUILD.info({"version": VERSION})
READY = Gauge("souffleur_ready", "1 while the process can do its work, 0 while it waits for others.", registry=REGISTRY)
QDRANT_FAILURES = Counter(
    "souffleur_qdrant_failures", "Calls to Qdrant that failed or were refused.", registry=REGISTRY
)
OLLAMA_FAILURES = Counter(
    "souffleur_ollama_failures",
    "Calls to a model that failed, by what it was asked for; the local embedding model counts too.",
    ["use"],
    registry=REGISTRY,
)
for use in ("chat", "embedding"):
    OLLAMA_FAILURES.labels(use)  # a counter that is shown from the start can be seen to grow


log = logging.getLogger(__name__)
_REQUEST_SECONDS = 5.0
_PLAIN = "text/plain; charset=utf-8"
# Both processes read one `.env`, and may run on one machine.
PORT_OFFSETS = {"bot": 0, "ingestion": 1}


class _MetricsHandler(BaseHTTPRequestHandler):
    """Answers one request. The heartbeat of the process is set by `serve_metrics`."""

    heartbeat: Heartbeat
    timeout = _REQUEST_SECONDS
    server_version = "Souffleur"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer by the path alone."""
        match self.path.partition("?")[0]:
            case "/metrics":
                self._send(HTTPStatus.OK, generate_latest(REGISTRY), CONTENT_TYPE_LATEST)
            case "/healthz":
                self._send_state(*self.heartbeat.check_life())
            case "/readyz":
                self._send_state(*self.heartbeat.check_heartbeat())
            case _:
                self._send(HTTPStatus.NOT_FOUND, b"There are /metrics, /healthz and /readyz.\n", _PLAIN)

    def _send_state(self, is_well: bool, sentence: str) -> None:
        status = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
        self._send(status, f"{sentence}\n".encode(), _PLAIN)

    def _send(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: a scrape comes every few seconds."""


@contextlib.contextmanager
def serve_metrics(settings: Settings, heartbeat: Heartbeat) -> Iterator[int | None]:
    """Serve the metrics of this process inside the block; gives the port, None where METRICS_PORT is not set.

    Raises:
        SettingsError: the port cannot be used.
    """
    if settings.metrics_port is None:
        yield None
        return
    port = settings.metrics_port + PORT_OFFSETS[heartbeat.process]
    handler = type("Handler", (_MetricsHandler,), {"heartbeat": heartbeat})
    try:
        server = ThreadingHTTPServer((settings.metrics_host, port), handler)
    except OSError as error:
        raise SettingsError(
            f"The {heartbeat.process} process cannot serve its metrics on {settings.metrics_host} port {port} "
            f"({error.strerror}): set METRICS_PORT to a free port, or METRICS_HOST to an address of this machine."
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    log.info("metrics are served host=%s port=%d", settings.metrics_host, port)
    try:
        yield port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

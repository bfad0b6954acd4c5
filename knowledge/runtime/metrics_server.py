"""Serves `/metrics`, `/healthz` and `/readyz` of one process over HTTP, where METRICS_PORT is set."""

from __future__ import annotations

import contextlib
import logging
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from knowledge.core.failures import SettingsError
from knowledge.runtime.metrics import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.runtime.heartbeat import Heartbeat
    from knowledge.runtime.settings import Settings

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

"""Writes the worker's heartbeat file while its work goes on, however long one pass takes."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Self

from knowledge.runtime.heartbeat import HEARTBEAT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.runtime.heartbeat import Heartbeat

log = logging.getLogger(__name__)


class WorkerHeartbeat:
    """Writes a heartbeat every few seconds on its own thread, until a step takes longer than `max_step_seconds`.

    A pass may take longer than a heartbeat stays fresh; one document never takes longer than `max_step_seconds`.
    A worker that hangs writes no more heartbeats.
    """

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

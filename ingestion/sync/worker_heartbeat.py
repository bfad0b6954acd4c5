"""Gives the worker's sign of life while it gets on with its work, however long one pass takes. Decides no work."""

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
    """Beats every few seconds on a thread of its own, as long as the last step is younger than `patience` seconds.

    A pass over a large folder takes longer than a sign of life stays fresh; one document never takes longer than
    `patience`. A worker that hangs falls silent.
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
        self._thread = threading.Thread(target=self._beat_until_stopped, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._heartbeat.remove_heartbeat()

    def report_state(self, **state: bool | str) -> None:
        """Get on with the work, in a state that is written down at once if it is another one."""
        self._last_progress_at = self._clock()
        if state != self._state:
            self._state = state
            self._write_heartbeat()

    def report_progress(self, done: int = 0, total: int = 0, path: str = "") -> None:  # noqa: ARG002  # a watcher's signature
        """Get on with the work."""
        self._last_progress_at = self._clock()

    def _beat_until_stopped(self) -> None:
        while not self._stop.wait(self._interval):
            if self._clock() - self._last_progress_at < self._max_step_seconds:
                self._write_heartbeat()

    def _write_heartbeat(self) -> None:
        try:
            with self._write_lock:
                self._heartbeat.write_heartbeat(**self._state)
        except OSError as error:
            log.warning("the sign of life cannot be written: %s", error.strerror)

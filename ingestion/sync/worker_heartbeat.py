"""Gives the worker's sign of life while it gets on with its work, however long one pass takes. Decides no work."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Self

from knowledge.runtime.heartbeat import EVERY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from knowledge.runtime.heartbeat import Heartbeat

log = logging.getLogger(__name__)


class Pulse:
    """Beats every few seconds on a thread of its own, as long as the last step is younger than `patience` seconds.

    A pass over a large folder takes longer than a sign of life stays fresh; one document never takes longer than
    `patience`. A worker that hangs falls silent.
    """

    def __init__(
        self,
        heartbeat: Heartbeat,
        patience: float,
        every: float = EVERY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._heartbeat = heartbeat
        self._patience = patience
        self._every = every
        self._clock = clock
        self._moved = clock()
        self._state: dict[str, bool | str] = {}
        self._beaten = threading.Lock()  # one writer of the file at a time
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._heartbeat.stop()

    def say(self, **state: bool | str) -> None:
        """Get on with the work, in a state that is written down at once if it is another one."""
        self._moved = self._clock()
        if state != self._state:
            self._state = state
            self._beat()

    def step(self, done: int = 0, total: int = 0, path: str = "") -> None:  # noqa: ARG002  # a watcher's signature
        """Get on with the work."""
        self._moved = self._clock()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            if self._clock() - self._moved < self._patience:
                self._beat()

    def _beat(self) -> None:
        try:
            with self._beaten:
                self._heartbeat.beat(**self._state)
        except OSError as error:
            log.warning("the sign of life cannot be written: %s", error.strerror)

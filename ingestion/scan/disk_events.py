"""Wakes the worker when the operating system reports a change in the folder; a scan then decides what to do."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Self

from watchfiles import watch

log = logging.getLogger(__name__)

_DEBOUNCE_MS = 200
_RESTART_SECONDS = 5.0


class DiskEventWatcher:
    """Sets `wake_up` when something under `root` may have changed; a watch that failed is started again."""

    def __init__(self, root: Path, wake_up: threading.Event) -> None:
        self._root = root
        self._wake_up = wake_up
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch_until_stopped, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=_RESTART_SECONDS)

    def _watch_until_stopped(self) -> None:
        while not self._stop.is_set():
            try:
                self._wait_for_changes()
            except (OSError, RuntimeError) as error:
                log.warning("disk events are not seen for a moment: %s", type(error).__name__)
            self._stop.wait(_RESTART_SECONDS)

    def _wait_for_changes(self) -> None:
        root = self._root.resolve(strict=True)
        inode = root.stat().st_ino
        self._wake_up.set()  # changes before the start of this watch were not reported
        changes = watch(root, stop_event=self._stop, debounce=_DEBOUNCE_MS, step=50, yield_on_timeout=True)
        for change in changes:
            if change:
                self._wake_up.set()
            # A new root may get the inode number of the removed one.
            if any(Path(path) == root for _, path in change) or self._root.stat().st_ino != inode:
                return

"""Turns disk events into "look again". Decides nothing: a scan does, and a scan also comes without any event."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Self

log = logging.getLogger(__name__)

_DEBOUNCE_MS = 200
_REARM_SECONDS = 5.0


class DiskEventWatcher:
    """Sets `woken` whenever something under `root` may have changed, on a thread of its own.

    The operating system's watch can die (a root that is removed, a name that is no text): it is armed again, and
    meanwhile the periodic scan does its work.
    """

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
        self._thread.join(timeout=_REARM_SECONDS)

    def _watch_until_stopped(self) -> None:
        while not self._stop.is_set():
            try:
                self._wait_for_changes()
            except (OSError, RuntimeError) as error:
                log.warning("disk events are not seen for a moment: %s", type(error).__name__)
            self._stop.wait(_REARM_SECONDS)

    def _wait_for_changes(self) -> None:
        from watchfiles import watch

        root = self._root.resolve(strict=True)
        inode = root.stat().st_ino
        self._wake_up.set()  # what happened before this watch was armed went unseen
        changes = watch(root, stop_event=self._stop, debounce=_DEBOUNCE_MS, step=50, yield_on_timeout=True)
        for change in changes:
            if change:
                self._wake_up.set()
            # A root that is made again may get the number that the removed one had.
            if any(Path(path) == root for _, path in change) or self._root.stat().st_ino != inode:
                return

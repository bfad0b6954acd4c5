"""Exchanges two entries of a folder without a moment between, again and again, as an attacker would."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_RENAME_EXCHANGE = 2
_LIBC = ctypes.CDLL(None, use_errno=True)


def exchange_entries(parent: int, first: str, second: str) -> None:
    """Exchange two names in an open folder: renameat2 with RENAME_EXCHANGE, which Linux alone has."""
    if _LIBC.renameat2(parent, os.fsencode(first), parent, os.fsencode(second), _RENAME_EXCHANGE):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class Swapper:
    """Exchanges `name` in `folder` with each of `others` in turn, on its own thread, until the block ends."""

    def __init__(self, folder: Path, name: str, others: list[str]) -> None:
        self._folder = folder
        self._name = name
        self._others = others
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._swap_until_stopped, daemon=True)
        self.swaps = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _swap_until_stopped(self) -> None:
        parent = os.open(self._folder, os.O_RDONLY)
        try:
            while not self._stop.is_set():
                for other in self._others:
                    exchange_entries(parent, self._name, other)
                    self._stop.wait(0.001 * (1 + self.swaps % 7))  # rests of many lengths meet every step of a pass
                    exchange_entries(parent, self._name, other)
                    self._stop.wait(0.001 * (1 + self.swaps % 5))
                    self.swaps += 2
        finally:
            os.close(parent)

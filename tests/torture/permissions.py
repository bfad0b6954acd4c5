"""Gives up root's right to read any file, so that a file without permissions is unreadable to root too."""

from __future__ import annotations

import ctypes
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VERSION_3 = 0x20080522
_READS_ANYTHING = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Powers(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def as_anyone() -> Iterator[None]:
    """For this thread, and until the block ends, permissions count. Changes nothing for who is not root."""
    if sys.platform != "linux":
        yield
        return
    before = _swapped(lambda powers: powers & ~_READS_ANYTHING)
    try:
        yield
    finally:
        _swapped(lambda _: before)


def _swapped(change: Callable[[int], int]) -> int:
    """Change the effective powers of this thread; return what they were."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, powers = _Header(_VERSION_3, 0), (_Powers * 2)()
    if libc.capget(ctypes.byref(header), powers):
        raise OSError(ctypes.get_errno(), "capget")
    before = int(powers[0].effective)
    powers[0].effective = change(before)
    if libc.capset(ctypes.byref(header), powers):
        raise OSError(ctypes.get_errno(), "capset")
    return before

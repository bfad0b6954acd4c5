"""Gives up root's right to read any file, so that file permissions count for root too."""

from __future__ import annotations

import ctypes
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VERSION_3 = 0x20080522
_READ_ANY_FILE = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


@contextmanager
def without_root_privileges() -> Iterator[None]:
    """Let file permissions count for this thread within the block; no effect for other users than root."""
    if sys.platform != "linux":
        yield
        return
    before = _change_capabilities(lambda capabilities: capabilities & ~_READ_ANY_FILE)
    try:
        yield
    finally:
        _change_capabilities(lambda _: before)


def _change_capabilities(change: Callable[[int], int]) -> int:
    """Change the effective capabilities of this thread; return the earlier ones."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, capabilities = _Header(_VERSION_3, 0), (_Capabilities * 2)()
    if libc.capget(ctypes.byref(header), capabilities):
        raise OSError(ctypes.get_errno(), "capget")
    before = int(capabilities[0].effective)
    capabilities[0].effective = change(before)
    if libc.capset(ctypes.byref(header), capabilities):
        raise OSError(ctypes.get_errno(), "capset")
    return before

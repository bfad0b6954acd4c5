"""Keeps the memory, the environment and the open files of a process from other processes of the same user."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys

_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4


def forbid_inspection() -> None:
    """Let no process without root's rights look into this one, and leave no core dump; for good, until an exec.

    Raises:
        OSError: this system cannot do it.
    """
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def forbid_inspection_where_possible() -> None:
    """Do what `forbid_inspection` does, or nothing where the system cannot; `python -m ingestion check` tells."""
    with contextlib.suppress(OSError):
        forbid_inspection()


def is_inspection_forbidden() -> bool:
    """Say whether other processes without root's rights are kept from looking into this one."""
    return sys.platform == "linux" and not ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)

"""Keeps the memory, the environment and the files of a process from other processes and other users.

Folders and files are made so that only this process's user can read them, through no link.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER_MODE, _FILE_MODE, _PRIVATE_UMASK = 0o700, 0o600, 0o077
_ROOT = 0


@contextlib.contextmanager
def open_private_folder(path: Path) -> Iterator[int]:
    """Make a folder if it is missing, close it to other users, and give its descriptor.

    Raises:
        OSError: the folder cannot be made, is a link, or belongs to another user.
    """
    path.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        owner = os.fstat(descriptor).st_uid
        if owner == os.geteuid():
            os.fchmod(descriptor, _FOLDER_MODE)
        elif owner != _ROOT:
            raise PermissionError(errno.EPERM, "it belongs to another user")
        yield descriptor
    finally:
        os.close(descriptor)


def replace_private_file(folder: int, name: str, content: bytes) -> None:
    """Write a file in an open folder, whole or not at all; whatever bears its name is replaced, not written through.

    Raises:
        OSError: it cannot be written.
    """
    partial = f"{name}.tmp"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(partial, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(partial, flags, _FILE_MODE, dir_fd=folder), "wb") as file:
        file.write(content)
    os.rename(partial, name, src_dir_fd=folder, dst_dir_fd=folder)


def close_files_to_others(folder: int) -> None:
    """Take other users' rights to every file and folder below an open folder; links are left alone."""
    for _, folders, files, descriptor in os.fwalk(".", dir_fd=folder):
        for names, mode in ((folders, _FOLDER_MODE), (files, _FILE_MODE)):
            for name in names:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    _change_mode(descriptor, name, mode)


def keep_files_private() -> None:
    """Give what this process makes from now on to its user alone: for libraries that open files themselves."""
    os.umask(_PRIVATE_UMASK)


def _change_mode(folder: int, name: str, mode: int) -> None:
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):  # a link
            return
        raise
    try:
        if os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


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

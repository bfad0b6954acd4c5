"""Leaves a process only the files that it is given, by Landlock (Linux 5.13 and later). No right is needed for it."""

from __future__ import annotations

import ctypes
import os
import stat
from typing import TYPE_CHECKING

from ingestion.reader_processes.linux_calls import call_system

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every kind of machine
_VERSION_ONLY = 1
_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
# Besides: to remove, to make folders and files, and to shorten a file. Not: to make devices, sockets or links.
READ_AND_WRITE = READ_FILE | READ_FOLDER | WRITE_FILE | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 14
_FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE
_FS_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}  # by version; from 5 on, all 16
_ALL_FS_RIGHTS = (1 << 16) - 1
_NETWORK_SINCE, _TCP_RIGHTS = 4, 0b11  # to bind and to connect
_SCOPES_SINCE, _SCOPES = 6, 0b11  # abstract sockets and signals of processes outside


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


def get_landlock_version() -> int:
    """Return the version of Landlock that the kernel has."""
    return call_system("syscall", _CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_ONLY)


def build_ruleset(allowed: Iterable[tuple[Path, int]]) -> int:
    """Return the descriptor of rules that forbid all files but what is beneath these paths, with these rights.

    TCP, signals to other processes and looking into them are forbidden too, as far as the kernel's version can. A path
    that does not exist is left out.
    """
    version = get_landlock_version()
    handled = _FS_RIGHTS.get(version, _ALL_FS_RIGHTS)
    attributes = (ctypes.c_uint64 * 3)(
        handled, _TCP_RIGHTS if version >= _NETWORK_SINCE else 0, _SCOPES if version >= _SCOPES_SINCE else 0
    )
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    ruleset = call_system("syscall", _CREATE_RULESET, ctypes.byref(attributes), size, 0)
    for path, rights in allowed:
        _allow_path(ruleset, path, rights & handled)
    return ruleset


def restrict_to_files(ruleset: int) -> None:
    """Put this process under the rules, for good."""
    try:
        call_system("syscall", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow_path(ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FILE_RIGHTS
        rule = _PathBeneath(rights, descriptor)
        call_system("syscall", _ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)

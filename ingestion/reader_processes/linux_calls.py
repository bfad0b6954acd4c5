"""The calls of Linux that Python has no functions for, by ctypes: each fails with OSError, on other systems always."""

from __future__ import annotations

import ctypes
import errno
import os
import sys

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 38, 22, 24
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63
_CLONE_NEWUSER, _CLONE_NEWIPC, _CLONE_NEWNET = 0x10000000, 0x08000000, 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)


def call_system(name: str, *arguments: object) -> int:
    """Call a function of the C library; OSError where it fails or is missing."""
    if sys.platform != "linux":
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    result = int(getattr(_LIBC, name)(*arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def forbid_new_privileges() -> None:
    """No program that this process starts gets more rights than it has; Landlock and seccomp ask for this."""
    call_system("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up what root may do beyond other users."""
    for capability in range(_LAST_CAPABILITY + 1):
        if _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            break  # not root, or no further capability is known
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    call_system("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def leave_network() -> None:
    """Move into namespaces of users, network and shared memory of one's own: no interface, no route, no neighbour."""
    call_system("unshare", _CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC)


def install_seccomp_filter(instructions: bytes) -> None:
    """Have the kernel ask a BPF program, 8 bytes an instruction, about every system call from now on."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    program = Program(len(instructions) // 8, instructions)
    call_system("prctl", _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)

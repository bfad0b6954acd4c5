"""Takes files, rights, the network and system calls from this process, by Landlock, seccomp and namespaces of Linux.

The system calls are a list of refusals, not of permissions: Python, its libraries and tesseract use too many calls to
name them all, and the next version of a C library would break a reader. Each call fails with OSError where it fails.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import stat
import struct
import sys
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
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 38, 22, 24
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63
_CLONE_NEWUSER, _CLONE_NEWIPC, _CLONE_NEWNET = 0x10000000, 0x08000000, 0x40000000
_LIBC = ctypes.CDLL(None, use_errno=True)
# Each name with its number on x86_64 and on aarch64.
_REFUSED_CALLS = {
    # the network, and passing descriptors on
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # other processes, and leaving the group that is ended as one
    "setpgid": (109, 154),
    "setsid": (112, 157),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # the file system and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # the kernel itself
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "fanotify_init": (300, 262),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "personality": (135, 92),
    "syslog": (103, 116),
}
_MACHINES = {"x86_64": (0, 0xC000003E, 56), "aarch64": (1, 0xC00000B7, 220)}  # column, audit architecture, clone
_PRLIMIT = {"x86_64": 302, "aarch64": 261}  # a process may limit itself, which is 0 here, and no other
_TAIL = 8  # instructions between the checks and the refusal
_CLONE3 = 435
_NEW_NAMESPACES = 0x7E020000  # the flags of clone that make a namespace
_X32_CALLS = 0x40000000  # x86_64 has a second table of calls from here on
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in what the kernel gives the program
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000


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


def refuse_system_calls() -> None:
    """Refuse the calls for this process and every program that it starts; they fail with EPERM."""
    if platform.machine() not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {platform.machine()}")
    install_seccomp_filter(build_filter(platform.machine()))


def build_filter(machine: str) -> bytes:
    """Build the BPF program: what it jumps to stands at its end, so each jump counts the instructions between."""
    column, architecture, clone = _MACHINES[machine]
    refused = [numbers[column] for numbers in _REFUSED_CALLS.values()]
    checks: list[tuple[int, int]] = [(_JUMP_GREATER_EQUAL, _X32_CALLS), *((_JUMP_EQUAL, number) for number in refused)]
    program = [_instruction(_LOAD, _ARCHITECTURE)]
    to_refusal = 1 + len(checks) + _TAIL  # from behind the first check to the refusal
    program.append(_instruction(_JUMP_EQUAL, architecture, 0, to_refusal))
    program.append(_instruction(_LOAD, _NUMBER))
    for done, (check, number) in enumerate(checks, 1):
        program.append(_instruction(check, number, len(checks) - done + _TAIL, 0))
    program += [
        _instruction(_JUMP_EQUAL, _PRLIMIT[machine], 0, 2),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_JUMP_EQUAL, 0, 4, 5),
        _instruction(_JUMP_EQUAL, _CLONE3, 5, 0),  # its flags are out of sight: "not known" makes callers take clone
        _instruction(_JUMP_EQUAL, clone, 0, 2),
        _instruction(_LOAD, _FIRST_ARGUMENT),
        _instruction(_JUMP_BITS, _NEW_NAMESPACES, 1, 0),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _FAIL | errno.EPERM),
        _instruction(_RETURN, _FAIL | errno.ENOSYS),
    ]
    return b"".join(program)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)

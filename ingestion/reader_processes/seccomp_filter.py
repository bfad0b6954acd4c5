"""Refuses the system calls that no reader needs: sockets, looking into other processes, mounting, namespaces.

A list of refusals, not of permissions: Python, its libraries and tesseract use too many calls to name them all, and the
next version of a C library would break a reader.
"""

from __future__ import annotations

import errno
import platform
import struct

from ingestion.reader_processes.linux_calls import install_seccomp_filter

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

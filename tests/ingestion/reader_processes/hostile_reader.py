"""The program of a child whose reader a document has made its own: it tries everything, and tells what it could do.

`test_confinement` runs this text in place of the child's program. The document says in JSON where things are.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ingestion.reader_processes import confinement, reader_server
from ingestion.reader_processes.sandbox_pool import DocumentContent

Told = dict[str, str]
_PTRACE_SEIZE = 0x4206  # unlike PTRACE_ATTACH, it does not stop the parent
_WORKER = os.getppid()  # this is the server's program too: its parent is the worker
_LIBC = ctypes.CDLL(None, use_errno=True)


def _read_environment(told: Told) -> None:
    if told["key"].encode() not in Path(f"/proc/{_WORKER}/environ").read_bytes():
        raise FileNotFoundError


def _read_memory(told: Told) -> None:
    Path(f"/proc/{_WORKER}/mem").open("rb").close()


def _take_open_file(told: Told) -> None:
    Path(f"/proc/{_WORKER}/fd/0").open("rb").close()


def _attach(told: Told) -> None:
    if _LIBC.ptrace(_PTRACE_SEIZE, _WORKER, None, None):
        raise OSError(ctypes.get_errno(), "ptrace")


def _limit_parent(told: Told) -> None:
    resource.prlimit(_WORKER, resource.RLIMIT_CORE, (0, 0))


def _signal_server(told: Told) -> None:
    os.kill(os.getppid(), 0)


def _signal_worker(told: Told) -> None:
    os.kill(_WORKER, 0)


def _leave_group(told: Told) -> None:
    subprocess_number = os.fork()
    if subprocess_number == 0:
        with contextlib.suppress(OSError):
            os.setsid()
            os._exit(0)
        os._exit(1)
    if os.waitpid(subprocess_number, 0)[1]:
        raise PermissionError


def _connect(told: Told) -> None:
    socket.create_connection(("127.0.0.1", int(told["port"])), timeout=5).close()


def _connect_to_file(told: Told) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(told["socket"])


def _read_another_document(told: Told) -> None:
    Path(told["other"]).read_bytes()


def _write_into_folder(told: Told) -> None:
    Path(told["folder"], "written").write_text("x")


def _write_into_memory_folder(told: Told) -> None:
    path = Path("/dev/shm", f"written-{os.getpid()}")
    path.write_text("x")
    path.unlink()


def _change_program(told: Told) -> None:
    Path(confinement.__file__).open("ab").close()


def _change_document(told: Told) -> None:
    Path(told["itself"]).open("r+b").close()
    descriptor = os.open(told["itself"], os.O_RDWR)
    os.pwrite(descriptor, b"x", 0)


def _run_program(told: Told) -> None:
    subprocess.run(["/bin/sh", "-c", "true"], check=True)


ATTEMPTS: dict[str, Callable[[Told], None]] = {
    "read the key in the parent's environment": _read_environment,
    "read the parent's memory": _read_memory,
    "take an open file of the parent's": _take_open_file,
    "attach to the parent": _attach,
    "limit the parent's resources": _limit_parent,
    "signal the server": _signal_server,
    "signal the worker": _signal_worker,
    "leave the process group": _leave_group,
    "connect to a server": _connect,
    "connect to a socket in a folder": _connect_to_file,
    "read another document": _read_another_document,
    "write into a folder": _write_into_folder,
    "write into memory": _write_into_memory_folder,
    "change the program": _change_program,
    "change the document": _change_document,
    "run a program": _run_program,
}


def attempt_everything(path: Path, _: object) -> DocumentContent:
    """Try everything; the title of the answer is what could be done, in JSON."""
    told = {**json.loads(path.read_text()), "itself": str(path)}
    done = []
    for name, attempt in ATTEMPTS.items():
        try:
            attempt(told)
            done.append(name)
        except (OSError, subprocess.SubprocessError):
            continue
    return DocumentContent(json.dumps(done), None, [])


def _be_without(layer: str) -> None:
    """Let one layer fail, as on a kernel that does not have it."""

    def fail(*_: object) -> None:
        raise OSError

    names = {
        "network": "leave_network",
        "files": "restrict_to_files",
        "system_calls": "refuse_system_calls",
        "privileges": "_give_up_privileges",
        "privacy": "forbid_inspection",
    }
    setattr(confinement, names[layer], fail)


if __name__ == "__main__":
    for missing in filter(None, sys.argv[1].split(",")):
        _be_without(missing)
    del sys.argv[1]
    setattr(reader_server, "_read_document", attempt_everything)  # noqa: B010  # mypy would see a method replaced
    reader_server.main()

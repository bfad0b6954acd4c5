"""Loaded by every Python process that has this folder on PYTHONPATH: nothing may leave this machine.

Each name resolved, address spoken to and program started is written to sentinel.jsonl beside this file, as one line of
JSON; what is not on the loopback interface is refused as well. No variable of its own is needed: not all are inherited.
"""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import sys

_LOG = os.path.join(os.path.dirname(__file__), "sentinel.jsonl")  # noqa: PTH118, PTH120  # pathlib starts slowly
_SPOKEN_TO = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_RESOLVED = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_STARTED = {"subprocess.Popen", "os.exec", "os.posix_spawn"}


def _host(event: str, args: tuple[object, ...]) -> object:
    if event in _RESOLVED:
        return args[0]
    address = args[_SPOKEN_TO[event]]
    return address[0] if isinstance(address, tuple) else None  # a path or no address: a socket of this machine


def _local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def _note(event: str, what: object, *, local: bool) -> None:
    line = json.dumps({"pid": os.getpid(), "event": event, "what": str(what), "local": local}) + "\n"
    log = os.open(_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(log, line.encode())
    os.close(log)


def _hear(event: str, args: tuple[object, ...]) -> None:
    if event in _STARTED:
        _note(event, args[0], local=True)
    elif event in _RESOLVED or event in _SPOKEN_TO:
        host = _host(event, args)
        local = _local(host)
        _note(event, host, local=local)
        if not local:
            raise PermissionError(f"{event} to {host} leaves this machine")


_note("started", sys.argv[:1] if hasattr(sys, "argv") else "", local=True)
sys.addaudithook(_hear)

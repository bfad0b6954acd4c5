"""Finds ports that nobody listens on."""

from __future__ import annotations

import contextlib
import socket


def find_free_ports() -> int:
    """A free port whose next one is free, too."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError), socket.create_server(("127.0.0.1", port + 1)):
                return port

"""Rule files that are wrong, each in its own way, and must close their folders."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_WIDE = 'audience = "everyone"\n'


def _link(path: Path) -> None:
    target = path.with_name(".wide.toml")
    target.write_text(_WIDE)
    path.symlink_to(target)


def _socket(path: Path) -> None:
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(f"/proc/self/fd/{here}/{path.name}")  # a socket's whole path may have 108 bytes
    os.close(here)


def _closed(path: Path) -> None:
    """Write a file that nobody may read; root may, except within `without_root_privileges`."""
    path.write_text(_WIDE)
    path.chmod(0)


def _holding(content: bytes | str) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


# What is wrong, how it is made, and how the reason begins that the admins are told.
MISRULES: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (_holding(b""), "says nothing"),
    "other words": (_holding(_WIDE + "audience"), "is not TOML ("),
    "digits": (_holding(f"{_WIDE}keep_out = {'9' * 5_000}"), "holds a number of too many digits"),
    "deep lists": (_holding(f"{_WIDE}keep_out = {'[' * 5_000}"), "is nested too deeply"),
    "deep tables": (_holding(f"{_WIDE}title = {'{a=' * 2_000}"), "is nested too deeply"),
    "long key": (_holding(f"{_WIDE}a{'.a' * 3_000} = 1"), "is nested too deeply"),
    "many patterns": (_holding(_WIDE + "keep_out = [" + "'*.bak'," * 51 + "]"), 'has a "keep_out" of more than 50'),
    "long pattern": (_holding(_WIDE + "keep_out = ['" + "[" * 201 + "']"), 'has a "keep_out" of more than 50'),
    "bytes": (_holding(b'audience = "everyone"\n# \xff'), "is not UTF-8"),
    "half a character": (_holding(_WIDE + r'title = "\ud83d"'), "is not TOML ("),
    "long": (_holding(_WIDE + "#" * 8_192), "is longer than 8,192 bytes"),
    "folder": (lambda path: path.mkdir(), "is not a file"),
    "pipe": (lambda path: os.mkfifo(path), "is not a file"),
    "link": (_link, "cannot be opened ("),
    "socket": (_socket, "cannot be opened ("),
    "closed": (_closed, "cannot be opened ("),
}

"""A look at the watched folder: what is there, and what could not be seen. Reads no content, decides nothing."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.documents import Fingerprint
from knowledge.errors import BusyDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Hidden files, Office's lock files, editors' swap files, unfinished downloads.
_PASSING_PREFIXES = (".", "~$")
_PASSING_SUFFIXES = ("~", ".part", ".crdownload", ".swp", ".tmp", ".download", ".partial")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """One look: files by path relative to the root (forward slashes), and what could not be seen, with why.

    Where anything could not be seen, nothing may be concluded from what is missing.
    """

    files: dict[str, Fingerprint]
    unseen: dict[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether everything under the root was seen."""
        return not self.unseen


def look(root: Path) -> Look:
    """Look at every file under `root`, without following links."""
    files: dict[str, Fingerprint] = {}
    unseen: dict[str, str] = {}
    for path, entry in _walk(str(root), "", unseen):
        if not path.isprintable() or not _is_utf8(path):
            unseen[ascii(path)] = "has a name that is not valid text: rename it"
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        except OSError as error:
            unseen[path] = error.strerror or "cannot be looked at"
            continue
        if stat.S_ISREG(status.st_mode):
            files[path] = _fingerprint(status)
    return Look(files, unseen)


def fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of one file.

    Raises:
        BusyDocument: it is not there any more, or cannot be looked at.
    """
    try:
        return _fingerprint(path.stat(follow_symlinks=False))
    except OSError as error:
        raise BusyDocument(f"{path.name} cannot be looked at ({error.strerror}).") from error


def content_hash(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal.

    Raises:
        BusyDocument: it vanished or may not be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except PermissionError as error:
        raise BusyDocument(f"{path.name} may not be read: give the worker's user the right to read it.") from error
    except OSError as error:
        raise BusyDocument(f"{path.name} cannot be opened ({error.strerror}).") from error
    return digest.hexdigest()


def _walk(folder: str, prefix: str, unseen: dict[str, str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        unseen[prefix or "."] = f"cannot be listed ({error.strerror})"
        return
    for entry in inside:
        if entry.name.startswith(_PASSING_PREFIXES) or entry.name.lower().endswith(_PASSING_SUFFIXES):
            continue
        path = prefix + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, path + "/", unseen)
        elif not entry.is_symlink():
            yield path, entry


def _fingerprint(status: os.stat_result) -> Fingerprint:
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True

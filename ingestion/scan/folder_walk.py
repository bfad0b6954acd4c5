"""Walks through the watched folder from descriptor to descriptor: a folder that becomes a link is not entered."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from ingestion.scan.safe_open import open_root, open_subfolder

WalkedEntry = tuple[str, os.stat_result]  # the path relative to the root, and its status, of a link itself
_MAX_OPEN_FOLDERS = 128  # deeper folders are opened again from here: a process may hold so many descriptors only
_MAX_PATH_BYTES = 4095  # what Linux takes for one path: a bound on how deep folders may lie


class FolderWalk:
    """Yields every entry below `root`, folders before what is in them, in the order of names.

    No recursion, for folders may nest by the thousand. `keeps_name` says which names count; a folder whose name
    `is_leaf` is not entered. `on_error` gets the path, the error, and "listed" or "looked at".
    """

    def __init__(
        self,
        root: Path,
        on_error: Callable[[str, OSError, str], None],
        keeps_name: Callable[[str], bool] = bool,
        is_leaf: Callable[[str], bool] = "".__eq__,
    ) -> None:
        self._root = root
        self._on_error = on_error
        self._keeps_name = keeps_name
        self._is_leaf = is_leaf
        self._root_length = len(os.fsencode(root)) + 1
        self._levels: list[_Level] = []

    def iterate_entries(self) -> Iterator[WalkedEntry]:
        """Yield the root with the path "", then everything below it."""
        with ExitStack() as stack:
            stack.callback(self._close_levels)
            try:
                descriptor = open_root(self._root)
            except OSError as error:
                self._on_error("", error, "listed")
                return
            yield from self._enter(descriptor, "", "")
            while self._levels:
                level = self._levels[-1]
                for path, name, status in level.entries:
                    if stat.S_ISDIR(status.st_mode) and not self._is_leaf(name):
                        yield from self._open_and_enter(path, name)
                        break
                    yield path, status
                else:
                    self._levels.pop().close()

    def _open_and_enter(self, path: str, name: str) -> Iterator[WalkedEntry]:
        try:
            descriptor = self._open_below_levels(path, name)
        except OSError as error:
            self._on_error(path, error, "listed")
            return
        yield from self._enter(descriptor, path, name)

    def _open_below_levels(self, path: str, name: str) -> int:
        """Open the folder `name` of the deepest level, from the deepest folder that is still open."""
        if self._root_length + len(os.fsencode(path)) > _MAX_PATH_BYTES:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        names = [name]
        for level in reversed(self._levels):
            if level.descriptor is not None:
                return open_subfolder(level.descriptor, names)
            names.insert(0, level.name)
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    def _enter(self, descriptor: int, path: str, name: str) -> Iterator[WalkedEntry]:
        """List an open folder and put it on the stack, which closes it."""
        level = _Level(descriptor, name)
        self._levels.append(level)
        yield path, os.fstat(descriptor)
        prefix = f"{path}/" if path else ""
        try:
            level.entries = iter(self._list_entries(descriptor, prefix))
        except OSError as error:
            self._on_error(path, error, "listed")
        if len(self._levels) > _MAX_OPEN_FOLDERS:
            level.close()

    def _list_entries(self, descriptor: int, prefix: str) -> list[tuple[str, str, os.stat_result]]:
        listed = []
        for name in sorted(filter(self._keeps_name, os.listdir(descriptor))):
            path = prefix + name
            try:
                listed.append((path, name, os.stat(name, dir_fd=descriptor, follow_symlinks=False)))
            except FileNotFoundError:
                continue
            except OSError as error:
                self._on_error(path, error, "looked at")
        return listed

    def _close_levels(self) -> None:
        while self._levels:
            self._levels.pop().close()


class _Level:
    """One folder of the way down to where the walk is; a deep one is closed once it is listed."""

    def __init__(self, descriptor: int, name: str) -> None:
        self.descriptor: int | None = descriptor
        self.name = name
        self.entries: Iterator[tuple[str, str, os.stat_result]] = iter(())

    def close(self) -> None:
        """Close the folder, once."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

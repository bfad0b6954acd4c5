"""Says which files of a Git checkout its `.gitignore` files leave out: what programs made there is no document."""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from typing import TYPE_CHECKING

from pathspec import GitIgnoreSpec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ingestion.scan.safe_open import FolderTree

CHECKOUT_MARK, IGNORE_FILE = ".git", ".gitignore"
_MAX_BYTES = 64 << 10
_MAX_PATTERNS = 1_000
# What has more wildcards, or is longer, could take hours by a name and a pattern that somebody made for each other.
_MAX_DOUBLE_STARS, _MAX_STARS_IN_NAME, _MAX_PATH_CHARACTERS = 2, 2, 1_024


class GitIgnores:
    """Judges the files below each checkout by its `ignore_files`, the deeper first; an inner checkout obeys both."""

    def __init__(self, tree: FolderTree, checkouts: Collection[str], ignore_files: Iterable[str]) -> None:
        self._checkouts = frozenset(checkouts)
        self._specs: dict[str, GitIgnoreSpec] = {}
        self._ignored_folders: dict[str, bool] = {}
        self.unread: dict[str, OSError] = {}
        for folder in sorted(ignore_files) if checkouts else ():
            path = f"{folder}/{IGNORE_FILE}" if folder else IGNORE_FILE
            try:
                self._specs[folder] = _parse_patterns(_read_start(tree, path))
            except OSError as error:
                self.unread[path] = error

    def is_ignored(self, path: str) -> bool:
        """Say whether a file is left out, by its own name or with one of its folders."""
        if not self._specs or len(path) > _MAX_PATH_CHARACTERS:
            return False
        folder = path.rpartition("/")[0]
        return self._is_folder_ignored(folder) or self._matches(path, folder)

    def _is_folder_ignored(self, folder: str) -> bool:
        """Say the same of a folder; no recursion, for folders may nest by the thousand."""
        pending = []
        while folder and folder not in self._ignored_folders:
            pending.append(folder)
            folder = folder.rpartition("/")[0]
        known = self._ignored_folders.get(folder, False)
        for inner in reversed(pending):
            known = known or self._matches(f"{inner}/", inner.rpartition("/")[0])
            self._ignored_folders[inner] = known
        return known

    def _matches(self, path: str, folder: str) -> bool:
        """Say whether the patterns leave out what lies in `folder`; the path of a folder ends with a slash."""
        while True:
            if spec := self._specs.get(folder):
                judged = spec.check_file(path[len(folder) + 1 :] if folder else path)
                if judged.include is not None:
                    return judged.include and self._is_in_checkout(folder)
            if not folder or folder in self._checkouts:
                return False
            folder = folder.rpartition("/")[0]

    def _is_in_checkout(self, folder: str) -> bool:
        while folder not in self._checkouts:
            if not folder:
                return False
            folder = folder.rpartition("/")[0]
        return True


def _read_start(tree: FolderTree, path: str) -> bytes:
    with tree.open_file(path) as descriptor:
        return os.read(descriptor, _MAX_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""


@lru_cache(maxsize=256)
def _parse_patterns(content: bytes) -> GitIgnoreSpec:
    lines = content.decode("utf-8", "replace").splitlines()[:_MAX_PATTERNS]
    return GitIgnoreSpec.from_lines(filter(_is_simple, lines), backend="simple")


def _is_simple(pattern: str) -> bool:
    names = (name for name in pattern.split("/") if name != "**")
    has_few = all(name.count("*") <= _MAX_STARS_IN_NAME for name in names)
    return has_few and pattern.count("**") <= _MAX_DOUBLE_STARS

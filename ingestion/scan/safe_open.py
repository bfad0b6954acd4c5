"""Opens what is below the watched folder step by step, from a descriptor of the root, and follows no link.

A path is never handed to the operating system as a whole: whoever may write to one folder could exchange it for a link
between two looks, and the rest of the path would lead anywhere.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

FolderIdentity = tuple[int, int]  # device and inode
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must make nobody wait


def open_root(root: Path) -> int:
    """Open the watched folder itself, which the person who runs the worker may have named by a link."""
    return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def open_subfolder(parent: int, names: Sequence[str]) -> int:
    """Open a folder below the open folder `parent`, one name after the other; `parent` stays open."""
    current = os.dup(parent)
    for name in names:
        try:
            following = os.open(name, _FOLDER_FLAGS, dir_fd=current)
        finally:
            os.close(current)
        current = following
    return current


def identify_folder(descriptor: int) -> FolderIdentity:
    """Return what tells an open folder from every other one."""
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino


@dataclass(frozen=True, slots=True)
class FolderTree:
    """The folder at `root` with the identity of each folder in it, as one scan saw them ("" is the root).

    A path is opened only through these very folders: its audience was decided from them. A folder without a known
    identity is only checked for being no link.
    """

    root: Path
    identities: dict[str, FolderIdentity] = field(default_factory=dict)

    @contextmanager
    def open_file(self, path: str) -> Iterator[int]:
        """Open what is at `path`, relative to the root, for reading; it may be no regular file.

        Raises:
            FileNotFoundError: its folder is the one that was seen, and does not hold it.
            OSError: it cannot be opened, or a folder on the way to it is another one, a link or gone.
        """
        folder, _, name = path.rpartition("/")
        with self.open_folder(folder) as parent:
            descriptor = os.open(name, _FILE_FLAGS, dir_fd=parent)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def open_folder(self, path: str = "") -> Iterator[int]:
        """Open the folder at `path`, relative to the root."""
        descriptor = open_root(self.root)
        try:
            self._check_identity("", descriptor)
            reached = ""
            for name in path.split("/") if path else ():
                reached = f"{reached}/{name}" if reached else name
                following = self._open_step(descriptor, name)
                os.close(descriptor)
                descriptor = following
                self._check_identity(reached, descriptor)
            yield descriptor
        finally:
            os.close(descriptor)

    def _open_step(self, parent: int, name: str) -> int:
        try:
            return os.open(name, _FOLDER_FLAGS, dir_fd=parent)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EMLINK):
                raise _replaced_error() from error
            raise

    def _check_identity(self, path: str, descriptor: int) -> None:
        known = self.identities.get(path)
        if known is not None and identify_folder(descriptor) != known:
            raise _replaced_error()


def _replaced_error() -> OSError:
    return OSError(errno.ESTALE, "a folder on the way to it was moved or replaced during the look")

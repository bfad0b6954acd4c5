"""One file of the watched folder: its fingerprint, its hash and its content all come from one descriptor.

A reader never gets a path. It gets a snapshot: an anonymous copy that nobody can change or exchange, made while the
content was hashed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from knowledge.core.documents import Fingerprint
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import BusyDocument, VanishedDocument, make_failure, make_unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingestion.scan.safe_open import FolderTree

_CHUNK_BYTES = 1 << 20


def fingerprint_from_stat(status: os.stat_result) -> Fingerprint:
    """Take the fingerprint of a file from its status."""
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class DocumentFile:
    """The file at `path`, relative to the root of `tree`; each look opens it through the folders that were seen.

    With a `fingerprint` it must still be that very file, with a `sha256` it must have that content.
    """

    def __init__(
        self,
        tree: FolderTree,
        path: str,
        fingerprint: Fingerprint | None = None,
        sha256: str | None = None,
    ) -> None:
        self.tree = tree
        self.path = path
        self.sha256 = sha256
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._kept_snapshot: int | None = None

    @property
    def name(self) -> str:
        """The name of the file, without its folders."""
        return self.path.rpartition("/")[2]

    def has_twin(self, name: str) -> bool:
        """Whether something of this name lies beside the file."""
        try:
            with self.tree.open_folder(self.path.rpartition("/")[0]) as folder:
                os.stat(name, dir_fd=folder, follow_symlinks=False)
        except (OSError, ValueError):
            return False
        return True

    def check_unchanged(self) -> None:
        """Check that the file at the path is still the one with the fingerprint.

        Raises:
            VanishedDocument: the file, or a folder above it, is not there any more.
            BusyDocument: the file changed, or cannot be opened.
        """
        with self._open():
            pass

    def compute_content_hash(self) -> str:
        """Compute the SHA-256 of the content, in hexadecimal; raises as `check_unchanged` does."""
        most = self._fingerprint.size if self._fingerprint else None
        with self._open() as descriptor:
            return _copy_and_hash(descriptor, None, most)

    @contextmanager
    def open_snapshot(self, most_mb: int, *, is_kept: bool = False) -> Iterator[int]:
        """Give a descriptor of a copy with the wanted hash; `is_kept` keeps it for the document's next parts."""
        with self._lock:
            snapshot = self._make_snapshot(most_mb) if self._kept_snapshot is None else self._kept_snapshot
            if is_kept:
                self._kept_snapshot = snapshot
            descriptor = snapshot if self._kept_snapshot is None else os.dup(snapshot)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Free the copy that was kept; a reader that has it keeps its own descriptor."""
        with self._lock:
            if self._kept_snapshot is not None:
                os.close(self._kept_snapshot)
                self._kept_snapshot = None

    def _make_snapshot(self, most_mb: int) -> int:
        with self._open() as source, ExitStack() as undo:
            size = os.fstat(source).st_size
            if size > most_mb << 20:
                raise make_unreadable(FailureCode.TOO_LARGE, name=self.name, mb=size >> 20, most=most_mb)
            copy = _create_anonymous_file()
            undo.callback(os.close, copy)
            self._check_hash(_copy_and_hash(source, copy, most_mb << 20))
            self._check_fingerprint(source)
            _seal_anonymous_file(copy)
            undo.pop_all()
        return copy

    @contextmanager
    def _open(self) -> Iterator[int]:
        with self._translate_errors(), self.tree.open_file(self.path) as descriptor:
            self._check_fingerprint(descriptor)
            yield descriptor

    def _check_fingerprint(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if self._fingerprint is not None and fingerprint_from_stat(status) != self._fingerprint:
            raise self._changed_error()

    def _check_hash(self, sha256: str) -> None:
        if self.sha256 is not None and sha256 != self.sha256:
            raise self._changed_error()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise VanishedDocument(make_failure(FailureCode.GONE, name=self.name)) from error
        except PermissionError as error:
            raise BusyDocument(make_failure(FailureCode.FORBIDDEN, name=self.name)) from error
        except OSError as error:
            if error.errno in (errno.ESTALE, errno.ELOOP, errno.EMLINK):  # another folder, or a link in its place
                raise VanishedDocument(make_failure(FailureCode.GONE, name=self.name)) from error
            raise BusyDocument(make_failure(FailureCode.UNOPENED, name=self.name, error=error.strerror)) from error

    def _changed_error(self) -> BusyDocument:
        return BusyDocument(make_failure(FailureCode.CHANGED, name=self.name))


def _copy_and_hash(source: int, target: int | None, most_bytes: int | None = None) -> str:
    """Read an open file from its beginning, write it to `target` too, and return its SHA-256."""
    digest, position = hashlib.sha256(), 0
    while chunk := os.pread(source, _CHUNK_BYTES, position):
        digest.update(chunk)
        position += len(chunk)
        if most_bytes is not None and position > most_bytes:
            break  # it grows while it is read: its hash cannot be the one that was asked for
        rest = memoryview(chunk) if target is not None else memoryview(b"")
        while rest and target is not None:
            rest = rest[os.write(target, rest) :]
    return digest.hexdigest()


def _create_anonymous_file() -> int:
    """Make a file without a name: in memory where the system offers it, else in the temporary folder."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _seal_anonymous_file(descriptor: int) -> None:
    """Let nobody change the copy, not even a reader that a document has made its own."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    if hasattr(os, "memfd_create"):
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)

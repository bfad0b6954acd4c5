"""Proves by a marker file that the folder is the one that was indexed.

An unmounted disk leaves an empty folder, in which every document looks deleted; the marker is missing there.
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.scan.safe_open import FolderTree
from knowledge.core.stored_record import StoredRecord
from knowledge.storage.record_repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from qdrant_client import QdrantClient

log = logging.getLogger(__name__)

MARKER_FILE = ".souffleur"
_MARKER_RECORD_ID = str(uuid.UUID(int=2))
_MAX_NAME_BYTES = 1024
_EXPLANATION = "Souffleur knows by this file that its folder of documents is mounted. Leave it here.\n"


@dataclass(frozen=True, slots=True)
class MarkerRecord(StoredRecord):
    """The name that the marker file of the indexed folder holds."""

    name: str


class FolderMarker:
    """Compares the marker file in `folder` with the name that the index has stored.

    A read-only folder has no marker: there a document of the index proves it. Without one, what lies in it is not what
    was indexed: the place where the disk was mounted, or another folder.
    """

    def __init__(self, folder: Path, client: QdrantClient, prefix: str) -> None:
        self._tree = FolderTree(folder)
        self._records = Repository(client, f"{prefix}_anchor", MarkerRecord)
        self._stored: MarkerRecord | None = None
        self._has_loaded = False

    def is_indexed_folder(self, *, recognised: bool) -> bool:
        """Say whether the folder is the one that was indexed; `recognised`: it holds a document of the index."""
        stored = self._load_stored_name()
        return recognised if stored is None else self._read_marker_file() == stored

    def write_marker(self) -> None:
        """Write the marker if it is missing and the folder may be written to."""
        stored, found = self._load_stored_name(), self._read_marker_file()
        if found and found == stored:
            return
        name = found or stored or str(uuid.uuid4())
        if not found:
            try:
                self._write_marker_file(name)
            except OSError as error:
                log.info("the folder has no marker: %s", error.strerror)
                return
        self._stored = replace(self._stored, name=name) if self._stored else MarkerRecord(name)
        self._records.put_record(_MARKER_RECORD_ID, self._stored)

    def _write_marker_file(self, name: str) -> None:
        """Write the marker whole or not at all: half a name would look like another folder's."""
        partial = f"{MARKER_FILE}.part"
        with self._tree.open_folder() as folder:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(partial, dir_fd=folder)
            # A file of its own: a link or a pipe that somebody has put there in between is refused.
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=folder)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{name}\n{_EXPLANATION}")
            os.rename(partial, MARKER_FILE, src_dir_fd=folder, dst_dir_fd=folder)

    def _load_stored_name(self) -> str | None:
        if not self._has_loaded:
            self._stored = self._records.get_record(_MARKER_RECORD_ID)
            self._has_loaded = True
        return self._stored.name if self._stored else None

    def _read_marker_file(self) -> str | None:
        """Read the name in the marker; a link, a pipe or a file of another kind has none."""
        with contextlib.suppress(OSError, UnicodeDecodeError), self._tree.open_file(MARKER_FILE) as handle:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                return os.read(handle, _MAX_NAME_BYTES).decode().partition("\n")[0] or None
        return None

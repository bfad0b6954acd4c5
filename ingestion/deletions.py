"""Holds mass deletions until they are confirmed, and proves by a marker file that the folder is the indexed one.

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
    from collections.abc import Collection
    from pathlib import Path

    from qdrant_client import QdrantClient

    from knowledge.storage.worker_requests import DeletionHold, DeletionHoldReason, DeletionHolds

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


@dataclass(frozen=True, slots=True)
class MassDeletionLimit:
    """Holds deletions that exceed both a number of documents and a percentage of all known documents."""

    max_documents: int
    max_percent: float

    def choose_hold_reason(
        self, missing: Collection[str], known: int, *, is_mounted: bool, hold: DeletionHold | None
    ) -> DeletionHoldReason | None:
        """Say why the `missing` paths must wait, of `known` documents; None lets the deletion through."""
        if not missing or (hold and hold.allows_deletion(missing)):
            return None
        if not is_mounted:
            return "unmounted"
        many = len(missing)
        return "many" if many > self.max_documents and many > known * self.max_percent / 100 else None


class DeletionGuard:
    """Combines the limit, the folder's marker file and the hold that Qdrant keeps."""

    def __init__(self, limit: MassDeletionLimit, marker: FolderMarker, holds: DeletionHolds) -> None:
        self._limit = limit
        self._marker = marker
        self._holds = holds

    def allow_deletions(self, missing: Collection[str], known: int, *, recognised: bool) -> bool:
        """Say whether the `missing` paths, of `known` documents, may be forgotten now; if not, store a hold."""
        mounted = self._marker.is_indexed_folder(recognised=recognised)
        hold = self._holds.get_deletion_hold() if missing else None
        reason = self._limit.choose_hold_reason(missing, known, is_mounted=mounted, hold=hold)
        if reason is None:
            return True
        if hold is None or hold.count != len(missing):
            log.warning("deletions wait for a confirmation: documents=%d of=%d reason=%s", len(missing), known, reason)
        self._holds.hold_deletions(missing, known, reason)
        return False

    def record_clean_pass(self) -> None:
        """Release the hold and mark the folder, after a pass that held nothing back."""
        self._holds.release_deletion_hold()
        self._marker.write_marker()

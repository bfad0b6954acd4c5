"""Proves that the folder is the one that was indexed, by a marker file in its root. Knows no documents.

An unmounted disk leaves an empty folder behind, in which everything looks deleted. The marker is not there then.
"""

from __future__ import annotations

import contextlib
import logging
import uuid
from typing import TYPE_CHECKING

from knowledge.storage.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from qdrant_client import QdrantClient

log = logging.getLogger(__name__)

MARKER_FILE = ".souffleur"
_MARKER_RECORD_ID = str(uuid.UUID(int=2))
_EXPLANATION = "Souffleur knows by this file that its folder of documents is mounted. Leave it here.\n"


class FolderMarker:
    """The marker in the root of `folder`, and what the index remembers of it.

    A folder that may not be written to has no marker: there an empty folder is what proves nothing.
    """

    def __init__(self, folder: Path, client: QdrantClient, prefix: str) -> None:
        self._marker_file = folder / MARKER_FILE
        self._records = Repository(client, f"{prefix}_anchor")
        self._remembered_name: str | None = None
        self._looked_up = False

    def is_indexed_folder(self, *, empty: bool) -> bool:
        """Whether the folder is the one that was indexed. `empty`: no document is in it."""
        remembered = self._load_remembered_name()
        return not empty if remembered is None else self._read_marker_file() == remembered

    def write_marker(self) -> None:
        """Mark the folder as the one that is indexed, if it is not marked and may be written to."""
        remembered, found = self._load_remembered_name(), self._read_marker_file()
        if found and found == remembered:
            return
        name = found or remembered or str(uuid.uuid4())
        if not found:
            try:
                self._write_marker_file(name)
            except OSError as error:
                log.info("the folder has no marker: %s", error.strerror)
                return
        self._records.put_record(_MARKER_RECORD_ID, {"name": name})
        self._remembered_name = name

    def _write_marker_file(self, name: str) -> None:
        """Write the marker whole or not at all: half a name would pass for another folder's."""
        half = self._marker_file.with_name(f"{MARKER_FILE}.part")
        half.write_text(f"{name}\n{_EXPLANATION}", encoding="utf-8")
        half.replace(self._marker_file)

    def _load_remembered_name(self) -> str | None:
        if not self._looked_up:
            record = self._records.get_record(_MARKER_RECORD_ID)
            self._remembered_name = record["name"] if record else None
            self._looked_up = True
        return self._remembered_name

    def _read_marker_file(self) -> str | None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return self._marker_file.read_text(encoding="utf-8").partition("\n")[0] or None
        return None

"""Proves that the folder is the one that was indexed, by a marker file in its root. Knows no documents.

An unmounted disk leaves an empty folder behind, in which everything looks deleted. The marker is not there then.
"""

from __future__ import annotations

import contextlib
import logging
import uuid
from typing import TYPE_CHECKING

from knowledge.storage.repository import Records

if TYPE_CHECKING:
    from pathlib import Path

    from qdrant_client import QdrantClient

log = logging.getLogger(__name__)

MARKER = ".souffleur"
_THE_ANCHOR = str(uuid.UUID(int=2))
_EXPLANATION = "Souffleur knows by this file that its folder of documents is mounted. Leave it here.\n"


class Anchor:
    """The marker in the root of `folder`, and what the index remembers of it.

    A folder that may not be written to has no marker: there an empty folder is what proves nothing.
    """

    def __init__(self, folder: Path, client: QdrantClient, prefix: str) -> None:
        self._marker = folder / MARKER
        self._records = Records(client, f"{prefix}_anchor")
        self._remembered: str | None = None
        self._looked_up = False

    def holds(self, *, empty: bool) -> bool:
        """Whether the folder is the one that was indexed. `empty`: no document is in it."""
        remembered = self._recall()
        return not empty if remembered is None else self._read() == remembered

    def drop(self) -> None:
        """Mark the folder as the one that is indexed, if it is not marked and may be written to."""
        remembered, found = self._recall(), self._read()
        if found and found == remembered:
            return
        name = found or remembered or str(uuid.uuid4())
        if not found:
            try:
                self._write(name)
            except OSError as error:
                log.info("the folder has no marker: %s", error.strerror)
                return
        self._records.put(_THE_ANCHOR, {"name": name})
        self._remembered = name

    def _write(self, name: str) -> None:
        """Write the marker whole or not at all: half a name would pass for another folder's."""
        half = self._marker.with_name(f"{MARKER}.part")
        half.write_text(f"{name}\n{_EXPLANATION}", encoding="utf-8")
        half.replace(self._marker)

    def _recall(self) -> str | None:
        if not self._looked_up:
            record = self._records.get(_THE_ANCHOR)
            self._remembered = record["name"] if record else None
            self._looked_up = True
        return self._remembered

    def _read(self) -> str | None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return self._marker.read_text(encoding="utf-8").partition("\n")[0] or None
        return None

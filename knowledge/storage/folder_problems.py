"""Stores why a folder's documents are hidden from the people they are meant for. The bot shows it to administrators."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.stored_record import StoredRecord, keep_unknown_fields
from knowledge.storage.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qdrant_client import QdrantClient

_RECORD_ID = str(uuid.UUID(int=1))


@dataclass(frozen=True, slots=True, order=True)
class FolderProblem(StoredRecord):
    """Why nobody sees what lies in a folder, in one sentence."""

    folder: str
    reason: str


@dataclass(frozen=True, slots=True)
class FolderProblemList(StoredRecord):
    """All problems of one pass, sorted by folder."""

    troubles: tuple[FolderProblem, ...] = ()


class FolderProblems:
    """The problems of the last pass. The worker replaces them as a whole; the bot reads them."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._repository = Repository(client, f"{prefix}_troubles", FolderProblemList)
        self._written: FolderProblemList | None = None

    def list_folder_problems(self) -> tuple[FolderProblem, ...]:
        """The problems, sorted by folder."""
        return tuple(sorted(self._read_list().troubles))

    def replace_folder_problems(self, problems: Iterable[FolderProblem]) -> None:
        """Write the problems of now; nothing is written if nothing has changed."""
        now = FolderProblemList(tuple(sorted(problems)))
        if self._written is None:
            self._written = self._read_list()
        if now != self._written:
            now = keep_unknown_fields(now, self._written)
            self._repository.put_record(_RECORD_ID, now)
            self._written = now

    def _read_list(self) -> FolderProblemList:
        return self._repository.get_record(_RECORD_ID) or FolderProblemList()

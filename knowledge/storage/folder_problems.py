"""What keeps folders from those whom they are meant for: the worker writes it down, the bot shows it to admins."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from knowledge.storage.repository import Repository, known_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qdrant_client import QdrantClient

_RECORD_ID = str(uuid.UUID(int=1))


@dataclass(frozen=True, slots=True, order=True)
class FolderProblem:
    """Why nobody sees what lies in a folder, or what carries its name, in a sentence."""

    folder: str
    reason: str


class FolderProblems:
    """The troubles of the last pass. The worker replaces them as a whole; the bot looks."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._repository = Repository(client, f"{prefix}_troubles")
        self._written: tuple[FolderProblem, ...] | None = None

    def list_folder_problems(self) -> tuple[FolderProblem, ...]:
        """What is in trouble, by folder."""
        record = self._repository.get_record(_RECORD_ID)
        return (
            tuple(sorted(FolderProblem(**known_to(FolderProblem, one)) for one in record["troubles"])) if record else ()
        )

    def replace_folder_problems(self, problems: Iterable[FolderProblem]) -> None:
        """Write down what is in trouble now; nothing is written where nothing has changed."""
        now = tuple(sorted(problems))
        if self._written is None:
            self._written = self.list_folder_problems()
        if now != self._written:
            self._repository.put_record(_RECORD_ID, {"troubles": [asdict(one) for one in now]})
            self._written = now

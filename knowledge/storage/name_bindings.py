"""Binds the name of a folder to the channel or person that bore the name first.

A renamed channel keeps its folder; another channel that takes the old name later does not inherit it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient

from knowledge.core.stored_record import StoredRecord
from knowledge.storage.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping


_BINDING_NAMESPACE = uuid.UUID("8d3c9c2e-6b0f-4a54-a1d6-8e2f2f0a9f77")


@dataclass(frozen=True, slots=True)
class NameBinding(StoredRecord):
    """A name that a folder bears ("#finance", "@alice"), and the Slack id that it means."""

    name: str
    id: str


class NameBindings:
    """The ids of the names that were resolved. Only the bot writes them, because only the bot knows Slack."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._repository = Repository(client, f"{prefix}_bindings", NameBinding)

    def list_name_bindings(self) -> dict[str, str]:
        """The id of each resolved name.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return {binding.name: binding.id for binding in self._repository.list_records()}

    def bind_names(self, ids_by_name: Mapping[str, str]) -> None:
        """Bind names to the ids that bear them now; a name that is bound already stays as it is.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if ids_by_name:
            self._repository.add_records(
                (str(uuid.uuid5(_BINDING_NAMESPACE, name)), NameBinding(name, id_)) for name, id_ in ids_by_name.items()
            )

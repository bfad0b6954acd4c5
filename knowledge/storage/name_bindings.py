"""Which channel or person the name of a folder means: the one that bore the name first, for good.

A channel that is renamed keeps its folder; another that takes its name later does not inherit it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from knowledge.storage.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qdrant_client import QdrantClient

_BINDING_NAMESPACE = uuid.UUID("8d3c9c2e-6b0f-4a54-a1d6-8e2f2f0a9f77")


class NameBindings:
    """The ids that names ("#finance", "@alice") were resolved to. Only the bot writes them: it alone knows Slack."""

    def __init__(self, client: QdrantClient, prefix: str) -> None:
        self._repository = Repository(client, f"{prefix}_bindings")

    def list_name_bindings(self) -> dict[str, str]:
        """The id of each name that has been resolved.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return {str(record["name"]): str(record["id"]) for record in self._repository.list_records()}

    def bind_names(self, ids_by_name: Mapping[str, str]) -> None:
        """Bind names to the ids that bear them now; a name that is bound already stays as it is.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if ids_by_name:
            self._repository.add_records(
                (str(uuid.uuid5(_BINDING_NAMESPACE, name)), {"name": name, "id": id_})
                for name, id_ in ids_by_name.items()
            )

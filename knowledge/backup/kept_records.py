"""Says which records a backup keeps, and reads them from Qdrant while bot and worker run.

The index itself is left out: the worker makes it anew from the folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from knowledge.storage.bot_key import BOT_COLLECTIONS
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from knowledge.storage.record_repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qdrant_client import QdrantClient

    from knowledge.backup.archive import Item

# By the end of their collections' names. The others are made anew: people from Slack, holds, troubles and the folder's
# marker by the next pass.
KEPT_COLLECTIONS = ("questions", "votes", "private", "bindings", "audit", "requests")
LEDGER = "documents"


def read_kept_records(client: QdrantClient, prefix: str) -> Mapping[str, Iterator[Item]]:
    """The records of each part, read when they are asked for.

    Qdrant gives a record as it was before or after a write, never half of it. The ledger comes last, since votes and
    questions may name its documents.
    """
    parts = {name: open_kept_collection(client, prefix, name).list_items() for name in KEPT_COLLECTIONS}
    serving = IndexVersions(client, prefix).get_serving_version() or IndexVersion()
    ledger: Repository[dict[str, Any]] = Repository(client, serving.ledger_collection(prefix), dict)
    return {**parts, LEDGER: ledger.list_items()}


def open_kept_collection(client: QdrantClient, prefix: str, name: str) -> Repository[dict[str, Any]]:
    """The records of one part, whatever version wrote them; the ledger is that of a first index."""
    return Repository(client, f"{prefix}_{name}", dict, BOT_COLLECTIONS.get(name, ()))

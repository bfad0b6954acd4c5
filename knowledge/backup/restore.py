"""Puts a checked archive into collections of their own, and refuses those that a killed restore left behind.

What is there is never touched: a restore fills a name that nothing bears yet, and COLLECTION then names it. While it
runs, a mark stands beside its collections, with which neither bot nor worker starts. What was taken away since the
backup stays away where the restore can know it: open requests to the worker are left out, and what the names of
folders mean in the records that COLLECTION names now goes before what they meant in the backup. What an administrator
has undone in either stays undone: a bot that ran on a new machine before the restore knows nothing of it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from knowledge.backup.kept_records import KEPT_COLLECTIONS, LEDGER, open_kept_collection
from knowledge.core.failures import IndexUnavailable, SettingsError, SouffleurError
from knowledge.storage.client import create_missing_collection, translate_qdrant_errors
from knowledge.storage.schema import passages_collection_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qdrant_client import QdrantClient

    from knowledge.backup.archive import Archive, Item

_BATCH = 256
_REQUESTS, _BINDINGS = "requests", "bindings"


def restore_records(client: QdrantClient, prefix: str, archive: Archive, present: str = "") -> dict[str, int]:
    """Write every part of an archive into the collections of `prefix`; returns how many records of each.

    `present` is the COLLECTION that is used now: an administrator may have undone a binding there since the backup.

    Raises:
        SouffleurError: a collection of that name is there already.
        IndexUnavailable: Qdrant failed; the same restore may be run again.
    """
    mark, ours = _mark_name(prefix), [f"{prefix}_{name}" for name in (*KEPT_COLLECTIONS, LEDGER)]
    with translate_qdrant_errors():
        names = {one.name for one in client.get_collections().collections}
        there = names.intersection((*ours, passages_collection_name(prefix)))
        if there and mark not in names:
            raise SouffleurError(
                f"Nothing was restored: records of COLLECTION={prefix} are there already, and a restore never touches "
                f"what is there. Restore beside them with `--as {prefix}2`, then set COLLECTION={prefix}2 in .env and "
                "start bot and worker again."
            )
        create_missing_collection(client, mark, vectors_config={})
        for name in there.intersection(ours):  # what a killed restore had written
            client.delete_collection(name)
    counts = {
        name: _write_records(client, prefix, name, _choose_items(client, present, name, archive.read_part(name)))
        for name in (*KEPT_COLLECTIONS, LEDGER)
    }
    with translate_qdrant_errors():
        client.delete_collection(mark)
    return counts


def refuse_unfinished_restore(client: QdrantClient, prefix: str) -> None:
    """Refuse to work with records of which a restore was killed half way. A Qdrant that is away is not judged.

    Raises:
        SettingsError: a restore into this COLLECTION has not ended.
    """
    is_unfinished = False
    with contextlib.suppress(IndexUnavailable), translate_qdrant_errors():
        is_unfinished = client.collection_exists(_mark_name(prefix))
    if is_unfinished:
        raise SettingsError(
            f"A restore into COLLECTION={prefix} has not ended: wait for it, or run the same restore again, or set "
            "COLLECTION back to the former name."
        )


def _choose_items(client: QdrantClient, present: str, name: str, items: Iterator[Item]) -> Iterator[Item]:
    if name == _REQUESTS:
        return (item for item in items if item[1].get("state") == "done")
    if name == _BINDINGS and present:
        newer = dict(open_kept_collection(client, present, name).list_items())
        chosen = {key: _choose_binding(record, newer.pop(key, None)) for key, record in items}
        return iter((chosen | newer).items())
    return items


def _choose_binding(saved: dict[str, Any], present: dict[str, Any] | None) -> dict[str, Any]:
    """The binding of a name that goes on: the present one, if it was not undone for the same channel or person."""
    is_undone = saved.get("state") == "undone" and present is not None and present.get("id") == saved.get("id")
    return saved if present is None or is_undone else present


def _write_records(client: QdrantClient, prefix: str, name: str, items: Iterator[Item]) -> int:
    repository, count = open_kept_collection(client, prefix, name), 0
    repository.prepare_collection()
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            repository.put_records(batch)
            count, batch = count + len(batch), []
    repository.put_records(batch)
    return count + len(batch)


def _mark_name(prefix: str) -> str:
    return f"{prefix}_restoring"

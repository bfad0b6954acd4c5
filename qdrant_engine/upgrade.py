"""Take over an index that qdrant-client's local mode wrote: version 0.1.0 and older kept it in the same folder."""

from __future__ import annotations

import contextlib
import logging
import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qdrant_client import QdrantClient
from qdrant_client.http import models as m

from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine, FolderDamaged

_OLD = "local-mode"  # where the old index lies until it is taken over
_TAKEN = "local-mode.taken"  # and then, until it is removed
_OLD_FILES = ("collection", "meta.json")  # the description last: without it there is no old index
_OLD_LAYOUT = "qdrant stand-in"  # in a collection's metadata: what the local mode could not keep elsewhere
_BATCH = 256
log = logging.getLogger(__name__)


def open_engine(path: Path | None) -> Engine:
    """Open the folder `path`, or an empty index that ends with the engine. An old index in it is taken over."""
    engine = Engine(path)
    if path is None:
        return engine
    try:
        if _set_old_index_aside(path, is_empty=not engine.list_names()):
            _take_over(path / _OLD, engine)
            (path / _OLD).rename(path / _TAKEN)
        shutil.rmtree(path / _TAKEN, ignore_errors=True)
    except BaseException:
        engine.close()
        raise
    return engine


def _set_old_index_aside(path: Path, *, is_empty: bool) -> bool:
    """Move an old index into a folder of its own; whether there is one, also from a start that was cut off."""
    if not (path / _OLD).is_dir():
        if not (path / "meta.json").is_file():
            return False
        if not is_empty:
            raise FolderDamaged("it holds an index of this version and one of an older version (meta.json, collection)")
    (path / _OLD).mkdir(mode=0o700, exist_ok=True)
    for name in _OLD_FILES:
        with contextlib.suppress(FileNotFoundError):
            (path / name).rename(path / _OLD / name)
    return True


def _take_over(old_path: Path, engine: Engine) -> None:
    """Copy every collection. Nothing else was written yet: what a start that was cut off has copied is made anew."""
    for name in engine.list_names():
        engine.delete_collection(name)
    new = build_client(engine, closes_engine=False)
    with _open_old(old_path) as old, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the local mode says that it is slow
        for collection in old.get_collections().collections:
            points = _copy_collection(old, new, collection.name)
            log.info("event=collection_taken_over collection=%s points=%d", collection.name, points)
        created = [
            m.CreateAliasOperation(
                create_alias=m.CreateAlias(collection_name=one.collection_name, alias_name=one.alias_name)
            )
            for one in old.get_aliases().aliases
        ]
        if created:
            new.update_collection_aliases(created)


@contextlib.contextmanager
def _open_old(path: Path) -> Iterator[QdrantClient]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client = QdrantClient(path=str(path), force_disable_check_same_thread=True)
        with contextlib.closing(client):
            yield client
    except (ValueError, KeyError, OSError, sqlite3.Error) as error:
        raise FolderDamaged(f"the old index in {path.name} cannot be read") from error


def _copy_collection(old: QdrantClient, new: QdrantClient, name: str) -> int:
    config = old.get_collection(name).config
    metadata = dict(config.metadata or {})
    layout: dict[str, Any] = metadata.pop(_OLD_LAYOUT, {})
    new.create_collection(
        name,
        vectors_config=config.params.vectors or {},
        sparse_vectors_config=config.params.sparse_vectors,
        metadata=metadata or None,
    )
    for field, index in layout.get("indexes", {}).items():
        new.create_payload_index(name, field, index.get("params") or index["data_type"])
    copied, offset = 0, None
    while True:
        points, offset = old.scroll(name, limit=_BATCH, offset=offset, with_payload=True, with_vectors=True)
        rows = [m.PointStruct(id=one.id, vector=one.vector or {}, payload=one.payload) for one in points]
        if rows:
            new.upsert(name, rows, wait=True)
        copied += len(rows)
        if offset is None:
            return copied

"""An index that qdrant-client's local mode wrote is taken over whole, also when a start is cut off."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest
from qdrant_client import QdrantClient
from qdrant_client import models as m

from qdrant_engine import upgrade
from qdrant_engine.client import build_client
from qdrant_engine.engine import FolderDamaged
from qdrant_engine.upgrade import open_engine

POINTS = 600


def write_old_index(path: Path) -> None:
    with closing(QdrantClient(path=str(path))) as old:
        old.create_collection(
            "passages",
            {"dense": m.VectorParams(size=2, distance=m.Distance.DOT)},
            sparse_vectors_config={"words": m.SparseVectorParams(modifier=m.Modifier.IDF)},
            metadata={"model": "e5", "qdrant stand-in": {"indexes": {"colour": {"data_type": "keyword", "points": 0}}}},
        )
        words = m.SparseVector(indices=[1], values=[1.0])
        old.upsert(
            "passages",
            [
                m.PointStruct(id=n, vector={"words": words, "dense": [1.0, float(n)]}, payload={"colour": "red"})
                for n in range(POINTS)
            ],
        )
        old.create_collection("records", vectors_config={})
        old.upsert("records", [m.PointStruct(id=1, vector={}, payload={"state": "asked"})])
        alias = m.CreateAlias(collection_name="passages", alias_name="serving")
        old.update_collection_aliases([m.CreateAliasOperation(create_alias=alias)])


def check_taken_over(path: Path) -> None:
    with closing(build_client(open_engine(path))) as client:
        assert client.count("serving").count == POINTS
        assert client.get_collection("passages").config.metadata == {"model": "e5"}
        assert client.retrieve("passages", [2], with_vectors=["dense"])[0].vector == {"dense": [1.0, 2.0]}
        assert client.facet("passages", "colour", exact=True).hits[0].count == POINTS
        assert client.retrieve("records", [1])[0].payload == {"state": "asked"}
    assert not (path / "meta.json").exists()
    assert not [*path.glob("local-mode*")]


def test_an_old_index_is_taken_over(tmp_path: Path) -> None:
    write_old_index(tmp_path)
    check_taken_over(tmp_path)
    check_taken_over(tmp_path)


@pytest.mark.parametrize("cut_at", ["first collection", "second collection"])
def test_a_take_over_that_is_cut_off_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_at: str) -> None:
    write_old_index(tmp_path)
    copy, seen = upgrade._copy_collection, []

    def copy_or_end(old: QdrantClient, new: QdrantClient, name: str) -> int:
        seen.append(name)
        copied = copy(old, new, name)
        if len(seen) == {"first collection": 1, "second collection": 2}.get(cut_at):
            raise KeyboardInterrupt
        return copied

    with monkeypatch.context() as patched:
        patched.setattr(upgrade, "_copy_collection", copy_or_end)
        with pytest.raises(KeyboardInterrupt):
            open_engine(tmp_path)
    check_taken_over(tmp_path)


def test_an_old_index_whose_description_was_not_moved_yet_is_taken_over(tmp_path: Path) -> None:
    write_old_index(tmp_path)
    (tmp_path / "local-mode").mkdir()
    shutil.move(tmp_path / "collection", tmp_path / "local-mode" / "collection")
    check_taken_over(tmp_path)


def test_a_damaged_old_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text('{"collections": {"half')
    for _ in range(2):
        with pytest.raises(FolderDamaged):
            open_engine(tmp_path)


def test_a_removal_that_is_cut_off_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old index is out of the way before the first of its files is removed."""
    write_old_index(tmp_path)

    def remove_half(folder: Path, **_: object) -> None:
        (folder / "collection" / "passages" / "storage.sqlite").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("qdrant_engine.upgrade.shutil.rmtree", remove_half)
        with pytest.raises(KeyboardInterrupt):
            open_engine(tmp_path)
    check_taken_over(tmp_path)


def test_an_older_version_that_wrote_again_meanwhile_is_told(tmp_path: Path) -> None:
    write_old_index(tmp_path)
    check_taken_over(tmp_path)
    write_old_index(tmp_path)
    with pytest.raises(FolderDamaged, match="an index of this version and one of an older version"):
        open_engine(tmp_path)

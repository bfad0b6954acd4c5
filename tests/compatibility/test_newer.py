"""A record in which a later version has written more is read as far as it is known, and loses nothing of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from tests.compatibility.dumps import Json, dumped, lacking, load
from tests.compatibility.reading import PREFIX, changed, told
from tests.doubles.temporary_qdrant import open_temporary_qdrant

NEWER = {"of_a_newer_version": {"a": [1, None]}}
# Where a later version may write more: the collection, and the record itself or what lies in it.
RECORDS = [
    ("passages_2", ""),
    ("passages_2", "metadata"),
    ("documents_2", ""),
    ("documents_2", "fingerprint"),
    ("documents_2", "label"),
    ("requests", ""),
    ("requests", "failed"),
    ("holds", ""),
    ("bindings", ""),
    ("questions", ""),
    ("questions", "used"),
    ("votes", ""),
    ("votes", "passages"),
    ("private", ""),
    ("private", "private"),
    ("private", "private.answer"),
    ("private", "private.answer.citations"),
    ("private", "private.answer.claims"),
    ("private", "private.answer.passages"),
    ("private", "private.answer.passages.passage"),
    ("private", "private.answer.passages.passage.excerpt"),
    ("audit", ""),
    ("anchor", ""),
    ("troubles", ""),
    ("troubles", "troubles"),
]
ALONE = {"holds": "hold", "troubles": "troubles", "anchor": ""}  # there is one of each, by what it is told as
BUILDS = ["", "verdict", "floor", "usual"]


@pytest.fixture
def emptied() -> Iterator[QdrantClient]:
    with closing(open_temporary_qdrant()) as client:
        yield client


@pytest.mark.parametrize(("kind", "within"), RECORDS, ids=lambda one: one or "record")
def test_a_record_of_a_newer_version_is_read_as_far_as_it_is_known(
    emptied: QdrantClient, written: Json, kind: str, within: str
) -> None:
    newer = deepcopy(written)
    points = newer["collections"][f"{PREFIX}_{kind}"]["points"]
    records = [record for point in points for record in _inside(point["payload"], within)]
    assert records
    for record in records:
        record.update(NEWER)
    load(emptied, newer)
    assert lacking(told(emptied, written["written_at"]), written["told"]) == []


@pytest.mark.parametrize("within", BUILDS, ids=lambda one: one or "build")
def test_a_build_of_a_newer_version_is_read_as_far_as_it_is_known(
    emptied: QdrantClient, written: Json, within: str
) -> None:
    newer = deepcopy(written)
    for build in _inside(newer["collections"][f"{PREFIX}_passages_2"]["shape"]["metadata"], within):
        build.update(NEWER)
    load(emptied, newer)
    assert lacking(told(emptied, written["written_at"]), written["told"]) == []


@pytest.mark.parametrize(
    ("kind", "within"), [one for one in RECORDS if one[0] != "passages_2"], ids=lambda one: one or "record"
)
def test_what_a_newer_version_wrote_is_kept_when_this_one_writes_the_record(
    emptied: QdrantClient, written: Json, kind: str, within: str, tmp_path: Path
) -> None:
    newer = deepcopy(written)
    points = newer["collections"][f"{PREFIX}_{kind}"]["points"]
    records = [record for point in points for record in _inside(point["payload"], within)]
    for record in records:
        record.update(NEWER)
    load(emptied, newer)
    before = dumped(emptied)["collections"][f"{PREFIX}_{kind}"]["points"]
    changed(emptied, kind, written["written_at"], tmp_path)
    after = dumped(emptied)["collections"][f"{PREFIX}_{kind}"]["points"]
    now = [record for point in after for record in _inside(point["payload"], within)]
    assert sum(lacking(record, NEWER) == [] for record in now) == len(records)
    if kind not in ("bindings", "private", "anchor"):  # these are the same again
        assert after != before


@pytest.mark.parametrize("within", BUILDS, ids=lambda one: one or "build")
def test_what_a_newer_version_wrote_of_a_build_is_kept_when_this_one_writes_of_it(
    emptied: QdrantClient, written: Json, within: str, tmp_path: Path
) -> None:
    newer = deepcopy(written)
    for build in _inside(newer["collections"][f"{PREFIX}_passages_2"]["shape"]["metadata"], within):
        build.update(NEWER)
    load(emptied, newer)
    changed(emptied, "passages_2", written["written_at"], tmp_path)
    metadata = dumped(emptied)["collections"][f"{PREFIX}_passages_2"]["shape"]["metadata"]
    assert metadata["retired_at"] == written["written_at"]
    assert all(lacking(build, NEWER) == [] for build in _inside(metadata, within))


@pytest.mark.parametrize("kind", [kind for kind in dict(RECORDS[2:]) if kind not in ALONE])
def test_a_record_that_cannot_be_read_is_left_out_and_told_once(
    emptied: QdrantClient, written: Json, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = deepcopy(written)
    points = broken["collections"][f"{PREFIX}_{kind}"]["points"]
    strange = str(uuid.uuid4())
    found_by = {"question": points[0]["payload"]["question"]} if kind == "votes" else {}
    payload = {**{name: {"secret": [None]} for name in points[0]["payload"]}, **found_by}
    points.append({**deepcopy(points[0]), "id": strange, "payload": payload})
    load(emptied, broken)
    for _ in range(2):
        assert lacking(told(emptied, written["written_at"]), written["told"]) == []
    [line] = [one.getMessage() for one in caplog.records if strange in one.getMessage()]
    assert f"{PREFIX}_{kind}" in line
    assert "secret" not in line


@pytest.mark.parametrize("kind", ALONE)
def test_a_record_alone_that_cannot_be_read_is_none_and_is_written_anew(
    emptied: QdrantClient, written: Json, kind: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    broken = deepcopy(written)
    [point] = broken["collections"][f"{PREFIX}_{kind}"]["points"]
    point["payload"] = {name: {"secret": [None]} for name in point["payload"]}
    broken["collections"][f"{PREFIX}_{kind}"]["points"] = [point]
    load(emptied, broken)
    assert not told(emptied, written["written_at"]).get(ALONE[kind])
    changed(emptied, kind, written["written_at"], tmp_path)
    assert "secret" not in caplog.text
    assert "secret" not in str(dumped(emptied)["collections"][f"{PREFIX}_{kind}"]["points"])


def _inside(record: Json, within: str) -> list[Json]:
    """The records that lie in a record under a name, or under a path of names; lists are looked into."""
    name, _, further = within.partition(".")
    if not name:
        return [record]
    inner = record[name]
    return [found for one in (inner if isinstance(inner, list) else [inner]) for found in _inside(one, further)]

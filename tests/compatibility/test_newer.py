"""A record in which a later version has written more is read as far as this version knows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy

import pytest
from qdrant_client import QdrantClient

from tests.compatibility.dumps import Json, lacking, load
from tests.compatibility.reading import PREFIX, told

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
    ("troubles", ""),
    ("troubles", "troubles"),
]
BUILDS = ["", "verdict", "floor", "usual"]


@pytest.fixture
def emptied() -> Iterator[QdrantClient]:
    with closing(QdrantClient(":memory:")) as client:
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


def _inside(record: Json, within: str) -> list[Json]:
    """The records that lie in a record under a name, or under a path of names; lists are looked into."""
    name, _, further = within.partition(".")
    if not name:
        return [record]
    inner = record[name]
    return [found for one in (inner if isinstance(inner, list) else [inner]) for found in _inside(one, further)]

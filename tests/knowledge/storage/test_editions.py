"""What a scan believes of the index: only what it holds passage for passage."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from knowledge.core.documents import Document
from knowledge.embeddings.embedding_model import Meaning
from knowledge.retrieval.search import Search
from knowledge.storage import passage_writer as index_room
from knowledge.storage.editions import Editions, edition_of
from knowledge.storage.passage_writer import Index
from tests.knowledge.samples import ALL, document, passages, stored
from tests.knowledge.storage.crashing_client import Crash, crashing

PATHS = ["a.md", "dossier/a b/c.md", "//", "1/2/live/x.md"]


@pytest.mark.parametrize("path", PATHS)
def test_a_whole_document_is_held(index: Index, path: str) -> None:
    made = stored(index, path, "un", "deux")
    stored(index, "other.md", "trois")
    assert index.editions().holds(made)
    assert set(index.paths()) == {path, "other.md"}


def of(document_: Document, count: int, *, live: bool = True) -> tuple[str, int]:
    return edition_of(document_, live=live), count


TWO = document("a.md", "a", generation=2, passages=2)
OLDER = replace(TWO, generation=1)
OTHER = document("a.md", "b", generation=2, passages=2)


@pytest.mark.parametrize(
    ("held", "holds"),
    [
        ([of(TWO, 2)], True),
        ([], False),
        ([of(TWO, 1)], False),
        ([of(TWO, 3)], False),
        ([of(TWO, 2, live=False)], False),
        ([of(TWO, 1), of(TWO, 1, live=False)], False),
        ([of(OTHER, 2)], False),
        ([of(OLDER, 2)], False),
        ([of(TWO, 2), of(OTHER, 1)], False),
        ([of(TWO, 2), of(OTHER, 1, live=False)], False),
    ],
    ids=["whole", "none", "few", "many", "asleep", "half", "another", "older", "rest", "coming"],
)
def test_only_the_edition_of_the_ledger_is_held(held: list[tuple[str, int]], *, holds: bool) -> None:
    assert Editions.counted(held).holds(TWO) is holds


def test_a_document_without_passages_is_held_where_none_are() -> None:
    nothing = replace(TWO, passages=0)
    assert Editions.counted([]).holds(nothing)
    assert not Editions.counted([of(OLDER, 1)]).holds(nothing)


def test_a_version_comes_to_life_in_one_write(
    client: QdrantClient, index: Index, meaning: Meaning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_room, "_BATCH", 2)
    stored(index, "a.md", "ancien")
    new = document("a.md", "b", 2, 5)
    dying = Index(crashing(client, 4, applied=True), index.collection.removesuffix("_passages"), meaning)
    with pytest.raises(Crash):
        dying.replace(new, passages(new, *"abcde"))
    life = index.editions().by_path["a.md"]
    assert life == {edition_of(new, live=True): 5, edition_of(document("a.md"), live=True): 1}


def test_a_version_that_is_written_anew_answers_whole_all_the_while(
    client: QdrantClient, index: Index, search: Search, meaning: Meaning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_room, "_BATCH", 1)
    stored(index, "a.md", "texte un", "texte deux", "texte trois")
    again = document("a.md", generation=2)
    dying = Index(crashing(client, 2, applied=True), index.collection.removesuffix("_passages"), meaning)
    with pytest.raises(Crash):
        dying.replace(again, passages(again, "texte un", "texte deux", "texte trois"))
    assert len(search.find("texte", ALL, 5).found) == 3

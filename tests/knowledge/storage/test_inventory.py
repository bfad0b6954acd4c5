"""What a scan believes of the index: only what it holds passage for passage."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from knowledge.core.documents import Document
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage import inventory as inventory_room
from knowledge.storage import passage_writer as index_room
from knowledge.storage.inventory import PassageInventory, make_passage_version_key
from knowledge.storage.passage_writer import PassageWriter
from tests.knowledge.samples import ALL, count_passages_by_path, document, passages, stored
from tests.knowledge.storage.crashing_client import Crash, crashing

PATHS = ["a.md", "dossier/a b/c.md", "//", "1/2/live/x.md"]


@pytest.mark.parametrize("path", PATHS)
def test_a_whole_document_is_held(index: PassageWriter, path: str) -> None:
    made = stored(index, path, "un", "deux")
    stored(index, "other.md", "trois")
    assert index.fetch_passage_inventory().matches_document(made)
    assert set(count_passages_by_path(index)) == {path, "other.md"}


def test_every_document_is_counted_however_many_they_are(index: PassageWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.storage.client._FIRST_VALUES_LIMIT", 2)
    monkeypatch.setattr("knowledge.storage.client._LIMIT_GROWTH", 2)
    for n in range(5):
        stored(index, f"{n}.md", "un")
    assert count_passages_by_path(index) == {f"{n}.md": 1 for n in range(5)}


def of(document_: Document, count: int, *, live: bool = True) -> tuple[str, int]:
    return make_passage_version_key(document_, live=live), count


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
    assert PassageInventory.from_counts(held).matches_document(TWO) is holds


@pytest.mark.parametrize(
    "held", [[], [of(TWO, 2)], [of(TWO, 1)], [of(OTHER, 1), of(TWO, 2)], [of(TWO, 2), of(OTHER, 1)]]
)
def test_beside_the_ledger_an_inventory_keeps_only_what_differs(held: list[tuple[str, int]]) -> None:
    whole, beside = PassageInventory.from_counts(held), PassageInventory.from_counts(held, {"a.md": TWO})
    assert beside.matches_document(TWO) is whole.matches_document(TWO)
    assert beside.matches_audience("a.md", TWO.audience) is whole.matches_audience("a.md", TWO.audience)
    assert beside.get_counts("a.md") == whole.get_counts("a.md")
    assert ("a.md" in beside.by_path) is (held != [of(TWO, 2)])


def test_many_documents_are_counted_by_and_by_and_a_stray_is_found(
    index: PassageWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inventory_room, "_COUNTED_TOGETHER", 2)
    known = {path: stored(index, path, "un", "deux") for path in ("a.md", "b.md", "c.md")}
    assert index.fetch_passage_inventory(known).by_path == {}
    known["c.md"] = replace(known["c.md"], passages=3)
    assert index.fetch_passage_inventory(known).by_path == {"c.md": dict([of(known["c.md"], 2)])}
    stray = stored(index, "stray.md", "un")
    assert index.fetch_passage_inventory(known).by_path.keys() == {"c.md", "stray.md"}
    assert index.fetch_passage_inventory(known).matches_document(stray)


def test_a_document_without_passages_is_held_where_none_are() -> None:
    nothing = replace(TWO, passages=0)
    assert PassageInventory.from_counts([]).matches_document(nothing)
    assert not PassageInventory.from_counts([of(OLDER, 1)]).matches_document(nothing)


def test_a_version_comes_to_life_in_one_write(
    client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_room, "_BATCH", 2)
    stored(index, "a.md", "ancien")
    new = document("a.md", "b", 2, 5)
    dying = PassageWriter(crashing(client, 4, applied=True), index.collection.removesuffix("_passages"), meaning)
    with pytest.raises(Crash):
        dying.replace_passages(new, passages(new, *"abcde"))
    life = index.fetch_passage_inventory().by_path["a.md"]
    assert life == {
        make_passage_version_key(new, live=True): 5,
        make_passage_version_key(document("a.md"), live=True): 1,
    }


def test_a_version_that_is_written_anew_answers_whole_all_the_while(
    client: QdrantClient,
    index: PassageWriter,
    search: PassageSearch,
    meaning: EmbeddingModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index_room, "_BATCH", 1)
    stored(index, "a.md", "texte un", "texte deux", "texte trois")
    again = document("a.md", generation=2)
    dying = PassageWriter(crashing(client, 2, applied=True), index.collection.removesuffix("_passages"), meaning)
    with pytest.raises(Crash):
        dying.replace_passages(again, passages(again, "texte un", "texte deux", "texte trois"))
    assert len(search.search_passages("texte", ALL, 5).found) == 3

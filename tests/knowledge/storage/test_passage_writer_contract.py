"""What an index promises, whichever Qdrant it stands on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qdrant_client import QdrantClient, models

from knowledge.core.access import Audience
from knowledge.core.documents import make_content_version
from knowledge.core.failures import ModelUnavailable
from knowledge.core.lexical import sparse_vector_from_question
from knowledge.core.passages import list_passage_ids
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.vector_search import DenseSearch, LexicalSearch, VectorSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.index_versions import IndexVersions
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.schema import SPARSE_VECTOR_NAME, point_from_passage
from tests.doubles.ollama import Faults, Ollama
from tests.knowledge.samples import (
    ALL,
    count_passages_by_path,
    document,
    enriched,
    list_points,
    passages,
    stored,
    texts,
)

NOBODY_HERE = Audience(frozenset({"nobody-here"}))


def points(client: QdrantClient, index: PassageWriter) -> set[str]:
    return {str(point.id) for point in list_points(client, index.collection)}


def test_preparing_twice_changes_nothing(index: PassageWriter, search: PassageSearch) -> None:
    stored(index, "a.md", "le télétravail")
    index.prepare()
    assert texts(search.search_passages("télétravail", ALL, 5)) == ["le télétravail"]


def test_two_processes_may_prepare_at_once(client: QdrantClient, index: PassageWriter, meaning: EmbeddingModel) -> None:
    PassageWriter(client, index.collection.removesuffix("_passages"), meaning).prepare()
    assert count_passages_by_path(index) == {}


def test_before_anything_is_prepared_a_search_says_what_to_do(
    client: QdrantClient, prefix: str, meaning: EmbeddingModel
) -> None:
    results = PassageSearch(client, prefix, meaning).search_passages("x", ALL, 5)
    assert results.found == ()
    assert results.degraded == "Nothing has been indexed yet: start the worker and drop a document."


def test_a_passage_comes_back_as_it_went_in(index: PassageWriter, search: PassageSearch) -> None:
    made = document("dossier/été.md")
    (passage,) = passages(made, "deux jours de télétravail")
    index.replace_passages(made, [passage])
    (found,) = search.search_passages("télétravail", ALL, 5).found
    assert found.passage == passage
    assert found.score > 0


def test_the_mark_of_doubtful_text_is_stored_and_older_passages_have_none(
    client: QdrantClient, index: PassageWriter, search: PassageSearch
) -> None:
    made = document("a.md")
    (passage,) = passages(made, "deux jours de télétravail")
    marked = replace(passage, excerpt=replace(passage.excerpt, doubtful=True))
    index.replace_passages(made, [marked])
    (found,) = search.search_passages("télétravail", ALL, 5).found
    assert found.passage == marked
    plain = point_from_passage(passage, live=True)
    assert plain.payload is not None
    assert "doubtful" not in plain.payload["metadata"]


def test_replacing_by_the_same_changes_nothing(client: QdrantClient, index: PassageWriter) -> None:
    stored(index, "a.md", "un", "deux")
    before = points(client, index)
    stored(index, "a.md", "un", "deux")
    assert points(client, index) == before


def test_a_new_version_keeps_the_vectors_of_texts_that_it_kept(index: PassageWriter) -> None:
    enriched(index, stored(index, "a.md", "un", "deux"))
    again = stored(index, "a.md", "un", "deux", generation=2)
    assert list(index.list_unembedded_passages(list_passage_ids(again))) == []
    changed = stored(index, "a.md", "zéro", "un", content="b", generation=3)
    assert [text for _, text in index.list_unembedded_passages(list_passage_ids(changed))] == ["Guide\nzéro"]


def test_pages_that_come_in_again_keep_their_vectors(index: PassageWriter) -> None:
    made = stored(index, "a.md", "un", "deux")
    enriched(index, made)
    assert index.add_passages(made, passages(made, "un"))
    index.replace_passages(made, passages(made, "un", "deux"), added_count=1)
    assert list(index.list_unembedded_passages(list_passage_ids(made))) == []


def test_of_a_document_that_is_given_up_only_what_answers_is_kept(
    client: QdrantClient, index: PassageWriter, search: PassageSearch
) -> None:
    assert index.keep_live_passages("a.md") == 0
    old = stored(index, "a.md", "ancien", "reste")
    new = document("a.md", "b", generation=2)
    coming = [point_from_passage(passage, live=False) for passage in passages(new, "nouveau")]
    client.upsert(index.collection, coming)
    assert index.keep_live_passages("a.md") == 2
    assert points(client, index) == {passage.id for passage in passages(old, "ancien", "reste")}
    client.upsert(index.collection, [point_from_passage(passage, live=True) for passage in passages(new, "nouveau")])
    assert index.keep_live_passages("a.md") == 1
    assert texts(search.search_passages("ancien nouveau reste", ALL, 5)) == ["nouveau"]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_version_of_which_passages_were_lost_is_given_up_whole(
    client: QdrantClient, index: PassageWriter, search: PassageSearch, lost: int
) -> None:
    made = passages(stored(index, "a.md", "un", "deux", "trois"), "un", "deux", "trois")
    client.delete(index.collection, [made[lost].id])
    assert index.keep_live_passages("a.md") == 0
    assert points(client, index) == set()
    assert texts(search.search_passages("un deux trois", ALL, 5)) == []


def test_a_new_version_leaves_nothing_of_the_old_one(index: PassageWriter, search: PassageSearch) -> None:
    stored(index, "a.md", "ancien texte", "ancien reste")
    stored(index, "a.md", "nouveau texte", content="b", generation=2)
    assert texts(search.search_passages("texte ancien reste", ALL, 5)) == ["nouveau texte"]
    assert count_passages_by_path(index) == {"a.md": 1}


def test_after_one_look_a_document_is_written_without_a_search(
    client: QdrantClient, index: PassageWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(index, "a.md", "ancien texte", "ancien reste")
    index.fetch_passage_inventory()
    for search in ("scroll", "count", "facet"):
        monkeypatch.setattr(client, search, None)
    stored(index, "a.md", "nouveau texte", content="b", generation=2)
    copied = document("b.md", "b", passages=1)
    assert index.copy_passages(document("a.md", "b", 2, passages=1), copied)
    assert index.add_passages(document("c.md"), passages(document("c.md"), "un"))
    index.replace_passages(document("c.md"), passages(document("c.md"), "un", "deux"), added_count=1)
    enriched(index, copied)
    assert index.keep_live_passages("c.md") == 2
    index.delete_document_passages("a.md")
    monkeypatch.undo()
    assert count_passages_by_path(index) == {"b.md": 1, "c.md": 2}


def test_a_version_that_comes_back_is_found_again(index: PassageWriter, search: PassageSearch) -> None:
    stored(index, "a.md", "premier texte")
    stored(index, "a.md", "second texte", content="b", generation=2)
    stored(index, "a.md", "premier texte", generation=3)
    assert texts(search.search_passages("texte", ALL, 5)) == ["premier texte"]


def test_fewer_passages_of_the_same_version_leave_no_rest(index: PassageWriter) -> None:
    stored(index, "a.md", "un texte", "deux textes")
    stored(index, "a.md", "un texte")
    assert count_passages_by_path(index) == {"a.md": 1}


def test_many_passages_are_stored_in_batches(index: PassageWriter) -> None:
    made = stored(index, "a.md", *(f"passage {n}" for n in range(300)))
    assert count_passages_by_path(index) == {"a.md": 300}
    assert len(list(index.list_unembedded_passages(list_passage_ids(made)))) == 300


def test_whether_anything_is_held_is_known(
    client: QdrantClient, prefix: str, meaning: EmbeddingModel, search: PassageSearch
) -> None:
    assert not search.has_indexed_passages()
    index = PassageWriter(client, prefix, meaning)
    index.prepare()
    assert not search.has_indexed_passages()
    stored(index, "a.md", "un texte")
    assert search.has_indexed_passages()


def test_forgetting_drops_one_document_and_no_other(index: PassageWriter, search: PassageSearch) -> None:
    stored(index, "a.md", "un texte")
    stored(index, "b.md", "autre texte")
    index.delete_document_passages("a.md")
    index.delete_document_passages("nowhere.md")
    assert count_passages_by_path(index) == {"b.md": 1}
    assert texts(search.search_passages("texte", ALL, 5)) == ["autre texte"]


def test_what_the_last_passage_required_is_required_no_more(
    client: QdrantClient, index: PassageWriter, prefix: str
) -> None:
    for path, required in {"a.md": "#hr", "b.md": "everyone"}.items():
        made = document(path)
        index.replace_passages(made, passages(made, "un texte", audience=required))
    assert IndexVersions(client, prefix).list_served_requirements() == {"#hr", "everyone"}
    index.delete_document_passages("a.md")
    assert IndexVersions(client, prefix).list_served_requirements() == {"everyone"}


def test_a_copy_keeps_text_and_vectors(index: PassageWriter, search: PassageSearch) -> None:
    source = stored(index, "a.md", "un texte", "deux textes")
    enriched(index, source)
    target = document("b.md", passages=2)
    assert index.copy_passages(source, target)
    assert list(index.list_unembedded_passages(list_passage_ids(target))) == []
    assert count_passages_by_path(index) == {"a.md": 2, "b.md": 2}
    found = search.search_passages("texte", ALL, 10).found
    assert [{one.passage.path, *(copy.path for copy in one.copies)} for one in found] == [{"a.md", "b.md"}] * 2


def test_a_copy_replaces_what_its_target_held(index: PassageWriter, search: PassageSearch) -> None:
    source = stored(index, "a.md", "neuf", content="n")
    stored(index, "b.md", "vieux", "usé", content="v")
    assert index.copy_passages(source, document("b.md", "n", generation=2))
    assert count_passages_by_path(index) == {"a.md": 1, "b.md": 1}
    assert texts(search.search_passages("vieux usé", ALL, 5)) == []


def test_a_copy_of_passages_that_are_not_all_there_does_nothing(index: PassageWriter) -> None:
    source = stored(index, "a.md", "un texte")
    stored(index, "b.md", "vieux", content="v")
    short = document("a.md", passages=2)
    assert not index.copy_passages(short, document("b.md", generation=2))
    assert count_passages_by_path(index) == {"a.md": 1, "b.md": 1}
    assert source.passages == 1


def test_enriching_takes_passages_off_the_waiting_list(index: PassageWriter) -> None:
    made = stored(index, "a.md", "un texte", "deux textes")
    waiting = list(index.list_unembedded_passages(list_passage_ids(made)))
    assert sorted(text for _, text in waiting) == ["Guide\ndeux textes", "Guide\nun texte"]
    index.add_dense_vectors([(waiting[0][0], [1.0, 0.0])])
    assert list(index.list_unembedded_passages(list_passage_ids(made))) == waiting[1:]


def test_enriching_nothing_asks_nothing(index: PassageWriter) -> None:
    index.add_dense_vectors([])


def test_words_and_meaning_find_together(index: PassageWriter, search: PassageSearch, meaning: EmbeddingModel) -> None:
    made = stored(index, "a.md", "le télétravail est possible", "la cantine ferme à midi")
    waiting = list(index.list_unembedded_passages(list_passage_ids(made)))
    ids = [passage for passage, _ in waiting]
    index.add_dense_vectors(list(zip(ids, meaning.embed_documents([text for _, text in waiting]), strict=True)))
    results = search.search_passages("home office", ALL, 1)
    assert results.degraded is None
    assert texts(results) == ["le télétravail est possible"]


def test_before_the_first_vector_words_decide_and_say_so(index: PassageWriter, search: PassageSearch) -> None:
    stored(index, "a.md", "le télétravail")
    results = search.search_passages("télétravail", ALL, 5)
    assert results.degraded == "No passage has a vector of bge-m3 yet."
    assert texts(results) == ["le télétravail"]


def test_with_the_model_away_words_decide_and_say_so(
    index: PassageWriter, search: PassageSearch, ollama: Ollama
) -> None:
    made = stored(index, "a.md", "le télétravail")
    enriched(index, made, 64)
    ollama.faults = Faults(status=500)
    results = search.search_passages("télétravail", ALL, 5)
    assert results.degraded == "Ollama answered 500 for the embedding model bge-m3: look at its log."
    assert texts(results) == ["le télétravail"]


def test_vectors_of_two_models_never_mix(
    client: QdrantClient, index: PassageWriter, prefix: str, ollama: Ollama
) -> None:
    made = stored(index, "a.md", "le télétravail")
    enriched(index, made, 4)
    other_meaning = EmbeddingModel(Settings(ollama_url=ollama.url, embedding_model="other-embed"))
    other = PassageWriter(client, prefix, other_meaning)
    assert (
        PassageSearch(client, prefix, other_meaning).search_passages("télétravail", ALL, 5).degraded
        == "No passage has a vector of other-embed yet."
    )
    enriched(other, made, 8)
    assert [
        *index.list_unembedded_passages(list_passage_ids(made)),
        *other.list_unembedded_passages(list_passage_ids(made)),
    ] == []


def test_another_model_under_the_same_name_is_refused(index: PassageWriter, search: PassageSearch) -> None:
    made = stored(index, "a.md", "un", "deux")
    enriched(index, made, 4)
    stored(index, "b.md", "un texte")
    with pytest.raises(ModelUnavailable, match="gives vectors of 5 numbers, the index holds 4"):
        enriched(index, document("b.md", passages=1), 5)
    results = search.search_passages("texte", ALL, 5)
    assert results.degraded is not None
    assert "gives vectors of 64 numbers, the index holds 4" in results.degraded
    assert texts(results) == ["un texte"]


@pytest.mark.parametrize("k", [1, 3, 60])
def test_k_passages_are_found_at_most(index: PassageWriter, search: PassageSearch, k: int) -> None:
    stored(index, "a.md", *(f"texte numéro {n}" for n in range(50)))
    assert len(search.search_passages("texte", ALL, k).found) == min(k, 50)


@pytest.mark.parametrize("question", ["", "?", "le la les", "zzzz"])
def test_a_question_without_a_known_word_finds_nothing(
    index: PassageWriter, search: PassageSearch, question: str
) -> None:
    stored(index, "a.md", "le télétravail")
    assert search.search_passages(question, ALL, 5).found == ()


def test_an_audience_sees_its_own_passages_only(index: PassageWriter, search: PassageSearch) -> None:
    for group in ("everyone", "hr"):
        made = document(f"{group}.md", make_content_version(group, "1"))
        index.replace_passages(made, passages(made, f"salaire {group}", audience=group))
    seen = {
        audience: texts(search.search_passages("salaire", Audience(frozenset(audience)), 5))
        for audience in [(), ("everyone",), ("hr",), ("sales",)]
    }
    assert seen == {(): [], ("everyone",): ["salaire everyone"], ("hr",): ["salaire hr"], ("sales",): []}


def test_an_audience_holds_for_meaning_too(
    index: PassageWriter, search: PassageSearch, meaning: EmbeddingModel
) -> None:
    made = document("hr.md")
    index.replace_passages(made, passages(made, "salaire", audience="hr"))
    enriched(index, made, 64)
    assert search.search_passages("salaire", ALL, 5).found == ()
    assert texts(search.search_passages("salaire", Audience(frozenset({"hr"})), 5)) == ["salaire"]


@pytest.mark.parametrize("question", ["jours de télétravail", "home office", "zzzz", ""])
def test_a_vector_search_finds_what_qdrant_itself_finds(
    client: QdrantClient,
    index: PassageWriter,
    meaning: EmbeddingModel,
    question: str,
) -> None:
    for path, text in {"a.md": "le télétravail est possible deux jours", "b.md": "la cantine ferme à midi"}.items():
        made = stored(index, path, text, f"{text}, sauf en été", content=path)
        waiting = list(index.list_unembedded_passages(list_passage_ids(made)))
        vectors = meaning.embed_documents([text for _, text in waiting])
        index.add_dense_vectors([(passage, vector) for (passage, _), vector in zip(waiting, vectors, strict=True)])
    indices, values = sparse_vector_from_question(question)
    words = models.SparseVector(indices=indices, values=values)
    nearest = VectorSearch(client)
    searches: list[LexicalSearch | DenseSearch] = [LexicalSearch(question), DenseSearch(question, meaning)]
    found_by_each = nearest.search_passages(index.collection, searches, ALL, 10).found
    assert nearest.search_passages(index.collection, searches, NOBODY_HERE, 10).found == [[], []]
    asked_by_each: tuple[tuple[models.SparseVector | list[float], str], ...] = (
        (words, SPARSE_VECTOR_NAME),
        (meaning.embed_query(question), meaning.vector_name),
    )
    for (asked, name), found in zip(asked_by_each, found_by_each, strict=True):
        points = client.query_points(index.collection, query=asked, using=name, limit=10).points
        assert [(one.passage.id, one.score) for one in found] == [(str(one.id), one.score) for one in points]

"""What an index promises, whichever Qdrant it stands on."""

from __future__ import annotations

import pytest
from qdrant_client import QdrantClient

from knowledge.core.access import Audience
from knowledge.core.documents import content_version
from knowledge.core.failures import ModelUnavailable
from knowledge.core.passages import ids_of
from knowledge.embeddings.embedding_model import Meaning
from knowledge.retrieval.search import Search
from knowledge.runtime.settings import Settings
from knowledge.storage.index_versions import Builds
from knowledge.storage.passage_writer import Index
from knowledge.storage.points import point_of
from tests.doubles.ollama import Faults, Ollama
from tests.knowledge.samples import ALL, document, enriched, passages, stored, texts


def points(client: QdrantClient, index: Index) -> set[str]:
    return {str(point.id) for point in client.scroll(index.collection, limit=10_000)[0]}


def test_preparing_twice_changes_nothing(index: Index, search: Search) -> None:
    stored(index, "a.md", "le télétravail")
    index.prepare()
    assert texts(search.find("télétravail", ALL, 5)) == ["le télétravail"]


def test_two_processes_may_prepare_at_once(client: QdrantClient, index: Index, meaning: Meaning) -> None:
    Index(client, index.collection.removesuffix("_passages"), meaning).prepare()
    assert index.paths() == {}


def test_before_anything_is_prepared_a_search_says_what_to_do(
    client: QdrantClient, prefix: str, meaning: Meaning
) -> None:
    results = Search(client, prefix, meaning).find("x", ALL, 5)
    assert results.found == ()
    assert results.degraded == "Nothing has been indexed yet: start the worker and drop a document."


def test_a_passage_comes_back_as_it_went_in(index: Index, search: Search) -> None:
    made = document("dossier/été.md")
    (passage,) = passages(made, "deux jours de télétravail")
    index.replace(made, [passage])
    (found,) = search.find("télétravail", ALL, 5).found
    assert found.passage == passage
    assert found.score > 0


def test_replacing_by_the_same_changes_nothing(client: QdrantClient, index: Index) -> None:
    stored(index, "a.md", "un", "deux")
    before = points(client, index)
    stored(index, "a.md", "un", "deux")
    assert points(client, index) == before


def test_a_new_version_keeps_the_vectors_of_texts_that_it_kept(index: Index) -> None:
    enriched(index, stored(index, "a.md", "un", "deux"))
    again = stored(index, "a.md", "un", "deux", generation=2)
    assert list(index.without_meaning(ids_of(again))) == []
    changed = stored(index, "a.md", "zéro", "un", content="b", generation=3)
    assert [text for _, text in index.without_meaning(ids_of(changed))] == ["Guide\nzéro"]


def test_pages_that_come_in_again_keep_their_vectors(index: Index) -> None:
    made = stored(index, "a.md", "un", "deux")
    enriched(index, made)
    assert index.add(made, passages(made, "un"))
    index.replace(made, passages(made, "un", "deux"), added=1)
    assert list(index.without_meaning(ids_of(made))) == []


def test_of_a_document_that_is_given_up_only_what_answers_is_kept(
    client: QdrantClient, index: Index, search: Search
) -> None:
    assert index.keep_what_answers("a.md") == 0
    old = stored(index, "a.md", "ancien", "reste")
    new = document("a.md", "b", generation=2)
    coming = [point_of(passage, live=False) for passage in passages(new, "nouveau")]
    client.upsert(index.collection, coming)
    assert index.keep_what_answers("a.md") == 2
    assert points(client, index) == {passage.id for passage in passages(old, "ancien", "reste")}
    client.upsert(index.collection, [point_of(passage, live=True) for passage in passages(new, "nouveau")])
    assert index.keep_what_answers("a.md") == 1
    assert texts(search.find("ancien nouveau reste", ALL, 5)) == ["nouveau"]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_version_of_which_passages_were_lost_is_given_up_whole(
    client: QdrantClient, index: Index, search: Search, lost: int
) -> None:
    made = passages(stored(index, "a.md", "un", "deux", "trois"), "un", "deux", "trois")
    client.delete(index.collection, [made[lost].id])
    assert index.keep_what_answers("a.md") == 0
    assert points(client, index) == set()
    assert texts(search.find("un deux trois", ALL, 5)) == []


def test_a_new_version_leaves_nothing_of_the_old_one(index: Index, search: Search) -> None:
    stored(index, "a.md", "ancien texte", "ancien reste")
    stored(index, "a.md", "nouveau texte", content="b", generation=2)
    assert texts(search.find("texte ancien reste", ALL, 5)) == ["nouveau texte"]
    assert index.paths() == {"a.md": 1}


def test_after_one_look_a_document_is_written_without_a_search(
    client: QdrantClient, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(index, "a.md", "ancien texte", "ancien reste")
    index.editions()
    for search in ("scroll", "count", "facet"):
        monkeypatch.setattr(client, search, None)
    stored(index, "a.md", "nouveau texte", content="b", generation=2)
    copied = document("b.md", "b", passages=1)
    assert index.copy(document("a.md", "b", 2, passages=1), copied)
    assert index.add(document("c.md"), passages(document("c.md"), "un"))
    index.replace(document("c.md"), passages(document("c.md"), "un", "deux"), added=1)
    enriched(index, copied)
    assert index.keep_what_answers("c.md") == 2
    index.forget("a.md")
    monkeypatch.undo()
    assert index.paths() == {"b.md": 1, "c.md": 2}


def test_a_version_that_comes_back_is_found_again(index: Index, search: Search) -> None:
    stored(index, "a.md", "premier texte")
    stored(index, "a.md", "second texte", content="b", generation=2)
    stored(index, "a.md", "premier texte", generation=3)
    assert texts(search.find("texte", ALL, 5)) == ["premier texte"]


def test_fewer_passages_of_the_same_version_leave_no_rest(index: Index) -> None:
    stored(index, "a.md", "un texte", "deux textes")
    stored(index, "a.md", "un texte")
    assert index.paths() == {"a.md": 1}


def test_many_passages_are_stored_in_batches(index: Index) -> None:
    made = stored(index, "a.md", *(f"passage {n}" for n in range(300)))
    assert index.paths() == {"a.md": 300}
    assert len(list(index.without_meaning(ids_of(made)))) == 300


def test_whether_anything_is_held_is_known(client: QdrantClient, prefix: str, meaning: Meaning, search: Search) -> None:
    assert not search.has_documents()
    index = Index(client, prefix, meaning)
    index.prepare()
    assert not search.has_documents()
    stored(index, "a.md", "un texte")
    assert search.has_documents()


def test_forgetting_drops_one_document_and_no_other(index: Index, search: Search) -> None:
    stored(index, "a.md", "un texte")
    stored(index, "b.md", "autre texte")
    index.forget("a.md")
    index.forget("nowhere.md")
    assert index.paths() == {"b.md": 1}
    assert texts(search.find("texte", ALL, 5)) == ["autre texte"]


def test_what_the_last_passage_required_is_required_no_more(client: QdrantClient, index: Index, prefix: str) -> None:
    for path, required in {"a.md": "#hr", "b.md": "everyone"}.items():
        made = document(path)
        index.replace(made, passages(made, "un texte", audience=required))
    assert Builds(client, prefix).requirements() == {"#hr", "everyone"}
    index.forget("a.md")
    assert Builds(client, prefix).requirements() == {"everyone"}


def test_a_copy_keeps_text_and_vectors(index: Index, search: Search) -> None:
    source = stored(index, "a.md", "un texte", "deux textes")
    enriched(index, source)
    target = document("b.md", passages=2)
    assert index.copy(source, target)
    assert list(index.without_meaning(ids_of(target))) == []
    assert index.paths() == {"a.md": 2, "b.md": 2}
    found = search.find("texte", ALL, 10).found
    assert [{one.passage.path, *(copy.path for copy in one.copies)} for one in found] == [{"a.md", "b.md"}] * 2


def test_a_copy_replaces_what_its_target_held(index: Index, search: Search) -> None:
    source = stored(index, "a.md", "neuf", content="n")
    stored(index, "b.md", "vieux", "usé", content="v")
    assert index.copy(source, document("b.md", "n", generation=2))
    assert index.paths() == {"a.md": 1, "b.md": 1}
    assert texts(search.find("vieux usé", ALL, 5)) == []


def test_a_copy_of_passages_that_are_not_all_there_does_nothing(index: Index) -> None:
    source = stored(index, "a.md", "un texte")
    stored(index, "b.md", "vieux", content="v")
    short = document("a.md", passages=2)
    assert not index.copy(short, document("b.md", generation=2))
    assert index.paths() == {"a.md": 1, "b.md": 1}
    assert source.passages == 1


def test_enriching_takes_passages_off_the_waiting_list(index: Index) -> None:
    made = stored(index, "a.md", "un texte", "deux textes")
    waiting = list(index.without_meaning(ids_of(made)))
    assert sorted(text for _, text in waiting) == ["Guide\ndeux textes", "Guide\nun texte"]
    index.enrich([(waiting[0][0], [1.0, 0.0])])
    assert list(index.without_meaning(ids_of(made))) == waiting[1:]


def test_enriching_nothing_asks_nothing(index: Index) -> None:
    index.enrich([])


def test_words_and_meaning_find_together(index: Index, search: Search, meaning: Meaning) -> None:
    made = stored(index, "a.md", "le télétravail est possible", "la cantine ferme à midi")
    waiting = list(index.without_meaning(ids_of(made)))
    ids = [passage for passage, _ in waiting]
    index.enrich(list(zip(ids, meaning.embed_documents([text for _, text in waiting]), strict=True)))
    results = search.find("home office", ALL, 1)
    assert results.degraded is None
    assert texts(results) == ["le télétravail est possible"]


def test_before_the_first_vector_words_decide_and_say_so(index: Index, search: Search) -> None:
    stored(index, "a.md", "le télétravail")
    results = search.find("télétravail", ALL, 5)
    assert results.degraded == "No passage has a vector of bge-m3 yet."
    assert texts(results) == ["le télétravail"]


def test_with_the_model_away_words_decide_and_say_so(index: Index, search: Search, ollama: Ollama) -> None:
    made = stored(index, "a.md", "le télétravail")
    enriched(index, made, 64)
    ollama.faults = Faults(status=500)
    results = search.find("télétravail", ALL, 5)
    assert results.degraded == "Ollama answered 500 for the embedding model bge-m3: look at its log."
    assert texts(results) == ["le télétravail"]


def test_vectors_of_two_models_never_mix(client: QdrantClient, index: Index, prefix: str, ollama: Ollama) -> None:
    made = stored(index, "a.md", "le télétravail")
    enriched(index, made, 4)
    other_meaning = Meaning(Settings(ollama_url=ollama.url, embedding_model="other-embed"))
    other = Index(client, prefix, other_meaning)
    assert (
        Search(client, prefix, other_meaning).find("télétravail", ALL, 5).degraded
        == "No passage has a vector of other-embed yet."
    )
    enriched(other, made, 8)
    assert [*index.without_meaning(ids_of(made)), *other.without_meaning(ids_of(made))] == []


def test_another_model_under_the_same_name_is_refused(index: Index, search: Search) -> None:
    made = stored(index, "a.md", "un", "deux")
    enriched(index, made, 4)
    stored(index, "b.md", "un texte")
    with pytest.raises(ModelUnavailable, match="gives vectors of 5 numbers, the index holds 4"):
        enriched(index, document("b.md", passages=1), 5)
    results = search.find("texte", ALL, 5)
    assert results.degraded is not None
    assert "gives vectors of 64 numbers, the index holds 4" in results.degraded
    assert texts(results) == ["un texte"]


@pytest.mark.parametrize("k", [1, 3, 60])
def test_k_passages_are_found_at_most(index: Index, search: Search, k: int) -> None:
    stored(index, "a.md", *(f"texte numéro {n}" for n in range(50)))
    assert len(search.find("texte", ALL, k).found) == min(k, 50)


@pytest.mark.parametrize("question", ["", "?", "le la les", "zzzz"])
def test_a_question_without_a_known_word_finds_nothing(index: Index, search: Search, question: str) -> None:
    stored(index, "a.md", "le télétravail")
    assert search.find(question, ALL, 5).found == ()


def test_an_audience_sees_its_own_passages_only(index: Index, search: Search) -> None:
    for group in ("everyone", "hr"):
        made = document(f"{group}.md", content_version(group, "1"))
        index.replace(made, passages(made, f"salaire {group}", audience=group))
    seen = {
        audience: texts(search.find("salaire", Audience(frozenset(audience)), 5))
        for audience in [(), ("everyone",), ("hr",), ("sales",)]
    }
    assert seen == {(): [], ("everyone",): ["salaire everyone"], ("hr",): ["salaire hr"], ("sales",): []}


def test_an_audience_holds_for_meaning_too(index: Index, search: Search, meaning: Meaning) -> None:
    made = document("hr.md")
    index.replace(made, passages(made, "salaire", audience="hr"))
    enriched(index, made, 64)
    assert search.find("salaire", ALL, 5).found == ()
    assert texts(search.find("salaire", Audience(frozenset({"hr"})), 5)) == ["salaire"]


@pytest.mark.parametrize("question", ["jours de télétravail", "home office", "zzzz", ""])
def test_langchains_store_finds_the_same(
    index: Index, search: Search, search_by_langchain: Search, meaning: Meaning, question: str
) -> None:
    for path, text in {"a.md": "le télétravail est possible deux jours", "b.md": "la cantine ferme à midi"}.items():
        made = stored(index, path, text, f"{text}, sauf en été", content=path)
        waiting = list(index.without_meaning(ids_of(made)))
        vectors = meaning.embed_documents([text for _, text in waiting])
        index.enrich([(passage, vector) for (passage, _), vector in zip(waiting, vectors, strict=True)])
    plainly, by_langchain = (one.find(question, ALL, 10) for one in (search, search_by_langchain))
    assert [found.passage for found in plainly.found] == [found.passage for found in by_langchain.found]
    assert [found.score for found in plainly.found] == pytest.approx([found.score for found in by_langchain.found])
    nobody = Audience(frozenset({"nobody-here"}))
    assert search_by_langchain.find(question, nobody, 10).found == search.find(question, nobody, 10).found == ()

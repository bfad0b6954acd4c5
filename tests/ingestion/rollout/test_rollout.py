"""Another index takes the place of the one that answers, without a question that fails or is answered by both."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from qdrant_client import QdrantClient
from qdrant_client import models as models_

from ingestion.readers.chunking import PIPELINE_VERSION
from knowledge.core.access import Audience
from knowledge.core.documents import DocumentState
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexRecipe
from playground.qdrant.server import serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.doubles.ollama import Faults, Ollama
from tests.ingestion.rollout.rollout_setup import NEW, OTHER_MODEL, OTHER_READING, TODAY, Place
from tests.knowledge.samples import list_points
from tests.knowledge.storage.crashing_client import WRITES, Crash, crashing

SWITCHING = frozenset({*WRITES, "update_collection", "update_collection_aliases", "create_collection"})


def vectors(place: Place, number: int) -> set[str]:
    """The names of the dense vectors that the passages of a build have."""
    points = list_points(place.client, f"t_passages_{number}" if number > 1 else "t_passages")
    return {name for point in points if isinstance(point.vector, dict) for name in point.vector if name != "words"}


def test_another_model_is_built_from_the_text_that_is_stored(place: Place, models: Ollama) -> None:
    place.scan()
    place.ahead = 60
    place.scan(OTHER_MODEL)
    assert place.answering() == 2
    assert vectors(place, 2) == {"dense-new-embed"}
    assert {d.state for d in place.builds.open_serving_ledger().list_documents().values()} == {DocumentState.MEANING}
    assert {d.read_at for d in place.builds.open_serving_ledger().list_documents().values()} == {
        1_000_000.0
    }  # no file was read again
    models.requests.clear()
    assert place.found("congé") >= {"a.md"}
    assert {request.body["model"] for request in models.requests} == {NEW}


def test_another_reading_is_built_from_the_files(place: Place) -> None:
    place.scan()
    place.scan(OTHER_READING)
    assert place.answering() == 2
    assert {d.pipeline for d in place.builds.open_serving_ledger().list_documents().values()} == {"another"}


def test_the_old_index_answers_and_follows_the_folder_until_the_new_one_is_complete(
    place: Place, models: Ollama
) -> None:
    place.scan()
    models.faults = Faults(missing=(NEW,))
    place.scan(OTHER_MODEL)
    place.drop("c.md", "# Parking\n\nLe parking est gratuit.")
    (place.root / "b.md").unlink()
    rollout = place.scan(OTHER_MODEL)
    assert place.answering() == 1
    assert place.found("parking") >= {"c.md"}
    assert place.found("badge") <= {"a.md", "c.md"}
    switch = place.builds.fetch_rollout_state()
    assert switch is not None
    assert (switch.waiting_for, switch.ready_documents, switch.total_documents) == ("meaning", 0, 2)
    assert rollout.get_rollout_state() == switch
    models.faults = Faults()
    place.scan(OTHER_MODEL)
    assert place.answering() == 2
    assert place.found("parking badge") == {"a.md", "c.md"}


def test_the_old_index_is_kept_for_hours_and_comes_back_without_being_made_anew(place: Place) -> None:
    place.scan()
    place.scan(OTHER_MODEL)
    (place.root / "b.md").unlink()
    place.scan(OTHER_MODEL)
    assert [build.number for build in place.builds.list_retired_versions()] == [1]
    place.scan(TODAY)
    assert (place.answering(), [build.number for build in place.builds.list_retired_versions()]) == (1, [2])
    assert place.found("badge") == {"a.md"}  # what was deleted meanwhile does not come back
    place.ahead = 3601
    place.scan(TODAY)
    assert [build.number for build in place.builds.list_index_versions()] == [1]
    assert not place.client.collection_exists("t_documents_2")


def test_an_index_from_before_is_taken_over_as_it_is(place: Place, models: Ollama) -> None:
    bare = place.open_rollout()
    bare.serving_worker.reconciler.run_pass()  # without a review: no alias, and nothing is known of its making
    bare.serving_worker.backfill.fill_embeddings()
    place.client.update_collection("t_passages", metadata=dict.fromkeys(("number", "pipeline", "words", "model")))
    models.requests.clear()
    place.scan()
    assert place.answering() == 1
    assert not models.requests
    serving = place.builds.get_serving_version()
    assert serving is not None
    assert serving.recipe == TODAY
    assert place.builds.has_serving_alias()


@pytest.mark.parametrize("recipe", [OTHER_MODEL, OTHER_READING], ids=["model", "reading"])
def test_a_worker_that_dies_at_any_write_of_a_switch_leaves_work_that_the_next_one_ends(
    place: Place, recipe: IndexRecipe
) -> None:
    place.scan()
    for at in range(1, 60):
        applied = bool(at % 2)
        try:
            place.scan(recipe, crashing(place.client, at, applied=applied, writes=SWITCHING))
        except Crash:
            assert place.found("congé") >= {"a.md"}
            continue
        break
    else:
        raise AssertionError("it never came to its end")
    place.scan(recipe)
    serving = place.builds.get_serving_version()
    assert serving is not None
    assert serving.recipe == recipe
    assert place.found("congé badge") == {"a.md", "b.md"}
    assert {d.state for d in place.builds.open_serving_ledger().list_documents().values()} == {DocumentState.MEANING}
    assert len(list_points(place.client, serving.passages_collection("t"))) == sum(
        d.passages for d in place.builds.open_serving_ledger().list_documents().values()
    )


@pytest.mark.parametrize("store", ["embedded", "stand-in"])
def test_a_thousand_searches_during_a_switch_meet_no_error_and_one_index_each(
    place: Place, tmp_path: Path, store: str
) -> None:
    if store == "embedded":
        searched(place, place.client)
        return
    with in_thread(lambda: serve_qdrant(tmp_path / "server")) as server:
        settings = place.settings.model_copy(update={"qdrant_url": server.url, "qdrant_path": tmp_path / "none"})
        client, asking = open_qdrant(settings), open_qdrant(settings)
        searched(Place(place.root, client, place.reader_pool, settings), asking)
        client.close()
        asking.close()


def searched(place: Place, asking: QdrantClient) -> None:
    """Search again and again while one index takes the place of another, forth and back, and the old one is dropped."""
    both = IndexRecipe("another", "another", NEW)
    place.scan()
    search = PassageSearch(asking, "t", EmbeddingModel(place.settings))
    versions: list[set[str]] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set() or len(versions) < 1000:
            results = search.search_passages("congé badge bureau", Audience.everyone(), 5)
            assert not results.degraded
            versions.append({one.passage.version.rpartition(".")[2] for one in results.found})

    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask) for _ in range(3)]
        try:
            for recipe in (both, TODAY, both):
                place.scan(recipe, keep_old_index_hours=0)
        finally:
            over.set()
        for one in asked:
            one.result(100)
    assert len(versions) >= 1000
    assert {frozenset(found) for found in versions} == {frozenset({PIPELINE_VERSION}), frozenset({"another"})}


def test_a_text_that_another_reading_gives_again_brings_its_vector_along(place: Place, models: Ollama) -> None:
    place.scan()
    before = list_points(place.client, "t_passages")
    place.drop("c.md", "# Parking\n\nLe parking est gratuit.")
    models.requests.clear()
    place.scan(OTHER_READING)
    assert place.answering() == 2
    assert {d.state for d in place.builds.open_serving_ledger().list_documents().values()} == {DocumentState.MEANING}
    assert vectors(place, 2) == {"dense-old-embed"}
    embedded = json.dumps([request.body["input"] for request in models.requests], ensure_ascii=False)
    assert "parking" in embedded
    assert "congé" not in embedded
    after = {texts(point): vector_of(point) for point in list_points(place.client, "t_passages_2")}
    assert all(after[texts(point)] == pytest.approx(vector_of(point), abs=1e-6) for point in before)


def texts(point: models_.Record) -> str:
    return str((point.payload or {})["page_content"])


def vector_of(point: models_.Record) -> object:
    assert isinstance(point.vector, dict)
    return point.vector["dense-old-embed"]


def test_of_two_workers_with_other_models_the_elder_gives_way(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    elder = place.scan()
    younger = place.scan(OTHER_MODEL)
    for rollout in (elder, younger, elder, younger):
        rollout.review_versions()
        while rollout.advance_rollout(lambda: False):
            pass
    assert place.answering() == 2
    assert elder.next_worker is None
    assert caplog.text.count("another worker with other settings") == 1
    place.ahead = 7200
    elder.review_versions()
    assert [build.number for build in place.builds.list_index_versions()] == [
        1,
        2,
    ]  # what it does not understand, it does not drop

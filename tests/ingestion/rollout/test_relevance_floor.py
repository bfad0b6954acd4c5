"""What an index says of questions that it holds nothing for is kept with it, and goes with it."""

from __future__ import annotations

from dataclasses import replace

from knowledge.core.access import Audience
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.relevance import DEFAULT_FLOOR
from knowledge.storage.calibration import RelevanceFloor
from tests.doubles.ollama import Faults, Ollama
from tests.ingestion.rollout.rollout_setup import NEW, OTHER_MODEL, Place


def test_the_floor_is_the_index_s_own(place: Place) -> None:
    place.scan()
    search = PassageSearch(place.client, "t", EmbeddingModel(place.settings))
    serving = place.builds.get_serving_version()
    assert serving is not None
    assert serving.floor == DEFAULT_FLOOR
    assert search.search_passages("congé", Audience.everyone(), 1).floor == DEFAULT_FLOOR.threshold
    place.builds.update_index_version(serving, floor=replace(DEFAULT_FLOOR, threshold=0.4))
    assert search.search_passages("congé", Audience.everyone(), 1).floor == 0.4
    place.builds.update_index_version(serving, floor=RelevanceFloor(0.4, "another measure"))
    assert search.search_passages("congé", Audience.everyone(), 1).floor == DEFAULT_FLOOR.threshold


def test_an_older_index_keeps_its_floor_until_the_next_answers(place: Place, models: Ollama) -> None:
    place.scan()
    serving = place.builds.get_serving_version()
    assert serving is not None
    place.builds.update_index_version(serving, floor=replace(DEFAULT_FLOOR, threshold=0.4))
    models.faults = Faults(missing=(NEW,))
    place.scan(OTHER_MODEL)
    floors = {build.number: build.floor for build in place.builds.list_index_versions()}
    assert floors == {1: replace(DEFAULT_FLOOR, threshold=0.4), 2: DEFAULT_FLOOR}


def test_what_leads_are_usual_is_noted_once_meaning_is_there_and_again_after_growth(place: Place) -> None:
    place.drop("rules.md", _rules(range(20)))
    rollout = place.open_rollout()
    rollout.review_versions()
    worker = rollout.serving_worker
    worker.reconciler.run_pass()
    rollout.fill_version_embeddings(worker, lambda: True)  # told to pause at once
    assert place.builds.list_index_versions()[0].typical_margin is None
    rollout.fill_version_embeddings(worker)
    [build] = place.builds.list_index_versions()
    assert build.typical_margin is not None
    assert build.typical_margin.lead > 0
    rollout.review_versions()
    assert rollout.serving_worker is worker  # its books are not lost over that
    place.drop("more.md", _rules(range(20, 40)))
    worker.reconciler.run_pass()
    rollout.fill_version_embeddings(worker)
    [grown] = place.builds.list_index_versions()
    assert grown.typical_margin is not None
    assert grown.typical_margin.passages > build.typical_margin.passages
    for path in ("rules.md", "more.md"):
        (place.root / path).unlink()
    worker.reconciler.run_pass()
    rollout.fill_version_embeddings(worker)
    assert place.builds.list_index_versions()[0].typical_margin is None  # too few to tell
    rollout.review_versions()
    assert rollout.serving_worker is worker


def _rules(numbers: range) -> str:
    """Sections that are long enough for a passage each."""
    return "\n\n".join(f"# Rule {n}\n\n" + " ".join(f"word{n}x{m}" for m in range(100)) for n in numbers)

"""What an index says of questions that it holds nothing for is kept with it, and goes with it."""

from __future__ import annotations

from dataclasses import replace

from knowledge.core.access import Audience
from knowledge.embeddings.embedding_model import Meaning
from knowledge.retrieval.search import Search
from knowledge.storage.relevance_floor import FLOOR, Floor
from tests.doubles.ollama import Faults, Ollama
from tests.ingestion.rollout.rollout_setup import NEW, OTHER_MODEL, Place


def test_the_floor_is_the_index_s_own(place: Place) -> None:
    place.scan()
    search = Search(place.client, "t", Meaning(place.settings))
    serving = place.builds.serving()
    assert serving is not None
    assert serving.floor == FLOOR
    assert search.find("congé", Audience.everyone(), 1).floor == FLOOR.threshold
    place.builds.note(serving, floor=replace(FLOOR, threshold=0.4))
    assert search.find("congé", Audience.everyone(), 1).floor == 0.4
    place.builds.note(serving, floor=Floor(0.4, "another measure"))
    assert search.find("congé", Audience.everyone(), 1).floor == FLOOR.threshold


def test_an_older_index_keeps_its_floor_until_the_next_answers(place: Place, models: Ollama) -> None:
    place.scan()
    serving = place.builds.serving()
    assert serving is not None
    place.builds.note(serving, floor=replace(FLOOR, threshold=0.4))
    models.faults = Faults(missing=(NEW,))
    place.scan(OTHER_MODEL)
    floors = {build.number: build.floor for build in place.builds.all()}
    assert floors == {1: replace(FLOOR, threshold=0.4), 2: FLOOR}


def test_what_leads_are_usual_is_noted_once_meaning_is_there_and_again_after_growth(place: Place) -> None:
    place.drop("rules.md", _rules(range(20)))
    lanes = place.lanes()
    lanes.review()
    lane = lanes.serving
    lane.worker.run_pass()
    lanes.enrich(lane, lambda: True)  # told to pause at once
    assert place.builds.all()[0].usual is None
    lanes.enrich(lane)
    [build] = place.builds.all()
    assert build.usual is not None
    assert build.usual.lead > 0
    lanes.review()
    assert lanes.serving is lane  # its books are not lost over that
    place.drop("more.md", _rules(range(20, 40)))
    lane.worker.run_pass()
    lanes.enrich(lane)
    [grown] = place.builds.all()
    assert grown.usual is not None
    assert grown.usual.passages > build.usual.passages
    for path in ("rules.md", "more.md"):
        (place.root / path).unlink()
    lane.worker.run_pass()
    lanes.enrich(lane)
    assert place.builds.all()[0].usual is None  # too few to tell
    lanes.review()
    assert lanes.serving is lane


def _rules(numbers: range) -> str:
    """Sections that are long enough for a passage each."""
    return "\n\n".join(f"# Rule {n}\n\n" + " ".join(f"word{n}x{m}" for m in range(100)) for n in numbers)

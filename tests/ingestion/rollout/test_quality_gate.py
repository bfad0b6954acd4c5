"""The next index is let through only if it finds as well as the one that answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.doubles.ollama import Faults, Ollama
from tests.ingestion.rollout.rollout_setup import NEW, OLD, OTHER_MODEL, OTHER_READING, Place
from tests.knowledge.samples import list_points


@pytest.mark.parametrize("answer", ["Vingt-cinq jours", "nowhere"])
def test_the_gate_refuses_an_index_that_finds_less(place: Place, models: Ollama, tmp_path: Path, answer: str) -> None:
    place.scan()
    gate = tmp_path / "gate.jsonl"
    gate.write_text(json.dumps({"lang": "fr", "question": "congé", "must_contain": [answer]}), encoding="utf-8")
    rollout = place.open_rollout(OTHER_READING, switch_gate=gate)
    rollout.review_versions()
    rollout.serving_worker.reconciler.run_pass()
    rollout.serving_worker.backfill.fill_embeddings()
    coming = rollout.next_worker
    assert coming is not None
    coming.reconciler.run_pass()
    coming.backfill.fill_embeddings()
    if answer != "nowhere":  # the next index has lost what the question is about
        spoil(place, coming.index.collection)
    while rollout.advance_rollout(lambda: False):
        pass
    if answer == "nowhere":
        assert place.answering() == 2
        return
    switch = place.builds.fetch_rollout_state()
    assert switch is not None
    assert (place.answering(), switch.waiting_for) == (1, "refused")
    assert place.scan(OTHER_READING, switch_gate=gate).next_worker is not None  # a restart does not ask again
    assert place.answering() == 1
    place.scan(OTHER_READING)
    assert place.answering() == 2


def test_a_gate_whose_questions_are_gone_or_garbled_waits_and_is_asked_again(
    place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place.scan()
    gate = tmp_path / "gate.jsonl"
    for garbled in (None, "no JSON"):
        if garbled:
            gate.write_text(garbled, encoding="utf-8")
        place.scan(OTHER_READING, switch_gate=gate)
        assert place.answering() == 1
        assert "its gate cannot be asked" in caplog.text
        caplog.clear()
    question = {"lang": "fr", "question": "congé", "must_contain": ["Vingt-cinq jours"]}
    gate.write_text(json.dumps(question), encoding="utf-8")
    place.scan(OTHER_READING, switch_gate=gate)
    assert place.answering() == 2


@pytest.mark.parametrize("away", [(NEW,), (OLD, NEW)], ids=["the next model", "both models"])
def test_a_gate_waits_while_the_next_index_cannot_be_asked_by_meaning(
    place: Place, models: Ollama, tmp_path: Path, away: tuple[str, ...]
) -> None:
    place.scan()
    gate = tmp_path / "gate.jsonl"
    question = {"lang": "fr", "question": "congé", "must_contain": ["Vingt-cinq jours"]}
    gate.write_text(json.dumps(question), encoding="utf-8")
    rollout = place.open_rollout(OTHER_MODEL, switch_gate=gate)
    rollout.review_versions()
    rollout.serving_worker.reconciler.run_pass()
    assert rollout.next_worker is not None
    rollout.next_worker.reconciler.run_pass()
    rollout.next_worker.backfill.fill_embeddings()
    models.faults = Faults(missing=away)  # once every vector is there
    while rollout.advance_rollout(lambda: False):
        pass
    switch = place.builds.fetch_rollout_state()
    assert switch is not None
    assert (place.answering(), switch.waiting_for, switch.next_version.verdict) == (1, "gate", None)
    models.faults = Faults()
    place.scan(OTHER_MODEL, switch_gate=gate)
    assert place.answering() == 2


def spoil(place: Place, collection: str) -> None:
    for point in list_points(place.client, collection):
        place.client.set_payload(collection, {"page_content": "rien"}, [point.id])

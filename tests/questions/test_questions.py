"""The questions of the benches say what the samples say."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import read_document_file

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "playground/documents"
ROWS = {
    row["id"]: row
    for file in sorted(HERE.glob("*.jsonl"))
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
}


@lru_cache
def _passages(document: str) -> tuple[str, ...]:
    return tuple(
        " ".join(excerpt.text.split()) for excerpt in split_into_excerpts(read_document_file(SAMPLES / document))
    )


@pytest.mark.parametrize("document", sorted({row["document"] for row in ROWS.values() if row["answerable"]}))
def test_what_answers_a_question_stands_in_a_passage_of_its_document(document: str) -> None:
    passages = _passages(document)
    for row in ROWS.values():
        if row["document"] == document:
            assert any(" ".join(piece.split()) in text for piece in row["must_contain"] for text in passages), row["id"]


def test_a_question_without_an_answer_expects_none() -> None:
    assert all(bool(row["must_contain"]) is row["answerable"] for row in ROWS.values())


def test_there_are_questions_of_every_kind() -> None:
    french = [row for row in ROWS.values() if row["id"].startswith("ml-fr-")]
    kinds = Counter(row["kind"] for row in french)
    assert len(french) >= 60
    assert min(kinds[kind] for kind in ("paraphrase", "typo", "keyword")) >= 5
    assert sum(not row["answerable"] for row in french) >= 5


def test_some_questions_are_in_another_language_than_their_document() -> None:
    across = Counter(row["lang"] for row in ROWS.values() if row["kind"] == "translated")
    assert across.keys() == {"de", "en", "es", "fr", "it", "nl", "pt"}
    assert across.total() >= 40

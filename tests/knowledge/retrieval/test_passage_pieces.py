"""Sentences and rows compared with a question, by the local model that is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from knowledge.core.access import Audience
from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.passage_pieces import MAX_PIECES, score_pieces
from knowledge.runtime.settings import Settings
from tests.bot.answering.passages import found
from tests.bot.answering.pipeline_setup import open_pipeline
from tests.local_model_process import local_model_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.core.passages import FoundPassage

LOCAL = "local:multilingual-e5-small"
HANDBOOK = (
    "Doors open at seven and close at nine in the evening. A password has at least fourteen characters. "
    "Visitors wear a badge that reception gives them. The car park is behind the building and is free of charge."
)
TABLE = "Place | Fee\nLyon | 3 euros\nNantes | 4 euros"


class NotedModel(EmbeddingModel):
    """The local model, and a note of what it was asked to compare while somebody waits."""

    def __init__(self) -> None:
        super().__init__(Settings(_env_file=None, embedding_model=LOCAL))
        self.asked: list[str] = []

    def compare_pieces(self, question: str, texts: list[str]) -> list[float]:
        self.asked += texts
        return super().compare_pieces(question, texts)


@pytest.fixture(scope="module", autouse=True)
def _local_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    tmp_path_factory.getbasetemp()  # made now: what pytest makes within the block would go with it
    with local_model_process():
        yield


def read_best_piece(one: FoundPassage) -> str:
    best = max(one.pieces, key=lambda piece: piece.likeness)
    return one.passage.excerpt.text[best.start : best.end]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Quelle longueur pour un mot de passe ?", "A password has at least fourteen characters."),
        ("Wo kann ich mein Auto abstellen?", "The car park is behind the building and is free of charge."),
        ("¿Qué deben llevar los visitantes?", "Visitors wear a badge that reception gives them."),
    ],
)
def test_the_sentence_that_answers_is_the_nearest_in_another_language_too(question: str, answer: str) -> None:
    [scored] = score_pieces(question, [found(HANDBOOK)], NotedModel())
    assert len(scored.pieces) == 4
    assert read_best_piece(scored) == answer


def test_a_row_is_compared_with_its_labels_below_title_and_headings() -> None:
    model = NotedModel()
    score_pieces("parking in Lyon", [found(TABLE, title="Car parks")], model)
    assert model.asked == [
        f"Car parks › Guide › Jours\nPlace: {place}; Fee: {fee}"
        for place, fee in (("Lyon", "3 euros"), ("Nantes", "4 euros"))
    ]


def test_a_sentence_that_two_passages_have_is_compared_once() -> None:
    model = NotedModel()
    both = score_pieces("Where do I park?", [found(HANDBOOK), found(HANDBOOK), found(TABLE)], model)
    assert len(model.asked) == 4 + 2
    assert [len(one.pieces) for one in both] == [4, 4, 2]
    assert both[0].pieces == both[1].pieces


def test_of_a_long_table_only_the_first_rows_are_compared() -> None:
    table = "\n".join(["Place | Fee", *(f"Town {n} | {n} euros" for n in range(MAX_PIECES + 9))])
    [scored] = score_pieces("Town 3", [found(table)], NotedModel())
    assert len(scored.pieces) == MAX_PIECES


def test_a_passage_without_sentences_has_no_piece() -> None:
    [scored] = score_pieces("what?", [found("Contents")], NotedModel())
    assert scored.pieces == ()


def test_a_search_by_meaning_compares_the_pieces_of_what_it_found() -> None:
    with open_pipeline(embedding_model=LOCAL, meaning=True) as setup:
        results = setup.search.search_passages("Wen rufe ich an, wenn mein Computer weg ist?", Audience.everyone(), 5)
    assert results.degraded is None
    assert [len(one.pieces) for one in results.found] == [2, 1, 1]
    assert read_best_piece(results.found[0]) == "A lost laptop is reported to line 2299 within one hour."


def test_where_the_pieces_cannot_be_compared_words_alone_decide_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> list[float]:
        raise ModelUnavailable("The local embedding model did not answer in 20 s.")

    monkeypatch.setattr(EmbeddingModel, "compare_pieces", fail)
    with open_pipeline(embedding_model=LOCAL, meaning=True) as setup:
        results = setup.search.search_passages("télétravail", Audience.everyone(), 5)
    assert results.degraded == "The local embedding model did not answer in 20 s."
    assert results.found
    assert (results.margin, results.likeness) == (None, None)

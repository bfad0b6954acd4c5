"""Whether a quote of what was found may be shown as the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.core.passages import FoundPassage, PieceScore
from knowledge.retrieval.hybrid_search import SearchResults
from knowledge.retrieval.quotability import (
    DOUBT_FLOOR,
    QUOTE_FLOOR,
    estimate_quotability,
    is_doubtful,
    is_quotable,
    measure_standout,
)
from tests.knowledge.samples import document, passages

[PASSAGE] = passages(document(), "Le télétravail est limité à deux jours par semaine.")
QUESTION = "combien de jours de télétravail par semaine ?"
GOOD = SearchResults((FoundPassage(PASSAGE, 0.7),), likeness=0.55, standout=3.5)


def _compared(*likenesses: float) -> list[FoundPassage]:
    return [FoundPassage(PASSAGE, 0.5, pieces=tuple(PieceScore(0, 1, one) for one in likenesses))]


def test_a_piece_that_is_far_above_the_others_stands_out() -> None:
    even = [0.4, 0.6] * 30
    assert measure_standout(_compared(*even)) == pytest.approx(1.0)
    assert (measure_standout(_compared(*even, 1.2)) or 0) > 4


@pytest.mark.parametrize("likenesses", [(), (0.9,), (0.4, 0.6) * 10, (0.5,) * 60])
def test_of_few_pieces_or_equal_ones_none_stands_out(likenesses: tuple[float, ...]) -> None:
    assert measure_standout(_compared(*likenesses)) is None


@pytest.mark.parametrize(
    "worse",
    [
        replace(GOOD, likeness=0.4),
        replace(GOOD, standout=2.0),
        replace(GOOD, found=(FoundPassage(PASSAGE, 0.3),)),
        replace(GOOD, general=0.6),
    ],
    ids=["less like it", "less ahead", "a lower score", "general knowledge"],
)
def test_each_sign_counts(worse: SearchResults) -> None:
    assert (estimate_quotability(QUESTION, worse) or 1) < (estimate_quotability(QUESTION, GOOD) or 0)


def test_general_knowledge_that_is_less_near_than_the_passages_counts_for_nothing() -> None:
    assert estimate_quotability(QUESTION, replace(GOOD, general=0.5)) == estimate_quotability(QUESTION, GOOD)


def test_a_code_that_no_passage_has_counts_against_a_quote() -> None:
    assert is_quotable(QUESTION, GOOD)
    assert not is_quotable("que veut dire le code E15 ?", replace(GOOD, likeness=0.35, standout=2.5))


@pytest.mark.parametrize(
    "unknown",
    [replace(GOOD, likeness=None), replace(GOOD, standout=None), SearchResults(())],
    ids=["no cosine", "nothing compared", "nothing found"],
)
def test_where_too_little_is_known_the_floor_of_relevance_decides_alone(unknown: SearchResults) -> None:
    assert estimate_quotability(QUESTION, unknown) is None
    assert is_quotable(QUESTION, unknown)
    assert not is_doubtful(QUESTION, unknown)


def test_between_both_floors_a_quote_is_shown_with_doubt() -> None:
    weaker = replace(GOOD, likeness=0.42, standout=2.6)
    assert QUOTE_FLOOR < (estimate_quotability(QUESTION, weaker) or 0) < DOUBT_FLOOR
    assert (is_quotable(QUESTION, weaker), is_doubtful(QUESTION, weaker)) == (True, True)
    assert (is_quotable(QUESTION, GOOD), is_doubtful(QUESTION, GOOD)) == (True, False)

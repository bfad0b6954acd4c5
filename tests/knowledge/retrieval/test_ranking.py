from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.passages import Excerpt, FoundPassage, Passage, PieceScore, passages_from_excerpts
from knowledge.retrieval.fusion import FOREIGN_WEIGHT, RankedList, fuse_rankings
from knowledge.retrieval.ranking import (
    RANKED_CANDIDATES,
    SIGNAL_NAMES,
    WEIGHTS_BY_WORDS,
    WEIGHTS_WITH_MEANING,
    RankingSignals,
    extract_ranking_signals,
    rank_by_pieces,
    rank_candidates,
)

QUESTION = "what is the hotel limit in Brussels?"


def passages(*texts: str) -> list[Passage]:
    document = Document("a.md", Fingerprint(1, 1, 1, 1), "0", "a", 1, DocumentState.WORDS, title="Expense policy")
    return passages_from_excerpts(document, [Excerpt(text) for text in texts])


def found(told: list[Passage], *scores: float) -> list[FoundPassage]:
    return [FoundPassage(passage, score) for passage, score in zip(told, scores, strict=True)]


def by_words(told: list[Passage], *scores: float) -> RankedList:
    return RankedList.from_lexical_search(found(told, *scores), len(scores) + 1)


def test_signals_are_those_computed_by_hand() -> None:
    told = passages("The hotel limit is 160 euros in Brussels.", "Limits of the budget.", "Nothing at all.")
    dense = RankedList.from_dense_search(found(told[::-1], 0.9, 0.8, 0.7))
    first, second, third = extract_ranking_signals(QUESTION, told, [by_words(told[:2], 20.0, 5.0)], [dense])
    # 3 words: hotel, limit, brussels; 2 pairs: (hotel, limit), (limit, brussels), the second with words between.
    assert (first.bm25, first.dense, first.pairs) == (0.4, 0.0, 0.5)
    assert first.rare_words == pytest.approx(1.0)
    assert (second.bm25, second.pairs) == (0.1, 0.0)
    assert (third.bm25, third.dense, third.rare_words) == (0.0, 1.0, 0.0)
    assert second.rare_words < 1 / 3  # two of three passages have a limit, only one the other words


def test_a_passage_with_all_the_words_comes_before_one_that_repeats_a_single_word() -> None:
    told = passages("Hotel, hotel, hotel and hotel.", "The hotel limit in Brussels is 160 euros.")
    lexical = [by_words(told, 9.0, 8.9)]
    ranked = rank_candidates(QUESTION, fuse_rankings(lexical), lexical, [])
    assert [one.passage for one in ranked] == [told[1], told[0]]


def test_scores_fall_and_stay_between_0_and_1() -> None:
    told = passages(*(f"passage {n} about hotels" for n in range(RANKED_CANDIDATES + 5)))
    lexical = [by_words(told, *range(len(told), 0, -1))]
    ranked = rank_candidates(QUESTION, fuse_rankings(lexical), lexical, [])
    scores = [one.score for one in ranked]
    assert all(before >= after for before, after in itertools.pairwise(scores))
    assert 0 <= scores[-1] <= scores[0] <= 1
    assert {one.passage.id for one in ranked} == {passage.id for passage in told}


def test_meaning_decides_where_no_word_is_shared() -> None:
    told = passages("Der Hund bleibt zu Hause.", "Les chiens restent à la maison.")
    dense = [RankedList.from_dense_search(found(told[::-1], 0.9, 0.8))]
    ranked = rank_candidates("may I bring my cat?", fuse_rankings(dense), [], dense)
    assert [one.passage for one in ranked] == told[::-1]


def test_the_best_passage_in_another_language_comes_before_one_that_is_merely_in_the_same() -> None:
    told = passages("Pets are not mentioned on this page.", "Les chiens restent à la maison.", "Autre chose.")
    dense = [RankedList.from_dense_search(found(told, 0.86, 0.85, 0.80))]
    foreign = RankedList.from_dense_search(found(told[1:], 0.85, 0.80), FOREIGN_WEIGHT)
    question = "may I bring my dog to work?"
    before = rank_candidates(question, fuse_rankings(dense), [], dense)
    ranked = rank_candidates(question, fuse_rankings([*dense, foreign]), [], dense, foreign)
    assert [one.passage for one in (before[0], ranked[0])] == told[:2]


def test_of_several_wordings_the_mean_counts() -> None:
    told = passages("one", "two")
    searches = [by_words(told, 10.0, 5.0), by_words(told[1:], 3.0)]
    first, second = extract_ranking_signals("three", told, searches, [])
    assert (first.bm25, second.bm25) == (0.1, 0.08)


@pytest.mark.parametrize("question", ["", "???", "the", "E07"], ids=repr)
def test_any_question_has_signals(question: str) -> None:
    told = passages("E07 is an error code.", "")
    for signals in extract_ranking_signals(question, told, [], []):
        assert all(0 <= getattr(signals, name) <= 1 for name in SIGNAL_NAMES)


@pytest.mark.parametrize("weights", [WEIGHTS_BY_WORDS, WEIGHTS_WITH_MEANING], ids=["words", "meaning"])
def test_a_perfect_passage_scores_1(weights: RankingSignals) -> None:
    assert RankingSignals(*[1.0] * len(SIGNAL_NAMES)).weigh(weights) == pytest.approx(1)


def test_without_candidates_there_is_nothing_to_rank() -> None:
    assert rank_candidates(QUESTION, [], [], []) == []


def with_pieces(told: list[Passage], *likenesses: tuple[float, ...]) -> list[FoundPassage]:
    scored = zip(found(told, 0.6, 0.5, 0.4), likenesses, strict=True)
    return [replace(one, pieces=tuple(PieceScore(n, n + 1, each) for n, each in enumerate(own))) for one, own in scored]


def test_a_passage_with_the_nearest_piece_comes_first() -> None:
    told = passages("one", "two", "three")
    ranked = rank_by_pieces(with_pieces(told, (0.1, 0.2), (0.1, 0.9), ()))
    assert [one.passage for one in ranked] == [told[1], told[0], told[2]]
    assert [one.score for one in ranked] == pytest.approx([0.8 / 1.3, 0.6 / 1.3, 0.4 / 1.3])


def test_a_passage_with_several_near_pieces_comes_before_one_with_a_single_one() -> None:
    told = passages("one", "two", "three")
    even = [replace(one, score=0.5) for one in with_pieces(told, (0.72, 0.4, 0.4), (0.7, 0.7, 0.7), (0.1,))]
    assert [one.passage for one in rank_by_pieces(even)] == [told[1], told[0], told[2]]


@pytest.mark.parametrize("likenesses", [((), (), ()), ((0.4,), (0.4,), (0.4,))], ids=["not compared", "all alike"])
def test_pieces_that_tell_nothing_change_no_order(likenesses: tuple[tuple[float, ...], ...]) -> None:
    ranked = with_pieces(passages("one", "two", "three"), *likenesses)
    assert rank_by_pieces(ranked) == ranked


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wer hat ab dem 19. Januar Dienst?", "Semaine du 19 janvier : Maël."),
        ("¿Quién está de guardia el 19 de enero?", "Semaine du 19 janvier : Maël."),
        ("Chi lavora lunedì 19 gennaio?", "Monday 19 January: Maël."),
    ],
)
def test_a_date_is_found_as_another_language_writes_it(question: str, text: str) -> None:
    right, other = extract_ranking_signals(question, passages(text, text.replace("19", "12")), [], [])
    assert right.pairs > other.pairs

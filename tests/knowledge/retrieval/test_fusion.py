"""What several searches found becomes one order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.core.passages import FoundPassage
from knowledge.retrieval.fusion import RankedList, fuse_rankings, keep_newest_versions, merge_duplicates
from tests.knowledge.samples import document, passages

A, B, C = (FoundPassage(passage, 0.0) for passage in passages(document(), "un", "deux", "trois"))


def scored(*pairs: tuple[FoundPassage, float]) -> list[FoundPassage]:
    return [replace(found, score=score) for found, score in pairs]


def names(found: list[FoundPassage]) -> str:
    return "".join("ABC"[(A.passage, B.passage, C.passage).index(one.passage)] for one in found)


def test_what_is_far_ahead_by_words_stays_ahead_of_what_is_barely_ahead_by_meaning() -> None:
    words = RankedList.from_lexical_search(scored((A, 20.0), (B, 4.0)), limit=40)
    meaning = RankedList.from_dense_search(scored((B, 0.52), (A, 0.51), (C, 0.30)))
    assert names(fuse_rankings([words, meaning])) == "ABC"


def test_meaning_decides_where_words_cannot_tell() -> None:
    words = RankedList.from_lexical_search(scored((A, 5.0), (B, 4.9)), limit=40)
    meaning = RankedList.from_dense_search(scored((B, 0.7), (A, 0.3), (C, 0.2)))
    assert names(fuse_rankings([words, meaning])) == "BAC"


def test_scores_lie_between_nothing_and_one() -> None:
    words = RankedList.from_lexical_search(scored((A, 9.0), (B, 3.0)), limit=2)
    meaning = RankedList.from_dense_search(scored((A, 0.9), (C, 0.1)))
    assert {one.passage.id: one.score for one in fuse_rankings([words, meaning])} == {
        A.passage.id: pytest.approx(1.0),
        B.passage.id: 0.0,
        C.passage.id: 0.0,
    }


def test_a_lone_find_counts_whole() -> None:
    assert fuse_rankings([RankedList.from_dense_search(scored((A, 0.2)), weight=0.4)])[0].score == pytest.approx(0.4)


def test_what_two_wordings_find_comes_first() -> None:
    one = RankedList.from_lexical_search(scored((A, 9.0), (B, 8.0)), limit=40)
    other = RankedList.from_lexical_search(scored((C, 9.0), (B, 8.0)), limit=40)
    assert names(fuse_rankings([one, other]))[0] == "B"


def test_of_two_versions_only_the_newer_one_answers() -> None:
    old, new = (FoundPassage(passages(document("a.md", content, n), "x")[0], 1.0) for n, content in enumerate("ab", 1))
    assert keep_newest_versions([old, A, new]) == [A, new]


def test_the_same_text_of_two_documents_is_shown_once_with_both_sources() -> None:
    first, second = (FoundPassage(passages(document(path), text)[0], 1.0) for path, text in COPIES)
    (shown,) = merge_duplicates([first, second], 5)
    assert (shown.passage, shown.copies) == (first.passage, (second.passage,))


COPIES = [("a.docx", "Deux jours :\nlundi, mardi."), ("b.pdf", "deux jours – lundi,  mardi")]


@pytest.mark.parametrize(
    "texts",
    [("Le badge est obligatoire.", "Le badge n'est pas obligatoire."), ("plafond de 120 €", "plafond de 130 €")],
    ids=["a not", "a number"],
)
def test_a_word_more_is_another_text(texts: tuple[str, str]) -> None:
    found = [FoundPassage(passages(document(f"{n}.md"), text)[0], 1.0) for n, text in enumerate(texts)]
    assert merge_duplicates(found, 5) == tuple(found)


def test_repetitions_within_one_document_stay_where_they_are() -> None:
    found = [FoundPassage(passage, 1.0) for passage in passages(document(), "pareil", "pareil")]
    assert merge_duplicates(found, 5) == tuple(found)


def test_as_many_as_asked_for_are_kept() -> None:
    assert merge_duplicates([A, B, C], 2) == (A, B)

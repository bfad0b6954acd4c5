"""What several searches found becomes one order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge.core.passages import Found
from knowledge.retrieval.fusion import Ranked, distinct, fused, newest
from tests.knowledge.samples import document, passages

A, B, C = (Found(passage, 0.0) for passage in passages(document(), "un", "deux", "trois"))


def scored(*pairs: tuple[Found, float]) -> list[Found]:
    return [replace(found, score=score) for found, score in pairs]


def names(found: list[Found]) -> str:
    return "".join("ABC"[(A.passage, B.passage, C.passage).index(one.passage)] for one in found)


def test_what_is_far_ahead_by_words_stays_ahead_of_what_is_barely_ahead_by_meaning() -> None:
    words = Ranked.by_words(scored((A, 20.0), (B, 4.0)), asked=40)
    meaning = Ranked.by_meaning(scored((B, 0.52), (A, 0.51), (C, 0.30)))
    assert names(fused([words, meaning])) == "ABC"


def test_meaning_decides_where_words_cannot_tell() -> None:
    words = Ranked.by_words(scored((A, 5.0), (B, 4.9)), asked=40)
    meaning = Ranked.by_meaning(scored((B, 0.7), (A, 0.3), (C, 0.2)))
    assert names(fused([words, meaning])) == "BAC"


def test_scores_lie_between_nothing_and_one() -> None:
    words = Ranked.by_words(scored((A, 9.0), (B, 3.0)), asked=2)
    meaning = Ranked.by_meaning(scored((A, 0.9), (C, 0.1)))
    assert {one.passage.id: one.score for one in fused([words, meaning])} == {
        A.passage.id: pytest.approx(1.0),
        B.passage.id: 0.0,
        C.passage.id: 0.0,
    }


def test_a_lone_find_counts_whole() -> None:
    assert fused([Ranked.by_meaning(scored((A, 0.2)), weight=0.4)])[0].score == pytest.approx(0.4)


def test_what_two_wordings_find_comes_first() -> None:
    one = Ranked.by_words(scored((A, 9.0), (B, 8.0)), asked=40)
    other = Ranked.by_words(scored((C, 9.0), (B, 8.0)), asked=40)
    assert names(fused([one, other]))[0] == "B"


def test_of_two_versions_only_the_newer_one_answers() -> None:
    old, new = (Found(passages(document("a.md", content, n), "x")[0], 1.0) for n, content in enumerate("ab", 1))
    assert newest([old, A, new]) == [A, new]


def test_the_same_text_of_two_documents_is_shown_once_with_both_sources() -> None:
    first, second = (Found(passages(document(path), text)[0], 1.0) for path, text in COPIES)
    (shown,) = distinct([first, second], 5)
    assert (shown.passage, shown.copies) == (first.passage, (second.passage,))


COPIES = [("a.docx", "Deux jours :\nlundi, mardi."), ("b.pdf", "deux jours – lundi,  mardi")]


@pytest.mark.parametrize(
    "texts",
    [("Le badge est obligatoire.", "Le badge n'est pas obligatoire."), ("plafond de 120 €", "plafond de 130 €")],
    ids=["a not", "a number"],
)
def test_a_word_more_is_another_text(texts: tuple[str, str]) -> None:
    found = [Found(passages(document(f"{n}.md"), text)[0], 1.0) for n, text in enumerate(texts)]
    assert distinct(found, 5) == tuple(found)


def test_repetitions_within_one_document_stay_where_they_are() -> None:
    found = [Found(passage, 1.0) for passage in passages(document(), "pareil", "pareil")]
    assert distinct(found, 5) == tuple(found)


def test_as_many_as_asked_for_are_kept() -> None:
    assert distinct([A, B, C], 2) == (A, B)

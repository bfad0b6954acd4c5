"""Whether passages may hold an answer, before any model is asked."""

from __future__ import annotations

import pytest

from knowledge.core.passages import FoundPassage
from knowledge.retrieval.relevance import DEFAULT_FLOOR, estimate_relevance
from tests.knowledge.samples import document, passages

FOUND = [
    FoundPassage(passage, 1.0)
    for passage in passages(
        document(),
        "Le télétravail est limité à deux jours par semaine, avec l'accord du responsable.",
        "L'erreur PSR-104 veut dire que l'horloge est fausse ; voir orders.retry.max-attempts.",
    )
]


@pytest.mark.parametrize(
    "question",
    [
        "combien de jours de télétravail par semaine ?",
        "puis-je télétravailler deux jours ?",
        "que veut dire l'erreur PSR-104 ?",
        "orders.retry.max-attempts",
        "combien de jours de télétravail en 2024 ?",
        "que dit l'article 12 sur le télétravail ?",
        "le télétravail à partir du 12/03/2024, combien de jours ?",
        "télétravail : puis-je commencer à 8h30 avec l'accord du responsable ?",
        "le 2ème jour de télétravail",
        "?",
    ],
)
def test_what_shares_its_words_is_promising(question: str) -> None:
    assert estimate_relevance(question, FOUND) >= DEFAULT_FLOOR.threshold


@pytest.mark.parametrize(
    "question",
    ["quelle est la hauteur de la tour Eiffel ?", "que veut dire le défaut E15 de la chaudière ?", "orders.cache.ttl"],
)
def test_what_shares_none_or_names_an_unknown_code_is_not(question: str) -> None:
    assert estimate_relevance(question, FOUND) < DEFAULT_FLOOR.threshold


def test_an_unknown_code_counts_against_a_question() -> None:
    assert estimate_relevance("que veut dire l'erreur PSR-900 ?", FOUND) < estimate_relevance(
        "que veut dire l'erreur PSR-104 ?", FOUND
    )


USUAL, FAR = 1.0, 0.2  # leads


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("combien de jours de télétravail par semaine ?", FAR),  # the words are there
        ("quand puis-je rester chez moi ?", 3 * USUAL),  # none is, but one passage is far nearer than the others
        ("combien de jours de télétravail en 2024 ?", FAR),  # a year that no passage names does not refuse by itself
        ("how often may I work from home?", 0.5 * USUAL),  # the words of another language prove nothing
        ("Wie oft darf ich zu Hause arbeiten?", 0.5 * USUAL),  # whichever it is
        (
            "combien de jours de télétravail par semaine en FY2021, p.ex. ?",
            USUAL,
        ),  # dates and abbreviations are no codes
    ],
)
def test_where_meaning_is_searched_words_and_nearness_speak_together(question: str, lead: float) -> None:
    assert estimate_relevance(question, FOUND, lead) >= DEFAULT_FLOOR.with_meaning


@pytest.mark.parametrize(
    "question",
    ["quelle est la hauteur de la tour Eiffel ?", "que veut dire le défaut E15 de la chaudière ?"],
)
def test_what_shares_no_word_and_is_near_to_nothing_is_not_promising(question: str) -> None:
    assert estimate_relevance(question, FOUND, FAR) < DEFAULT_FLOOR.with_meaning


def test_nothing_found_promises_nothing() -> None:
    assert estimate_relevance("télétravail", []) == 0.0


def test_with_centred_vectors_the_likeness_decides_and_not_the_margin() -> None:
    question = "darf ich meinen Hund mitbringen?"
    assert estimate_relevance(question, FOUND, None, 0.5) >= DEFAULT_FLOOR.with_meaning
    assert estimate_relevance(question, FOUND, None, 0.2) < DEFAULT_FLOOR.with_meaning
    assert estimate_relevance(question, FOUND, 5.0, 0.2) == estimate_relevance(question, FOUND, 0.1, 0.2)


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("de combien est doté le fonds Nacre ?", "de combien est doté le fonds nacre ?"),
        ("combien de jours de télétravail pour Zelda ?", "combien de jours de télétravail pour zelda ?"),
    ],
)
def test_a_name_that_no_passage_has_counts_against_a_question(question: str, other: str) -> None:
    found = [FoundPassage(passage, 1.0) for passage in passages(document(), other.split(" ", 2)[2])]
    assert estimate_relevance(question, FOUND, likeness=0.5) < estimate_relevance(other, FOUND, likeness=0.5)
    assert estimate_relevance(question, found, likeness=0.5) == estimate_relevance(other, found, likeness=0.5)


@pytest.mark.parametrize("question", ["Wie viele Tage Telearbeit in der Woche?", "Combien de jours par semaine ?"])
def test_a_noun_in_german_and_the_first_word_are_no_names(question: str) -> None:
    lower = question.lower()
    assert estimate_relevance(question, FOUND, likeness=0.5) == estimate_relevance(lower, FOUND, likeness=0.5)

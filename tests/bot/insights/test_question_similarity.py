from __future__ import annotations

import random

import pytest

from bot.insights.content_gaps import extract_question_terms, group_similar_questions, is_same_question

SAME = [
    ("Combien de jours de télétravail ?", "combien de jours puis-je télétravailler"),
    ("Quel est le montant du remboursement des repas ?", "Les repas sont-ils remboursés ?"),
    ("How do I get a parking badge?", "Where can I get a badge for the parking?"),
    ("Comment obtenir un badge de parking", "badge parking ?"),
    ("What is error E07 on the boiler?", "boiler error E07"),
    ("Can I carry over holidays?", "carry over unused holidays"),
    ("Où est la salle Ampère ?", "ou est la salle ampere"),
    ("Et alors ?", "et alors ?"),
    ("Who is the DPO?", "Qui est le DPO ?"),
]
OTHER = [
    ("Congé maternité", "Congé paternité"),
    ("What is error E07 on the boiler?", "What is error E08 on the boiler?"),
    ("How many days of leave in 2024?", "How many days of leave in 2025?"),
    ("Combien de jours de télétravail ?", "Combien de jours de congé ?"),
    ("How do I get a parking badge?", "How do I get a laptop?"),
    ("Et alors ?", "Et ensuite ?"),
    ("Badge", "Badge de parking perdu un dimanche à Lyon"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_question_in_other_words_is_alike(one: str, other: str) -> None:
    assert is_same_question(extract_question_terms(one), extract_question_terms(other))
    assert is_same_question(extract_question_terms(other), extract_question_terms(one))


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_question_is_not(one: str, other: str) -> None:
    assert not is_same_question(extract_question_terms(one), extract_question_terms(other))


def test_groups_do_not_depend_on_the_order_and_leave_nothing_out() -> None:
    questions = [text for pair in (*SAME, *OTHER) for text in pair]
    first = _groups(questions)
    assert sum(len(group) for group in first) == len(set(questions))
    for seed in range(5):
        mixed = random.Random(seed).sample(questions, len(questions))  # noqa: S311 (no secret)
        assert _groups(mixed) == first


def _groups(questions: list[str]) -> set[frozenset[str]]:
    return {
        frozenset(questions[place] for place in group)
        for group in group_similar_questions([extract_question_terms(text) for text in questions])
    }

"""Questions that the documents do not answer: which are alike, and what administrators see of private ones."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bot.insights.content_gaps import (
    ContentGap,
    UnmetQuestion,
    extract_question_terms,
    group_content_gaps,
    group_similar_questions,
    is_same_question,
    list_unmet_questions,
)
from knowledge.storage.question_log import QuestionRecord, UsedPassage
from knowledge.storage.votes import Vote

NEAR = UsedPassage("p", "hr/leave.pdf", 3)
BADGE = UnmetQuestion(
    "How do I get a parking badge?", "UA", is_private=False, kind="missing", nearest=NEAR, asked_at=1.0
)
AGAIN = replace(BADGE, text="badge for the parking", person="UB", asked_at=2.0)
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


def _entry(outcome: str, **more: object) -> QuestionRecord:
    given: dict[str, object] = {"state": "answered", "outcome": outcome, "private": False, "asked_at": 5.0, **more}
    return QuestionRecord("T", "C", "1.0", "1.0", "T", "UA", "How many\n days?", **given)  # type: ignore[arg-type] # a test's own


@pytest.mark.parametrize(
    ("outcome", "liked", "kind"),
    [
        ("not_found", None, "missing"),
        ("not_found", True, "missing"),
        ("partly", None, "partly"),
        ("partly", False, "partly"),
        ("answered", False, "disliked"),
        ("passages_only", False, "disliked"),
        ("answered", None, None),
        ("answered", True, None),
        ("passages_only", None, None),  # the model was away: the documents are not to blame
        ("help", None, None),
        ("ModelUnavailable", None, None),
    ],
)
def test_what_counts_as_lacking(outcome: str, liked: bool | None, kind: str | None) -> None:
    entry = _entry(outcome)
    votes = [] if liked is None else [Vote(entry.id, "UB", liked=liked)]
    assert [lack.kind for lack in list_unmet_questions([entry], votes)] == ([kind] if kind else [])


def test_reasons_and_remarks_come_with_the_question_and_names_do_not() -> None:
    entry = _entry("answered", used=(NEAR, UsedPassage("q")))
    votes = [
        Vote(entry.id, "UB", liked=False, reason="outdated", words="Since May."),
        Vote(entry.id, "UC", liked=False, reason="outdated"),
        Vote(entry.id, "UD", liked=True, reason="wrong"),
    ]
    (gap,) = group_content_gaps(list_unmet_questions([entry], votes))
    assert gap == ContentGap("How many days?", 1, 1, {"disliked": 1}, NEAR, {"outdated": 2}, ("Since May.",), 5.0)


def test_what_is_asked_by_most_people_comes_first() -> None:
    lonely = [
        UnmetQuestion("Où est la salle Ampère ?", "UA", is_private=False, kind="partly", asked_at=float(n))
        for n in range(5)
    ]
    found = group_content_gaps([*lonely, BADGE, AGAIN])
    assert [(gap.times, gap.people) for gap in found] == [(2, 2), (5, 1)]
    assert found[0].nearest == NEAR


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

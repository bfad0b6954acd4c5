from __future__ import annotations

import pytest

from bot.answering.answer import Answer, State
from bot.answering.verification.citations import citation
from bot.answering.verification.support import Backing, Claim
from bot.insights.answer_scoring import Scores, as_markdown, overlap, report, scores
from knowledge.retrieval.evaluation import Asked
from tests.bot.answering.passages import found

RIGHT, WRONG = found("Two days  a\nweek are allowed."), found("Lunch is served at noon.")
ASKED = Asked("en", "how many days?", ("Two days a week",), "Two days a week.")
UNANSWERABLE = Asked("en", "where are the unicorns?", ())


def answer(text: str, *cites: int, state: State = "answered", backings: tuple[Backing, ...] = ()) -> Answer:
    passages = (RIGHT, WRONG)
    cited = tuple(citation(n, passages[n - 1]) for n in cites)
    return Answer(text, state, "en", cited, passages, claims=tuple(Claim("x", (1,), one) for one in backings))


@pytest.mark.parametrize(
    ("asked", "given", "expected"),
    [
        (ASKED, answer("Two days a week.", 1), Scores("answered", 1.0, None, True, None, 1.0)),
        (ASKED, answer("Two days a week.", 1, 2), Scores("answered", 0.5, None, True, None, 1.0)),
        (ASKED, answer("", state="not_found"), Scores("not_found", None, None, False, None, 0.0)),
        (UNANSWERABLE, answer("No.", state="not_found"), Scores("not_found", None, None, True, None, None)),
        (
            UNANSWERABLE,
            answer("They are all in the garden of the house.", 2, backings=("weak", "unclear", "backed")),
            Scores("answered", None, 0.5, False, True, None),
        ),
        (
            ASKED,
            answer("Le télétravail est limité à deux jours.", 1),
            Scores("answered", 1.0, None, True, False, 0.0),
        ),
    ],
)
def test_an_answer_is_scored_as_by_hand(asked: Asked, given: Answer, expected: Scores) -> None:
    assert scores(asked, given) == expected


def test_overlap_is_of_stems_in_both_directions() -> None:
    assert overlap("The passwords expired", "password") == pytest.approx(2 / 3, abs=1e-4)
    assert overlap("", "password") == 0


def test_the_report_has_a_column_for_all_and_for_each_language_and_no_figure_that_cannot_be_told() -> None:
    french = Asked("fr", "où ?", ())
    figures = report([(ASKED, scores(ASKED, answer("Two days a week.", 1))), (french, scores(french, answer("Là.")))])
    assert figures["all"]["citation_precision"] == 1
    assert figures["all"]["refusal_accuracy"] == 0.5
    shown = as_markdown(figures, "mixtral").splitlines()
    assert shown[2] == "| | all | en | fr |"
    assert "| citations of a right passage | 1.000 | 1.000 | – |" in shown

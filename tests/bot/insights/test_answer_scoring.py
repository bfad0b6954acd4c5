from __future__ import annotations

import pytest

from bot.answering.answer import Answer, AnswerState
from bot.answering.verification.citations import citation_from_passage
from bot.answering.verification.statement_check import CheckedStatement, StatementSupport
from bot.insights.answer_scoring import (
    AnswerScores,
    build_score_report,
    measure_stem_overlap,
    render_score_report,
    score_answer,
)
from knowledge.retrieval.evaluation_questions import EvaluationQuestion
from tests.bot.answering.passages import found

RIGHT, WRONG = found("Two days  a\nweek are allowed."), found("Lunch is served at noon.")
ASKED = EvaluationQuestion("en", "how many days?", ("Two days a week",), "Two days a week.")
UNANSWERABLE = EvaluationQuestion("en", "where are the unicorns?", ())


def answer(
    text: str, *cites: int, state: AnswerState = "answered", backings: tuple[StatementSupport, ...] = ()
) -> Answer:
    passages = (RIGHT, WRONG)
    cited = tuple(citation_from_passage(n, passages[n - 1]) for n in cites)
    return Answer(
        text, state, "en", cited, passages, claims=tuple(CheckedStatement("x", (1,), one) for one in backings)
    )


@pytest.mark.parametrize(
    ("asked", "given", "expected"),
    [
        (ASKED, answer("Two days a week.", 1), AnswerScores("answered", 1.0, None, True, None, 1.0)),
        (ASKED, answer("Two days a week.", 1, 2), AnswerScores("answered", 0.5, None, True, None, 1.0)),
        (ASKED, answer("", state="not_found"), AnswerScores("not_found", None, None, False, None, 0.0)),
        (UNANSWERABLE, answer("No.", state="not_found"), AnswerScores("not_found", None, None, True, None, None)),
        (
            UNANSWERABLE,
            answer("They are all in the garden of the house.", 2, backings=("weak", "unclear", "backed")),
            AnswerScores("answered", None, 0.5, False, True, None),
        ),
        (
            ASKED,
            answer("Le télétravail est limité à deux jours.", 1),
            AnswerScores("answered", 1.0, None, True, False, 0.0),
        ),
    ],
)
def test_an_answer_is_scored_as_by_hand(asked: EvaluationQuestion, given: Answer, expected: AnswerScores) -> None:
    assert score_answer(asked, given) == expected


def test_overlap_is_of_stems_in_both_directions() -> None:
    assert measure_stem_overlap("The passwords expired", "password") == pytest.approx(2 / 3, abs=1e-4)
    assert measure_stem_overlap("", "password") == 0


def test_the_report_has_a_column_for_all_and_for_each_language_and_no_figure_that_cannot_be_told() -> None:
    french = EvaluationQuestion("fr", "où ?", ())
    figures = build_score_report(
        [(ASKED, score_answer(ASKED, answer("Two days a week.", 1))), (french, score_answer(french, answer("Là.")))]
    )
    assert figures["all"]["citation_precision"] == 1
    assert figures["all"]["refusal_accuracy"] == 0.5
    shown = render_score_report(figures, "mixtral").splitlines()
    assert shown[2] == "| | all | en | fr |"
    assert "| citations of a right passage | 1.000 | 1.000 | – |" in shown

"""The answer that quotes, where no model writes."""

from __future__ import annotations

import pytest

from bot.answering.not_found import NOT_FOUND_TEXTS
from bot.answering.question import Question, QuestionRun, SearchedPart
from bot.answering.quoting.extractive_answer import build_extractive_answer
from bot.answering.understanding.question_splitting import QuestionPart
from knowledge.core.access import Audience
from tests.bot.answering.passages import found

TEXT = "How many days of leave do I have?"
DOUBT = NOT_FOUND_TEXTS["en"].nearest_only


@pytest.mark.parametrize(("is_doubtful", "above"), [(True, f"{DOUBT}\n\n"), (False, "")])
def test_a_quote_that_may_not_answer_is_introduced_as_such(*, is_doubtful: bool, above: str) -> None:
    run = QuestionRun.from_question(Question(TEXT, Audience.everyone()))
    run.set_searched_parts(
        [SearchedPart(QuestionPart(TEXT, TEXT), (found("Leave is 25 days."),), True, True, is_doubtful)]
    )
    answer = build_extractive_answer(run, "No model.")
    assert answer
    assert answer.text.startswith(f"{above}> ")
    assert (answer.state, answer.notices) == ("passages_only", ("No model.",))


SALARY = "What is the lowest salary in Brussels?"
TOWNS = {"And in Lyon?": True, "And in Nantes?": False, "And how much is it in Lyon?": False}


@pytest.mark.parametrize(("follow_up", "is_doubted"), TOWNS.items(), ids=list(TOWNS))
def test_a_follow_up_about_a_case_that_the_passage_lacks_is_doubted(follow_up: str, *, is_doubted: bool) -> None:
    part = QuestionPart(follow_up, f"{SALARY} {follow_up}", stressed=follow_up, subject=SALARY)
    passage = found("The lowest salary in Brussels is 3,800 € a month, in Nantes it is 3,100 €.")
    run = QuestionRun.from_question(Question(follow_up, Audience.everyone()))
    run.set_searched_parts([SearchedPart(part, (passage,), True, True, is_doubtful=False)])
    answer = build_extractive_answer(run, "No model.")
    assert answer
    assert answer.text.startswith(DOUBT) is is_doubted

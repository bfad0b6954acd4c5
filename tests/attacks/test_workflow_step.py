"""The attacks through the workflow step: its outputs are plain text, so an address in them is never code."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.output_filter.filter import OutputFilter
from bot.answering.question import Question
from bot.slack.handlers.workflow_step import STEP
from bot.slack.views.markup import neutralize_plain_text
from bot.slack.views.rich_text import strip_markdown
from tests.attacks import judge
from tests.attacks.corpus import ATTACKS
from tests.attacks.grammar import StreamGrammar
from tests.attacks.streams import find_alive
from tests.bot.slack.running_bot import SLACK, at_work, citation, until

STREAMS = 400


async def test_no_attack_is_alive_in_the_answer_or_the_sources_of_a_step() -> None:
    async def obey(question: Question) -> AsyncIterator[AnswerEvent]:
        said = ATTACKS[int(question.text)].said
        output_filter = OutputFilter(1)
        shown = output_filter.filter_text(f"As asked [1].\n\n{said}\n\nEnd [1].") + output_filter.flush_text()
        yield AnswerText(shown)
        yield Answer(shown, "answered", "en", citations=(replace(citation(), document=said),))

    async with at_work(obey, replace(SLACK, rate_factor=0.0), workflow_step="on") as desk:
        executions = desk.slack.functions.executions
        for n, attack in enumerate(ATTACKS):
            name = desk.slack.run_step(STEP, {"question": str(n)})
            await until(lambda name=name: not executions[name].is_running)  # type: ignore[misc] # bound at once
            outputs = executions[name].outputs or {}
            for output in (str(outputs["answer"]), str(outputs["sources"])):
                assert judge.judge_words(output) == judge.Verdict(), attack
                assert list(find_alive(output)) == []


def test_nothing_that_the_output_filter_made_code_is_alive_without_the_marks_of_code() -> None:
    for n in range(STREAMS):
        stream = StreamGrammar(random.Random(n)).draw_stream()  # noqa: S311 - the same streams each time
        output_filter = OutputFilter(3)
        filtered = output_filter.filter_text(stream) + output_filter.flush_text()
        assert list(find_alive(neutralize_plain_text(strip_markdown(filtered)))) == [], stream

"""Decides what the model reads for a question: instructions, what it has read before, passages, question. Pure.

What is the same for all questions of a thread comes first, what is new last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.prompt.context_window import (
    FENCE_MARK_LENGTH,
    PackedPassages,
    count_message_characters,
    format_passages,
    keep_recent_turns,
    pack_passages,
    truncate_question,
)
from bot.answering.prompt.templates import BARE_PROMPT
from bot.answering.prompt.thread_cache import ThreadExchange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.prompts import ChatPromptTemplate

    from bot.answering.prompt.templates import PromptTexts
    from bot.answering.prompt.thread_cache import PromptMessage
    from bot.answering.question import Question, Turn
    from knowledge.core.passages import FoundPassage


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads: a template, and what is filled in after the `earlier` messages of the thread.

    `numbered_passages` are the passages by number, those of `earlier` first.
    """

    template: ChatPromptTemplate
    variables: Mapping[str, str]
    earlier: ThreadExchange = ThreadExchange()  # noqa: RUF009 - frozen
    numbered_passages: tuple[FoundPassage, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, object]:
        """The input of the template."""
        return {"earlier": list(self.earlier.messages), **self.variables}

    @property
    def messages(self) -> list[PromptMessage]:
        """Everything as the model reads it, in order: role and text."""
        return [(message.type, str(message.text)) for message in self.template.format_messages(**self.values)]

    @property
    def question_message(self) -> str:
        """The last message: passages and question."""
        return self.messages[-1][1]

    @property
    def character_count(self) -> int:
        """The size of everything."""
        return sum(len(text) for _, text in self.messages)

    def with_overflow_notice(self, prompt_texts: PromptTexts) -> Prompt:
        """The same, for a model that says that it has not read all of it."""
        return replace(self, notices=(*self.notices, prompt_texts.answer.not_all_read))

    def exchange_with_answer(self, text: str) -> ThreadExchange:
        """What has been said in the thread once the model has answered."""
        return ThreadExchange(
            (*self.earlier.messages, ("human", self.question_message), ("ai", text)), self.numbered_passages
        )


def build_answer_prompt(
    question: str,
    found: Sequence[FoundPassage],
    earlier: ThreadExchange,
    prompt_texts: PromptTexts,
    budget: int,
    mark: str,
) -> Prompt:
    """What the model reads to answer; where it does not all fit beside what came before, it begins anew."""
    asked = truncate_question(question, budget)
    packed = _fit_passages(asked, found, earlier, prompt_texts, budget)
    if earlier.messages and not (packed and packed.is_complete):
        earlier = ThreadExchange()
        packed = _fit_passages(asked, found, earlier, prompt_texts, budget)
    packed = packed or PackedPassages(())
    return Prompt(
        prompt_texts.answer_prompt,
        _answer_variables(asked, found, earlier, packed, prompt_texts, mark),
        earlier,
        (*earlier.shown_passages, *packed.passages),
        tuple(_overflow_notices(packed, prompt_texts, whole_question=asked == question)),
    )


def build_condense_prompt(
    question: Question, earlier: ThreadExchange, prompt_texts: PromptTexts, budget: int
) -> Prompt:
    """What the model reads to make a question stand alone: after what it has read in this thread, if it has."""
    asked = truncate_question(question.text, budget)
    fixed = (prompt_texts.system, prompt_texts.condense_again, asked, *(text for _, text in earlier.messages))
    since = keep_recent_turns(_since_the_last_answer(question.history), budget - count_message_characters(*fixed))
    if earlier.messages and count_message_characters(*fixed) < budget:
        said = prompt_texts.said_since.format(history=_format_history(since, prompt_texts)) if since else ""
        return Prompt(prompt_texts.condense_again_prompt, {"since": said, "question": asked}, earlier)
    turns = keep_recent_turns(
        question.history, budget - count_message_characters(prompt_texts.condense_system, prompt_texts.condense, asked)
    )
    history = _format_history(turns, prompt_texts)
    return Prompt(prompt_texts.condense_prompt, {"history": history, "question": asked})


def build_rewrite_prompt(question: str, earlier: ThreadExchange, prompt_texts: PromptTexts, budget: int) -> Prompt:
    """What the model reads to name other searches: after what it has read in this thread, if there is room."""
    asked = truncate_question(question, budget)
    fits = (
        count_message_characters(
            prompt_texts.system, prompt_texts.rewrite, asked, *(text for _, text in earlier.messages)
        )
        < budget
    )
    return Prompt(prompt_texts.rewrite_prompt, {"question": asked}, earlier if fits else ThreadExchange())


def build_bare_prompt(question: str, budget: int) -> Prompt:
    """What the model reads where no document is shown to it."""
    return Prompt(BARE_PROMPT, {"question": truncate_question(question, budget)})


def _fit_passages(
    asked: str, found: Sequence[FoundPassage], earlier: ThreadExchange, prompt_texts: PromptTexts, budget: int
) -> PackedPassages | None:
    """The passages that are new, as far as they fit; None where there is no room at all."""
    new = _new_passages(found, earlier)
    known = prompt_texts.known.format(numbers=_earlier_passage_numbers(found, earlier))
    said = (prompt_texts.system, prompt_texts.ask, prompt_texts.passages, known, "m" * 2 * FENCE_MARK_LENGTH, asked)
    left = budget - count_message_characters(*said, *(text for _, text in earlier.messages))
    if left < 0:
        return None
    return pack_passages(new, prompt_texts, left) if new else PackedPassages(())


def _answer_variables(
    asked: str,
    found: Sequence[FoundPassage],
    earlier: ThreadExchange,
    packed: PackedPassages,
    prompt_texts: PromptTexts,
    mark: str,
) -> dict[str, str]:
    numbers = _earlier_passage_numbers(found, earlier)
    fenced = format_passages(packed.passages, prompt_texts, mark, len(earlier.shown_passages) + 1)
    return {
        "known": prompt_texts.known.format(numbers=numbers) if numbers else "",
        "passages": prompt_texts.passages.format(mark=mark, passages=fenced) if packed.passages else "",
        "question": asked,
    }


def _overflow_notices(packed: PackedPassages, prompt_texts: PromptTexts, *, whole_question: bool) -> list[str]:
    """Sentences on what did not fit."""
    said = [] if whole_question else [prompt_texts.answer.question_cut]
    said += [prompt_texts.answer.shortened] if packed.shortened else []
    return [*said, *([prompt_texts.answer.left_out.format(n=packed.left_out_count)] if packed.left_out_count else [])]


def _new_passages(found: Sequence[FoundPassage], earlier: ThreadExchange) -> list[FoundPassage]:
    shown = {one.passage.id for one in earlier.shown_passages}
    return [one for one in found if one.passage.id not in shown]


def _earlier_passage_numbers(found: Sequence[FoundPassage], earlier: ThreadExchange) -> str:
    wanted = {one.passage.id for one in found}
    return "".join(f"[{n}]" for n, one in enumerate(earlier.shown_passages, 1) if one.passage.id in wanted)


def _since_the_last_answer(turns: Sequence[Turn]) -> list[Turn]:
    answers = [n for n, turn in enumerate(turns) if turn.speaker == "bot"]
    return list(turns[answers[-1] + 1 :]) if answers else list(turns)


def _format_history(turns: Sequence[Turn], prompt_texts: PromptTexts) -> str:
    names = {"person": prompt_texts.person, "bot": prompt_texts.bot}
    return "\n".join(f"{names[turn.speaker]}: {turn.text}" for turn in turns)

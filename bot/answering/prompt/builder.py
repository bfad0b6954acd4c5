"""Builds what the model reads for a question: instructions, earlier messages, passages, question.

The part that all questions of a thread share comes first, the new part last. Reads rewritten questions, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.prompt.context_window import (
    PromptSize,
    count_message_characters,
    keep_recent_turns,
    truncate_question,
)
from bot.answering.prompt.passages_in_prompt import FENCE_MARK_LENGTH, PackedPassages, format_passages, pack_passages
from bot.answering.prompt.prompt_texts import BARE_PROMPT
from bot.answering.prompt.thread_cache import ThreadExchange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from langchain_core.prompts import ChatPromptTemplate

    from bot.answering.prompt.prompt_texts import PromptTexts
    from bot.answering.prompt.thread_cache import PromptMessage
    from bot.answering.question import Question, Turn
    from knowledge.core.passages import FoundPassage


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads: a template, its variables, and the `earlier` messages of the thread.

    `numbered_passages` are the passages by number, those of `earlier` first. `notices` tell the reader what did not
    fit.
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
        """All messages in order, each with role and text."""
        return [(message.type, str(message.text)) for message in self.template.format_messages(**self.values)]

    @property
    def question_message(self) -> str:
        """The last message, with passages and question."""
        return self.messages[-1][1]

    @property
    def character_count(self) -> int:
        """The number of characters in all messages."""
        return sum(len(text) for _, text in self.messages)

    def with_overflow_notice(self, prompt_texts: PromptTexts) -> Prompt:
        """Adds the notice that the model has not read the whole prompt."""
        return replace(self, notices=(*self.notices, prompt_texts.answer.not_all_read))

    def exchange_with_answer(self, text: str, prompt_tokens: int = 0) -> ThreadExchange:
        """Returns the exchange of the thread after the model has read `prompt_tokens` and answered `text`."""
        return ThreadExchange(
            (*self.earlier.messages, ("human", self.question_message), ("ai", text)),
            self.numbered_passages,
            PromptSize(self.character_count, prompt_tokens) if prompt_tokens else None,
        )


def build_answer_prompt(
    question: str,
    found: Sequence[FoundPassage],
    earlier: ThreadExchange,
    prompt_texts: PromptTexts,
    budget: int,
    mark: str,
) -> Prompt:
    """Builds the prompt for an answer; drops the earlier messages if the passages do not fit beside them."""
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
    """Builds the prompt for a standalone question, after the thread's earlier messages if they fit."""
    asked = truncate_question(question.text, budget)
    fixed = (prompt_texts.system, prompt_texts.condense_again, asked, *(text for _, text in earlier.messages))
    recent = keep_recent_turns(_turns_since_last_answer(question.history), budget - count_message_characters(*fixed))
    if earlier.messages and count_message_characters(*fixed) < budget:
        new_messages = prompt_texts.said_since.format(history=_format_history(recent, prompt_texts)) if recent else ""
        return Prompt(prompt_texts.condense_again_prompt, {"since": new_messages, "question": asked}, earlier)
    turns = keep_recent_turns(
        question.history, budget - count_message_characters(prompt_texts.condense_system, prompt_texts.condense, asked)
    )
    history = _format_history(turns, prompt_texts)
    return Prompt(prompt_texts.condense_prompt, {"history": history, "question": asked})


def build_rewrite_prompt(question: str, earlier: ThreadExchange, prompt_texts: PromptTexts, budget: int) -> Prompt:
    """Builds the prompt for other searches, after the thread's earlier messages if they fit."""
    asked = truncate_question(question, budget)
    fits = (
        count_message_characters(
            prompt_texts.system, prompt_texts.rewrite, asked, *(text for _, text in earlier.messages)
        )
        < budget
    )
    return Prompt(prompt_texts.rewrite_prompt, {"question": asked}, earlier if fits else ThreadExchange())


def build_bare_prompt(question: str, budget: int) -> Prompt:
    """Builds the prompt for an answer without documents."""
    return Prompt(BARE_PROMPT, {"question": truncate_question(question, budget)})


def _fit_passages(
    asked: str, found: Sequence[FoundPassage], earlier: ThreadExchange, prompt_texts: PromptTexts, budget: int
) -> PackedPassages | None:
    """Packs the new passages that fit; None if even the rest of the prompt does not fit."""
    new = _new_passages(found, earlier)
    known = prompt_texts.known.format(numbers=_earlier_passage_numbers(found, earlier))
    fixed = (prompt_texts.system, prompt_texts.ask, prompt_texts.passages, known, "m" * 2 * FENCE_MARK_LENGTH, asked)
    remaining = budget - count_message_characters(*fixed, *(text for _, text in earlier.messages))
    if remaining < 0:
        return None
    return pack_passages(new, prompt_texts, remaining) if new else PackedPassages(())


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
    """Returns sentences on what did not fit."""
    notices = [] if whole_question else [prompt_texts.answer.question_cut]
    notices += [prompt_texts.answer.shortened] if packed.shortened else []
    notices += [prompt_texts.answer.left_out.format(n=packed.left_out_count)] if packed.left_out_count else []
    return notices


def _new_passages(found: Sequence[FoundPassage], earlier: ThreadExchange) -> list[FoundPassage]:
    shown = {one.passage.id for one in earlier.shown_passages}
    return [one for one in found if one.passage.id not in shown]


def _earlier_passage_numbers(found: Sequence[FoundPassage], earlier: ThreadExchange) -> str:
    wanted = {one.passage.id for one in found}
    return "".join(f"[{n}]" for n, one in enumerate(earlier.shown_passages, 1) if one.passage.id in wanted)


def _turns_since_last_answer(turns: Sequence[Turn]) -> list[Turn]:
    answers = [n for n, turn in enumerate(turns) if turn.speaker == "bot"]
    return list(turns[answers[-1] + 1 :]) if answers else list(turns)


def _format_history(turns: Sequence[Turn], prompt_texts: PromptTexts) -> str:
    names = {"person": prompt_texts.person, "bot": prompt_texts.bot}
    return "\n".join(f"{names[turn.speaker]}: {turn.text}" for turn in turns)


_MAX_QUERIES = 3  # each costs two more searches
_MAX_QUERY_CHARACTERS = 200  # a longer line is probably an answer
_LIST_MARK = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.):])\s*")
_QUOTES = "\"'«»“”` "


def parse_rewritten_queries(written: str, question: str) -> tuple[str, ...]:
    """Returns the queries that the model wrote, one per line, without the question itself."""
    lines = (_LIST_MARK.sub("", line).strip(_QUOTES) for line in written.splitlines())
    found: dict[str, str] = {}
    for line in lines:
        if line and len(line) <= _MAX_QUERY_CHARACTERS and not line.endswith(":"):
            found.setdefault(line.casefold(), line)
    found.pop(question.strip().casefold(), None)
    return tuple(found.values())[:_MAX_QUERIES]


def has_enough_queries(written: str) -> bool:
    """Whether the model has written enough queries and can be stopped."""
    lines = [line for line in written.splitlines() if line.strip()]
    complete = lines if written.endswith("\n") else lines[:-1]
    return len(complete) >= _MAX_QUERIES or len(written) > _MAX_QUERIES * _MAX_QUERY_CHARACTERS

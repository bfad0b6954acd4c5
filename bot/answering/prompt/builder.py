"""Decides what the model reads for a question: instructions, what it has read before, passages, question. Pure.

What is the same for all questions of a thread comes first, what is new last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.prompt.context_window import MARK, Packed, askable, pack, recent, size, together
from bot.answering.prompt.thread_cache import Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompt.templates import Prompts
    from bot.answering.prompt.thread_cache import Message
    from bot.answering.question import Question, Turn
    from knowledge.core.passages import Found


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the model reads. `numbered` are the passages by number, those of `before` first."""

    system: str
    before: Exchange
    asked: str
    numbered: tuple[Found, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def messages(self) -> list[Message]:
        """Everything, in order."""
        return [("system", self.system), *self.before.messages, ("human", self.asked)]

    @property
    def characters(self) -> int:
        """The size of everything."""
        return sum(len(text) for _, text in self.messages)

    def overfull(self, prompts: Prompts) -> Briefing:
        """The same, for a model that says that it has not read all of it."""
        return replace(self, notices=(*self.notices, prompts.not_all_read))

    def answered(self, text: str) -> Exchange:
        """What has been said in the thread once the model has answered."""
        return Exchange((*self.before.messages, ("human", self.asked), ("ai", text)), self.numbered)


def brief(question: str, found: Sequence[Found], before: Exchange, prompts: Prompts, room: int, mark: str) -> Briefing:
    """What the model reads to answer; where it does not all fit beside what came before, it begins anew."""
    asked = askable(question, room)
    packed = _packed(asked, found, before, prompts, room)
    if before.messages and not (packed and packed.whole):
        before = Exchange()
        packed = _packed(asked, found, before, prompts, room)
    packed = packed or Packed(())
    return Briefing(
        prompts.system,
        before,
        _ask(asked, found, before, packed, prompts, mark),
        (*before.shown, *packed.given),
        tuple(_unread(packed, prompts, whole_question=asked == question)),
    )


def brief_condensing(question: Question, before: Exchange, prompts: Prompts, room: int) -> Briefing:
    """What the model reads to make a question stand alone: after what it has read in this thread, if it has."""
    asked = askable(question.text, room)
    fixed = (prompts.system, prompts.condense_again, asked, *(text for _, text in before.messages))
    since = recent(_since_the_last_answer(question.history), room - size(*fixed))
    if before.messages and size(*fixed) < room:
        said = prompts.said_since.format(history=_told(since, prompts)) if since else ""
        return Briefing(prompts.system, before, prompts.condense_again.format(since=said, question=asked))
    turns = recent(question.history, room - size(prompts.condense_system, prompts.condense, asked))
    history = _told(turns, prompts)
    return Briefing(prompts.condense_system, Exchange(), prompts.condense.format(history=history, question=asked))


def brief_rewriting(question: str, before: Exchange, prompts: Prompts, room: int) -> Briefing:
    """What the model reads to name other searches: after what it has read in this thread, if there is room."""
    asked = askable(question, room)
    fits = size(prompts.system, prompts.rewrite, asked, *(text for _, text in before.messages)) < room
    return Briefing(prompts.system, before if fits else Exchange(), prompts.rewrite.format(question=asked))


def _packed(asked: str, found: Sequence[Found], before: Exchange, prompts: Prompts, room: int) -> Packed | None:
    """The passages that are new, as far as they fit; None where there is no room at all."""
    new = _new(found, before)
    known = prompts.known.format(numbers=_numbers(found, before))
    said = (prompts.system, prompts.ask, prompts.passages, known, "m" * 2 * MARK, asked)
    left = room - size(*said, *(text for _, text in before.messages))
    if left < 0:
        return None
    return pack(new, prompts, left) if new else Packed(())


def _ask(asked: str, found: Sequence[Found], before: Exchange, packed: Packed, prompts: Prompts, mark: str) -> str:
    numbers = _numbers(found, before)
    fenced = together(packed.given, prompts, mark, len(before.shown) + 1)
    return prompts.ask.format(
        known=prompts.known.format(numbers=numbers) if numbers else "",
        passages=prompts.passages.format(mark=mark, passages=fenced) if packed.given else "",
        question=asked,
    )


def _unread(packed: Packed, prompts: Prompts, *, whole_question: bool) -> list[str]:
    """Sentences on what did not fit."""
    said = [] if whole_question else [prompts.question_cut]
    said += [prompts.shortened] if packed.shortened else []
    return [*said, *([prompts.left_out.format(n=packed.left_out)] if packed.left_out else [])]


def _new(found: Sequence[Found], before: Exchange) -> list[Found]:
    shown = {one.passage.id for one in before.shown}
    return [one for one in found if one.passage.id not in shown]


def _numbers(found: Sequence[Found], before: Exchange) -> str:
    wanted = {one.passage.id for one in found}
    return "".join(f"[{n}]" for n, one in enumerate(before.shown, 1) if one.passage.id in wanted)


def _since_the_last_answer(turns: Sequence[Turn]) -> list[Turn]:
    answers = [n for n, turn in enumerate(turns) if turn.speaker == "bot"]
    return list(turns[answers[-1] + 1 :]) if answers else list(turns)


def _told(turns: Sequence[Turn], prompts: Prompts) -> str:
    names = {"person": prompts.person, "bot": prompts.bot}
    return "\n".join(f"{names[turn.speaker]}: {turn.text}" for turn in turns)

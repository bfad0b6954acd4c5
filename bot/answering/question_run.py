"""One question on its way: its language, its texts, its stop-watch. Decides nothing about the answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.answering.answer import Answer
from bot.answering.prompt.templates import PROMPTS
from bot.answering.prompt.thread_cache import Thread
from bot.answering.verification.support import Checked
from knowledge.core.language import language_of, told_language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.answer import State
    from bot.answering.prompt.templates import Prompts
    from bot.answering.question import Question
    from knowledge.core.documents import Language
    from knowledge.core.passages import Citation, Found


@dataclass(slots=True)
class Run:
    """What is known of a question while it is answered. `degraded` says why meaning was not searched."""

    question: Question
    language: Language
    prompts: Prompts
    thread: Thread | None
    started: float = field(default_factory=time.monotonic)
    timings: dict[str, float] = field(default_factory=dict)
    degraded: str | None = None
    found: tuple[Found, ...] = ()

    @classmethod
    def of(cls, question: Question) -> Run:
        """The run of a question that has just been asked."""
        language = language_of(question.text, question.locale)
        thread = Thread(question.thread, question.audience, language) if question.thread else None
        return cls(question, language, PROMPTS[language], thread)

    @property
    def is_told(self) -> bool:
        """Whether the question itself tells its language."""
        return told_language_of(self.question.text) is not None

    def heed(self, found: tuple[Found, ...]) -> None:
        """Take what was found; where neither question nor asker tells a language, its folders' language is answered in.

        Where those tell several, that of the best passage.
        """
        self.found = found
        if not self.is_told and self.question.locale is None:
            told = (one.passage.language for one in found if one.passage.language)
            self.language = next(told, self.language)
            self.prompts = PROMPTS[self.language]

    def mark(self, step: str, *, once: bool = False) -> None:
        """Note when a step ended, in seconds since the start."""
        if not (once and step in self.timings):
            self.timings[step] = round(time.monotonic() - self.started, 4)

    def answer(
        self,
        text: str,
        state: State,
        *,
        citations: tuple[Citation, ...] = (),
        notices: Sequence[str] = (),
        checked: Checked = Checked(),  # noqa: B008 - frozen
    ) -> Answer:
        """The answer, with what its reader must know about how it came to be."""
        self.mark("total")
        by_words = self.degraded and self.found and state != "passages_only"
        said = (*notices, self.prompts.words_only) if by_words else tuple(notices)
        timings = dict(self.timings)
        return Answer(text, state, self.language, citations, self.found, said, timings, checked.claims, checked.uncited)

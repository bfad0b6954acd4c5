"""What is asked, in which conversation, for which audience; and what is known of it while it is answered."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from langchain_core.runnables import RunnableConfig

from bot.answering.answer import Answer
from bot.answering.prompt.templates import PROMPT_TEXTS
from bot.answering.prompt.thread_cache import ThreadKey
from bot.answering.verification.support import ClaimCheck
from knowledge.core.access import Audience
from knowledge.core.language import detect_language, detect_likely_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.answer import AnswerState
    from bot.answering.prompt.templates import PromptTexts
    from knowledge.core.documents import Language
    from knowledge.core.passages import Citation, FoundPassage


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    speaker: Literal["person", "bot"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `history` is oldest first and holds no part of `text`.

    `locale`, the asker's interface language, decides only where the question's own language is unclear.
    `thread` names the conversation: questions of one thread share what the model has read before.
    """

    text: str
    audience: Audience
    history: tuple[Turn, ...] = ()
    locale: str | None = None
    thread: str | None = None


@dataclass(slots=True)
class QuestionRun:
    """What is known of a question while it is answered.

    `config` has LangChain's callbacks; `degraded` says why dense vectors were not searched.
    """

    question: Question
    language: Language
    prompt_texts: PromptTexts
    thread_key: ThreadKey | None
    config: RunnableConfig = field(default_factory=RunnableConfig)
    started_at: float = field(default_factory=time.monotonic)
    timings: dict[str, float] = field(default_factory=dict)
    degraded: str | None = None
    found: tuple[FoundPassage, ...] = ()

    @classmethod
    def from_question(cls, question: Question, config: RunnableConfig | None = None) -> QuestionRun:
        """The run of a question that has just been asked."""
        language = detect_language(question.text, question.locale)
        thread = ThreadKey(question.thread, question.audience, language) if question.thread else None
        return cls(question, language, PROMPT_TEXTS[language], thread, config or RunnableConfig())

    @property
    def has_known_language(self) -> bool:
        """Whether the question itself tells its language."""
        return detect_likely_language(self.question.text) is not None

    def set_found_passages(self, found: tuple[FoundPassage, ...]) -> None:
        """Take what was found; where neither question nor asker tells a language, its folders' language is answered in.

        Where those tell several, that of the best passage.
        """
        self.found = found
        if not self.has_known_language and self.question.locale is None:
            told = (one.passage.language for one in found if one.passage.language)
            self.language = next(told, self.language)
            self.prompt_texts = PROMPT_TEXTS[self.language]

    def record_timing(self, step: str, *, once: bool = False) -> None:
        """Note when a step ended, in seconds since the start."""
        if not (once and step in self.timings):
            self.timings[step] = round(time.monotonic() - self.started_at, 4)

    def build_answer(
        self,
        text: str,
        state: AnswerState,
        *,
        citations: tuple[Citation, ...] = (),
        notices: Sequence[str] = (),
        claim_check: ClaimCheck = ClaimCheck(),  # noqa: B008 - frozen
    ) -> Answer:
        """The answer, with what its reader must know about how it came to be."""
        self.record_timing("total")
        by_words = self.degraded and self.found and state != "passages_only"
        said = (*notices, self.prompt_texts.answer.words_only) if by_words else tuple(notices)
        timings = dict(self.timings)
        return Answer(
            text, state, self.language, citations, self.found, said, timings, claim_check.claims, claim_check.uncited
        )

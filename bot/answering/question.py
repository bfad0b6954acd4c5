"""A question with its conversation and audience, and the state of answering it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from langchain_core.runnables import RunnableConfig

from bot.answering.answer import Answer
from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.prompt.passages_in_prompt import NO_PLACES, PreferredPlaces
from bot.answering.prompt.thread_cache import ThreadKey
from bot.answering.verification.statement_check import StatementCheck
from knowledge.core.access import Audience
from knowledge.core.documents import TITLE_SEPARATOR
from knowledge.core.language import detect_language, detect_likely_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.answer import AnswerState
    from bot.answering.prompt.prompt_texts import PromptTexts
    from bot.answering.understanding.counter_questions import Option
    from bot.answering.understanding.question_splitting import QuestionPart
    from knowledge.core.documents import Language
    from knowledge.core.passages import Citation, FoundPassage


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    speaker: Literal["person", "bot"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question to answer; `history` holds the earlier messages, oldest first.

    `locale`, the asker's interface language, decides if the language of the question is unclear.
    `thread` is the id of the conversation: questions of one thread share what the model has read before.
    Passages of the `preferred` places come first. `known_passages` are those of an answer that stands already: where
    nothing else is found, one sentence says so.
    """

    text: str
    audience: Audience
    history: tuple[Turn, ...] = ()
    locale: str | None = None
    thread: str | None = None
    preferred: PreferredPlaces = NO_PLACES
    known_passages: frozenset[str] | None = None


def detect_question_language(text: str, locale: str | None) -> Language:
    """The language of a question, without the place that its asker chose: a title may be in another language."""
    return detect_language(text.partition(TITLE_SEPARATOR)[0], locale)


@dataclass(frozen=True, slots=True)
class SearchedPart:
    """One question of a message with the passages found for it.

    `is_likely` says that they may answer it, `is_quotable` that a quote of them may be shown, `is_doubtful` that it may
    well not answer.
    """

    part: QuestionPart
    found: tuple[FoundPassage, ...]
    is_likely: bool
    is_quotable: bool
    is_doubtful: bool


@dataclass(slots=True)
class QuestionRun:
    """The state of one question while it is answered.

    `config` has LangChain's callbacks. `degraded` says why dense vectors were not searched, None if they were.
    `searched` is the question that was searched, complete in itself. `parts` are its
    questions, each with what was found for it; `has_more_parts` says that others were left out.
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
    searched: str = ""
    parts: tuple[SearchedPart, ...] = ()
    has_more_parts: bool = False

    @classmethod
    def from_question(cls, question: Question, config: RunnableConfig | None = None) -> QuestionRun:
        """Starts the run of a question that has just been asked."""
        language = detect_question_language(question.text, question.locale)
        thread = ThreadKey(question.thread, question.audience, language) if question.thread else None
        return cls(question, language, PROMPT_TEXTS[language], thread, config or RunnableConfig())

    @property
    def has_known_language(self) -> bool:
        """Whether the words of the question show its language."""
        return detect_likely_language(self.question.text.partition(TITLE_SEPARATOR)[0]) is not None

    def set_found_passages(self, found: tuple[FoundPassage, ...]) -> None:
        """Keeps what was found, and takes the language from the best passage if nothing else decides it.

        Nothing else decides it if neither the question nor the asker's locale shows a language.
        """
        self.found = found
        if not self.has_known_language and self.question.locale is None:
            languages = (one.passage.language for one in found if one.passage.language)
            self.language = next(languages, self.language)
            self.prompt_texts = PROMPT_TEXTS[self.language]

    def set_searched_parts(self, parts: Sequence[SearchedPart]) -> None:
        """Keeps what was found for each question, and all of it in turn: the best of each first."""
        self.parts = tuple(parts)
        ranks = zip_longest(*(one.found for one in parts))
        in_turn = {found.passage.id: found for rank in ranks for found in rank if found}
        self.set_found_passages(tuple(in_turn.values()))

    def build_question_back(self, options: tuple[Option, ...]) -> Answer:
        """Builds the question to somebody whose message is too short to be answered."""
        back = self.build_answer(self.prompt_texts.answer.which_one, "unclear")
        return replace(back, passages=(), notices=(), options=options)

    def record_timing(self, step: str, *, once: bool = False) -> None:
        """Records when a step ended, in seconds since the start; with `once`, only the first time."""
        if not (once and step in self.timings):
            self.timings[step] = round(time.monotonic() - self.started_at, 4)

    def build_answer(
        self,
        text: str,
        state: AnswerState,
        *,
        citations: tuple[Citation, ...] = (),
        notices: Sequence[str] = (),
        statement_check: StatementCheck = StatementCheck(),  # noqa: B008 - frozen
    ) -> Answer:
        """Builds the answer, with a notice if only words were searched."""
        self.record_timing("total")
        lexical_only = self.degraded and self.found and state != "passages_only"
        all_notices = (*notices, self.prompt_texts.answer.words_only) if lexical_only else tuple(notices)
        timings = dict(self.timings)
        return Answer(
            text,
            state,
            self.language,
            citations,
            self.found,
            all_notices,
            timings,
            statement_check.claims,
            statement_check.uncited,
            self.searched or self.question.text,
        )

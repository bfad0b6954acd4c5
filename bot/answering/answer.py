"""The events of an answer: progress and text while it is written, then the whole answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.answering.understanding.counter_questions import Option
from bot.answering.verification.statement_check import CheckedStatement
from knowledge.core.documents import Language
from knowledge.core.passages import Citation, FoundPassage

AnswerState = Literal["answered", "partly", "not_found", "passages_only", "talk", "unclear"]
AnswerStep = Literal["loading", "understanding", "searching", "writing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """The step that answering has reached; `passages` is how many were found, None before the search.

    `found` are these passages, best first.

    `loading`: the model has to be loaded into memory before it can understand or write.
    """

    step: AnswerStep
    passages: int | None = None
    found: tuple[FoundPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The next piece of the answer, in Markdown, safe to show."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer: `text` is all that was streamed, in Markdown, with citations as `[n]`.

    A reply to `talk` has no passages. `citations` are those that the text uses, by number. `passages` are the passages
    found, best first (for `not_found`, the nearest). `notices` tell the reader how the answer was made (model away, no
    dense search), in the answer's language. `claims` are its statements with a citation, each checked; `uncited` counts
    the other statements. `timings` are seconds from the question to the end of each step. `searched` is the question as
    it was searched, complete in itself. `options` are what an `unclear` message may mean.
    """

    text: str
    state: AnswerState
    language: Language
    citations: tuple[Citation, ...] = ()
    passages: tuple[FoundPassage, ...] = ()
    notices: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    claims: tuple[CheckedStatement, ...] = ()
    uncited: int = 0
    searched: str = ""
    options: tuple[Option, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it is whole and cites passages, none of which fails to contain its statement."""
        return self.state in ("answered", "passages_only") and bool(self.citations) and not self.unsupported_citations

    @property
    def unsupported_citations(self) -> frozenset[int]:
        """The numbers of citations whose passages do not contain the statement."""
        return frozenset(n for claim in self.claims if claim.backing == "weak" for n in claim.cites)


AnswerEvent = Progress | AnswerText | Answer

"""What answering yields: progress and words while it runs, an answer at its end. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.answering.verification.support import CheckedClaim
from knowledge.core.documents import Language
from knowledge.core.passages import Citation, FoundPassage

AnswerState = Literal["answered", "partly", "not_found", "passages_only"]
AnswerStep = Literal["understanding", "searching", "writing"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Answering has come to a step. `passages` is how many were found, once that is known."""

    step: AnswerStep
    passages: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The next words of the answer, in Markdown, safe to show as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer. `text` is all the words that were streamed, in Markdown, with citations as `[n]`.

    `citations` are those the text uses, by number; `passages` are the passages found, best first (for
    `not_found`, the nearest). `notices` are sentences about how the answer came to be (the model is away,
    meaning is not searched yet) in the answer's language. `claims` are its statements with a citation, each checked
    against what it cites; `uncited` counts those without one. `timings` are seconds from the question to the end of
    each step.
    """

    text: str
    state: AnswerState
    language: Language
    citations: tuple[Citation, ...] = ()
    passages: tuple[FoundPassage, ...] = ()
    notices: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)
    claims: tuple[CheckedClaim, ...] = ()
    uncited: int = 0

    @property
    def unsupported_citations(self) -> frozenset[int]:
        """The citations, by number, that stand behind a statement which is not in their passages."""
        return frozenset(n for claim in self.claims if claim.backing == "weak" for n in claim.cites)


AnswerEvent = Progress | AnswerText | Answer

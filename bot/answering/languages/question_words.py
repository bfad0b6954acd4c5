"""What a language's question words say of the answer: an amount, a time, a person, a way to do something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

AnswerKind = Literal["amount", "time", "person", "steps"]


@dataclass(frozen=True)
class AskingWords:
    """The phrases of one language, without accents and in lower case, by what they ask for.

    `numbers` are the number words from two on, as they are written.
    """

    amount: tuple[str, ...]
    time: tuple[str, ...]
    person: tuple[str, ...]
    steps: tuple[str, ...]
    numbers: str

    @cached_property
    def patterns(self) -> tuple[tuple[AnswerKind, re.Pattern[str]], ...]:
        """A pattern for each kind of answer, the most telling kind first."""
        kinds: tuple[tuple[AnswerKind, tuple[str, ...]], ...] = (
            ("amount", self.amount),
            ("time", self.time),
            ("person", self.person),
            ("steps", self.steps),
        )
        return tuple((kind, re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")) for kind, phrases in kinds)


@dataclass(frozen=True)
class FollowingWords:
    """How a follow-up opens and refers to what was said, and what opens a whole question: patterns over folded text."""

    opening: str
    reference: str
    question: str

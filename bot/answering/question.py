"""A question: what is asked, in which conversation, on whose behalf. Pure: knows no Slack and no model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.core.access import Audience


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

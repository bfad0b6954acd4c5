"""How well the floor parts the questions that the documents answer from the others. Decides what is compared.

`near` are the questions of a file that its documents leave open, `off` the questions of another file asked of these
documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.promise import promise
from knowledge.audience import Audience
from knowledge.floor import FLOOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.search import Search

_ASKED_FOR = 6  # passages, as the bot asks for


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions by what the documents know of them."""

    answered: Sequence[str]
    near: Sequence[str]
    off: Sequence[str]


def refusing(search: Search, questions: Questions) -> dict[str, float]:
    """The area under the curve against near and off questions, and the shares that the floor refuses."""
    answered, near, off = (
        [promise(text, search.find(text, Audience.everyone(), _ASKED_FOR).found) for text in texts]
        for texts in (questions.answered, questions.near, questions.off)
    )
    return {
        "auroc near": _area(answered, near),
        "auroc off": _area(answered, off),
        "refused wrongly": _below(answered),
        "refused near": _below(near),
        "refused off": _below(off),
    }


def _area(higher: Sequence[float], lower: Sequence[float]) -> float:
    """How often one of the first scores above one of the second; a tie counts half."""
    pairs = [(a > b) + (a == b) / 2 for a in higher for b in lower]
    return round(sum(pairs) / len(pairs), 3)


def _below(scores: Sequence[float]) -> float:
    return round(sum(score < FLOOR.threshold for score in scores) / len(scores), 3)

"""Keeps private answers for a while, in memory, so that whoever asked may still share them."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.answering.answer import Answer

_SECONDS = 24 * 3600.0
_ANSWERS = 1_000


@dataclass(frozen=True, slots=True)
class Private:
    """An answer that one person has seen. `rated` is the journal's id of the question."""

    user: str
    question: str
    answer: Answer
    rated: str = ""


class Shelf:
    """The last private answers, by a name that tells nothing of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Private]] = OrderedDict()

    def put(self, name: str, private: Private) -> None:
        """Keep an answer."""
        self._kept[name] = (self._clock(), private)
        while len(self._kept) > _ANSWERS or self._is_old(next(iter(self._kept.values()))[0]):
            self._kept.popitem(last=False)

    def take(self, name: str, user: str) -> Private | None:
        """Take an answer of this very person from the shelf; None where it is not there, or not any more."""
        since, private = self._kept.get(name, (0.0, None))
        if private is None or private.user != user or self._is_old(since):
            return None
        del self._kept[name]
        return private

    def _is_old(self, since: float) -> bool:
        return self._clock() - since > _SECONDS

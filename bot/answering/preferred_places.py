"""Puts passages of the places that the asker looks at before others that are not much better. Pure.

This changes the order of what was found for the asker, and nothing else: who may read what is decided before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from knowledge.core.passages import FoundPassage, Passage

_LEAST_SHARE = 0.6  # of the best score: a passage below it is about something else, wherever it stands


@dataclass(frozen=True, slots=True)
class PreferredPlaces:
    """The folders that belong to a channel, by their requirements, and documents, by their paths."""

    requirements: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is preferred."""
        return bool(self.requirements or self.paths)

    def hold_passage(self, passage: Passage) -> bool:
        """Whether a passage is of one of these places."""
        return passage.path in self.paths or not self.requirements.isdisjoint(passage.audience)


NO_PLACES = PreferredPlaces()


def put_preferred_first(found: Sequence[FoundPassage], places: PreferredPlaces, limit: int) -> tuple[FoundPassage, ...]:
    """The first `limit` passages, those of the preferred places before others, if their scores are high enough."""
    if not (places and found):
        return tuple(found[:limit])
    least = _LEAST_SHARE * found[0].score
    first = [one for one in found if one.score >= least and places.hold_passage(one.passage)]
    chosen = {one.passage.id for one in first}
    return tuple([*first, *(one for one in found if one.passage.id not in chosen)][:limit])

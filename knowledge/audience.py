"""Decides who may know a passage, and the filter that every search carries. Knows names, not Slack."""

from __future__ import annotations

from dataclasses import dataclass

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Audience:
    """The groups on whose behalf a question is asked.

    A search returns a passage only if one of these groups may know it. An empty audience sees nothing.
    """

    groups: frozenset[str]

    @classmethod
    def everyone(cls) -> Audience:
        """What all members may know."""
        return cls(frozenset({EVERYONE}))

    def may_know(self, passage_audience: frozenset[str]) -> bool:
        """Whether a passage meant for `passage_audience` may be shown to this audience."""
        return bool(self.groups & passage_audience)

"""Decides who may know a passage: what its folders require of a reader, and what a reader holds. Knows no Slack.

A passage carries requirements, all of which must be met; nobody sees one that carries none. A requirement is
"everyone", "nobody", the id of a channel or a person ("C0123ABCD", "U0123ABCD"), or the name of one as a folder wrote
it ("#finance", "@alice"), which stays with the id that it was first resolved to (`knowledge/storage/name_bindings`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYONE = "everyone"
NOBODY = "nobody"
# An id holds a digit: otherwise a folder in capitals, such as CONTRATS, would be taken for a channel.
_CHANNEL_ID = re.compile(r"#?([CG](?=[A-Z]*\d)[A-Z0-9]{8,10})")
_USER_ID = re.compile(r"@([UW](?=[A-Z]*\d)[A-Z0-9]{8,10})")


@dataclass(frozen=True, slots=True)
class Audience:
    """The groups on whose behalf a question is asked: a passage is shown if they meet all of its requirements.

    An empty audience sees nothing.
    """

    groups: frozenset[str]

    def __post_init__(self) -> None:
        """Nobody is in the group of nobody."""
        if NOBODY in self.groups:
            raise ValueError("an audience cannot hold the group of nobody")

    @classmethod
    def everyone(cls) -> Audience:
        """What all members may know."""
        return cls(frozenset({EVERYONE}))

    def may_know(self, requirements: frozenset[str]) -> bool:
        """Whether what carries these requirements may be shown to this audience."""
        return bool(requirements) and requirements <= self.groups


def combine_requirements(requirements: Iterable[str]) -> frozenset[str]:
    """Requirements that must all be met, as they are written on a passage: the narrow ones make the wide ones idle."""
    every = frozenset(requirements)
    if NOBODY in every:
        return frozenset({NOBODY})
    return every - {EVERYONE} or every


def requirement_from_name(folder_name: str) -> str | None:
    """What a folder's name requires of those who may know what lies in it; None where it requires nothing."""
    plain = unicodedata.normalize(
        "NFC", strip_invisible(folder_name)
    ).strip()  # what nobody sees before the sign opens nothing
    for pattern in (_CHANNEL_ID, _USER_ID):
        if found := pattern.fullmatch(plain):
            return found[1]
    sign = unicodedata.normalize("NFKC", plain)[:1]  # a full-width sign is one too
    return sign + fold_slack_name(plain[1:]) if sign in {"#", "@"} else None


def is_named_requirement(requirement: str) -> bool:
    """Whether it names a channel or a person, so that it must be resolved to an id."""
    return requirement[:1] in {"#", "@"}


def fold_slack_name(name: str) -> str:
    """A name of Slack's as it is compared: whatever its capitals, and however its accents are written."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).strip().casefold())

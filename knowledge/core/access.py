"""Decides who may know a passage, from what its folders require and which groups a reader is in. Knows no Slack.

A reader must meet all requirements of a passage; nobody sees a passage without requirements. A requirement is
"everyone", "nobody", the id of a channel or person ("C0123ABCD", "U0123ABCD"), or a name that a folder bears
("#finance", "@alice"). A name keeps the id to which it was resolved first (`knowledge/storage/name_bindings`).
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
# An id has a digit: otherwise a folder in capitals, such as CONTRATS, would look like a channel.
_CHANNEL_ID = re.compile(r"#?([CG](?=[A-Z]{0,9}\d)[A-Z0-9]{8,10})")
_USER_ID = re.compile(r"@([UW](?=[A-Z]{0,9}\d)[A-Z0-9]{8,10})")


@dataclass(frozen=True, slots=True)
class Audience:
    """The groups of the person who asks: a passage is shown if they meet all of its requirements.

    An empty audience sees nothing.
    """

    groups: frozenset[str]

    def __post_init__(self) -> None:
        """Rejects the group "nobody", which has no member."""
        if NOBODY in self.groups:
            raise ValueError("an audience cannot hold the group of nobody")

    @classmethod
    def everyone(cls) -> Audience:
        """The audience of all members."""
        return cls(frozenset({EVERYONE}))

    def may_know(self, requirements: frozenset[str]) -> bool:
        """Whether this audience meets these requirements."""
        return bool(requirements) and requirements <= self.groups


def combine_requirements(requirements: Iterable[str]) -> frozenset[str]:
    """Combine requirements as a passage stores them: narrow ones make "everyone" unnecessary."""
    every = frozenset(requirements)
    if NOBODY in every:
        return frozenset({NOBODY})
    return every - {EVERYONE} or every


def requirement_from_name(folder_name: str) -> str | None:
    """The requirement that a folder's name states; None if it states none."""
    plain = unicodedata.normalize(
        "NFC", strip_invisible(folder_name)
    ).strip()  # an invisible character before the sign must not hide it
    for pattern in (_CHANNEL_ID, _USER_ID):
        if found := pattern.fullmatch(plain):
            return found[1]
    sign = unicodedata.normalize("NFKC", plain)[:1]  # a full-width sign counts too
    return sign + fold_slack_name(plain[1:]) if sign in {"#", "@"} else None


def is_named_requirement(requirement: str) -> bool:
    """Whether the requirement names a channel or person, whose id must be looked up."""
    return requirement[:1] in {"#", "@"}


def fold_slack_name(name: str) -> str:
    """A Slack name in the form in which names are compared: lower case, composed accents, as Slack keeps it.

    Nothing else is made alike: for Slack, ``ﬁnance``, ``ſales`` and ``straße`` are names of their own.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).strip().lower())

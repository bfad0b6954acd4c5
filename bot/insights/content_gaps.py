"""Decides what is missing in the documents, by what people asked in vain or disliked. Pure, but for `known_gaps`.

Nobody is named. What was asked privately counts only where another person asked for the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.insights.question_similarity import grouped, marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.storage.question_log import Entry, Journal, Used
    from knowledge.storage.votes import Vote, Votes

Kind = Literal["missing", "partly", "disliked"]
DAYS = 30
_DAY = 86_400.0
_MOST = 2_000  # of the latest questions: grouping compares each with each
_REMARKS = 3
# What was quoted while the model was away is no gap: the passages were there.
_KINDS: dict[str, Kind] = {"not_found": "missing", "partly": "partly"}


@dataclass(frozen=True, slots=True)
class Lack:
    """A question that was asked in vain, or whose answer somebody disliked."""

    text: str
    person: str
    private: bool
    kind: Kind
    nearest: Used | None = None
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Gap:
    """What several questions lack: `question` is the most typical wording, `times` and `people` how many asked.

    `kinds` counts what became of them, `reasons` what was said against the answers, by the names of both.
    """

    question: str
    times: int
    people: int
    kinds: dict[Kind, int] = field(default_factory=dict)
    nearest: Used | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    latest: float = 0.0


def known_gaps(journal: Journal, votes: Votes, days: float = DAYS) -> list[Gap]:
    """What was missing in the last days, most wanted first.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    entries = [entry for entry in journal.since(journal.clock() - days * _DAY) if entry.text]
    return gaps(lacks(entries, votes.on(entry.id for entry in entries)))


def lacks(entries: Iterable[Entry], votes: Iterable[Vote]) -> list[Lack]:
    """The questions that were not answered, or not well, the latest first."""
    against: dict[str, list[Vote]] = {}
    for vote in votes:
        if not vote.liked:
            against.setdefault(vote.question, []).append(vote)
    found = [_lack(entry, kind, against.get(entry.id, [])) for entry in entries if (kind := _kind(entry, against))]
    return sorted(found, key=lambda lack: -lack.at)[:_MOST]


def gaps(lacking: Sequence[Lack]) -> list[Gap]:
    """Questions that are alike together, most wanted first: by the people who asked, then by how often."""
    groups = ([lacking[place] for place in group] for group in grouped([marks(lack.text) for lack in lacking]))
    found = [_gap(group) for group in groups if not all(one.private for one in group) or _people(group) > 1]
    return sorted(found, key=lambda gap: (-gap.people, -gap.times, -gap.latest, gap.question))


def _kind(entry: Entry, against: dict[str, list[Vote]]) -> Kind | None:
    return _KINDS.get(entry.outcome) or ("disliked" if entry.id in against else None)


def _lack(entry: Entry, kind: Kind, against: Sequence[Vote]) -> Lack:
    return Lack(
        text=" ".join(entry.text.split()),
        person=entry.user,
        private=entry.private,
        kind=kind,
        nearest=entry.used[0] if entry.used else None,
        reasons=tuple(vote.reason for vote in against if vote.reason),
        remarks=tuple(vote.words for vote in against if vote.words),
        at=entry.asked_at,
    )


def _gap(group: Sequence[Lack]) -> Gap:
    """One gap. A single person's private questions do not count; private wordings give way to public ones."""
    public = [one for one in group if not one.private]
    counted = group if _people(group) > 1 else public
    places = Counter(one.nearest for one in counted if one.nearest)
    return Gap(
        question=(public or counted)[0].text,
        times=len(counted),
        people=_people(counted),
        kinds=dict(Counter(one.kind for one in counted).most_common()),
        nearest=max(places, key=lambda place: places[place]) if places else None,
        reasons=dict(Counter(reason for one in counted for reason in one.reasons).most_common()),
        remarks=tuple(dict.fromkeys(remark for one in public for remark in one.remarks))[:_REMARKS],
        latest=max(one.at for one in counted),
    )


def _people(group: Iterable[Lack]) -> int:
    return len({one.person for one in group})

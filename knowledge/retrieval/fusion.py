"""Makes one order of what several searches found, and shows a text that stands in several documents once. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.core.passages import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.core.passages import Passage

WORDS_WEIGHT = 0.6  # of 1; the rest is meaning's. Measured by bench/retrieval with a model that knows one language.


@dataclass(frozen=True, slots=True)
class Ranked:
    """What one search found, best first, and how much it counts. Nothing else scores more than `rest`."""

    found: Sequence[Found]
    weight: float
    rest: float

    @classmethod
    def by_words(cls, found: Sequence[Found], asked: int, weight: float = WORDS_WEIGHT) -> Ranked:
        """Of a search by words for `asked` passages: where fewer came back, the others share no word."""
        return cls(found, weight, found[-1].score if len(found) >= asked else 0.0)

    @classmethod
    def by_meaning(cls, found: Sequence[Found], weight: float = 1 - WORDS_WEIGHT) -> Ranked:
        """Of a search by meaning: every passage has some likeness, the last one's counts as none."""
        return cls(found, weight, found[-1].score if len(found) > 1 else 0.0)


def fused(searches: Iterable[Ranked]) -> list[Found]:
    """Every passage found once, best first: each search gives it up to its weight, in proportion to its score.

    Scores rather than ranks: a passage that is far ahead of the others stays so.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    passages: dict[str, Passage] = {}
    for search in searches:
        for one in search.found:
            passages[one.passage.id] = one.passage
            scores[one.passage.id] += search.weight * _share(one.score, search)
    order = sorted(scores, key=lambda passage: -scores[passage])
    return [Found(passages[passage], scores[passage]) for passage in order]


def _share(score: float, search: Ranked) -> float:
    room = search.found[0].score - search.rest
    return (score - search.rest) / room if room > 0 else 1.0


def newest(found: Sequence[Found]) -> list[Found]:
    """Keep, of each document, only the passages of the newest version: never answer from two.

    A version that is written anew has two generations meanwhile: they say the same.
    """
    newest: dict[str, Passage] = {}
    for one in found:
        known = newest.setdefault(one.passage.document_id, one.passage)
        if one.passage.generation > known.generation:
            newest[one.passage.document_id] = one.passage
    return [one for one in found if one.passage.version == newest[one.passage.document_id].version]


def distinct(found: Iterable[Found], k: int) -> tuple[Found, ...]:
    """The first `k` passages that say different things; the same text of another document goes with the better one.

    The same is what differs in punctuation, case and white space alone: a word more may be a "not".
    """
    kept: list[Found] = []
    at: dict[str, int] = {}
    for one in found:
        said = "".join(filter(str.isalnum, one.passage.excerpt.text)).casefold()
        where = at.get(said)
        if where is not None and kept[where].passage.document_id != one.passage.document_id:
            kept[where] = replace(kept[where], copies=(*kept[where].copies, one.passage))
        elif len(kept) == k:
            break
        else:
            at.setdefault(said, len(kept))
            kept.append(one)
    return tuple(kept)

"""Makes one order of what several searches found, and shows a text that stands in several documents once. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.core.passages import FoundPassage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.core.passages import Passage

LEXICAL_WEIGHT = 0.6  # of 1; the rest is meaning's. Measured by bench.retrieval with a model that knows one language.


@dataclass(frozen=True, slots=True)
class RankedList:
    """What one search found, best first, and how much it counts. Nothing else scores more than `rest`."""

    found: Sequence[FoundPassage]
    weight: float
    baseline_score: float

    @classmethod
    def from_lexical_search(
        cls, found: Sequence[FoundPassage], limit: int, weight: float = LEXICAL_WEIGHT
    ) -> RankedList:
        """Of a search by words for `asked` passages: where fewer came back, the others share no word."""
        return cls(found, weight, found[-1].score if len(found) >= limit else 0.0)

    @classmethod
    def from_dense_search(cls, found: Sequence[FoundPassage], weight: float = 1 - LEXICAL_WEIGHT) -> RankedList:
        """Of a search by meaning: every passage has some likeness, the last one's counts as none."""
        return cls(found, weight, found[-1].score if len(found) > 1 else 0.0)


def fuse_rankings(rankings: Iterable[RankedList]) -> list[FoundPassage]:
    """Every passage found once, best first: each search gives it up to its weight, in proportion to its score.

    Scores rather than ranks: a passage that is far ahead of the others stays so.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    passages: dict[str, Passage] = {}
    for search in rankings:
        for one in search.found:
            passages[one.passage.id] = one.passage
            scores[one.passage.id] += search.weight * _normalize_score(one.score, search)
    order = sorted(scores, key=lambda passage: -scores[passage])
    return [FoundPassage(passages[passage], scores[passage]) for passage in order]


def _normalize_score(score: float, ranking: RankedList) -> float:
    room = ranking.found[0].score - ranking.baseline_score
    return (score - ranking.baseline_score) / room if room > 0 else 1.0


def keep_newest_versions(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Keep, of each document, only the passages of the newest version: never answer from two.

    A version that is written anew has two generations meanwhile: they say the same.
    """
    newest: dict[str, Passage] = {}
    for one in found:
        known = newest.setdefault(one.passage.document_id, one.passage)
        if one.passage.generation > known.generation:
            newest[one.passage.document_id] = one.passage
    return [one for one in found if one.passage.version == newest[one.passage.document_id].version]


def merge_duplicates(found: Iterable[FoundPassage], k: int) -> tuple[FoundPassage, ...]:
    """The first `k` passages that say different things; the same text of another document goes with the better one.

    The same is what differs in punctuation, case and white space alone: a word more may be a "not".
    """
    kept: list[FoundPassage] = []
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

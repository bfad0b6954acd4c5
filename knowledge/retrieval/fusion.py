"""Fuses the rankings of several searches into one and merges passages with the same text. Pure."""

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
    """What one search found, best first, and its weight. What it did not find scores at most `baseline_score`."""

    found: Sequence[FoundPassage]
    weight: float
    baseline_score: float

    @classmethod
    def from_lexical_search(
        cls, found: Sequence[FoundPassage], limit: int, weight: float = LEXICAL_WEIGHT
    ) -> RankedList:
        """Takes a search by words for `limit` passages. Where fewer came back, the others share no word."""
        return cls(found, weight, found[-1].score if len(found) >= limit else 0.0)

    @classmethod
    def from_dense_search(cls, found: Sequence[FoundPassage], weight: float = 1 - LEXICAL_WEIGHT) -> RankedList:
        """Takes a search by dense vectors. The similarity of the last passage counts as none."""
        return cls(found, weight, found[-1].score if len(found) > 1 else 0.0)


def fuse_rankings(rankings: Iterable[RankedList]) -> list[FoundPassage]:
    """Returns each passage once, best first. Each search adds up to its weight, in proportion to the score.

    Scores count, and not ranks: a passage far ahead of the others stays far ahead.
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
    """Keeps of each document the passages of its newest version, so that no answer mixes two.

    Two generations of the same version hold the same texts: both stay.
    """
    newest: dict[str, Passage] = {}
    for one in found:
        known = newest.setdefault(one.passage.document_id, one.passage)
        if one.passage.generation > known.generation:
            newest[one.passage.document_id] = one.passage
    return [one for one in found if one.passage.version == newest[one.passage.document_id].version]


def merge_duplicates(found: Iterable[FoundPassage], k: int) -> tuple[FoundPassage, ...]:
    """Returns the first `k` passages with different texts; a copy in another document is attached to the better one.

    Texts are the same when only punctuation, case and white space differ: one more word may be a "not".
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

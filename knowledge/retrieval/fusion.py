"""Fuses the rankings of several searches into one and merges passages with the same text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from knowledge.core.passages import FoundPassage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from knowledge.core.passages import Passage

LEXICAL_WEIGHT = 0.5  # dense search has the rest; `ranking` then orders the first ones anew

FOREIGN_WEIGHT = 0.35  # of the dense search among passages in other languages, when candidates are chosen


@dataclass(frozen=True, slots=True)
class RankedList:
    """The passages of one search, best first, and its weight; others score at most `baseline_score`."""

    found: Sequence[FoundPassage]
    weight: float
    baseline_score: float

    @classmethod
    def from_lexical_search(
        cls, found: Sequence[FoundPassage], limit: int, weight: float = LEXICAL_WEIGHT
    ) -> RankedList:
        """Converts a lexical search for `limit` passages; if fewer came back, the others share no word."""
        return cls(found, weight, found[-1].score if len(found) >= limit else 0.0)

    @classmethod
    def from_dense_search(cls, found: Sequence[FoundPassage], weight: float = 1 - LEXICAL_WEIGHT) -> RankedList:
        """Converts a search by dense vectors; the score of the last passage counts as 0."""
        return cls(found, weight, found[-1].score if len(found) > 1 else 0.0)


def fuse_rankings(rankings: Iterable[RankedList]) -> list[FoundPassage]:
    """Returns each passage once, best first; each search adds at most its weight, in proportion to the score.

    Scores decide, and not ranks: a passage far ahead of the others stays far ahead.
    """
    scores: defaultdict[str, float] = defaultdict(float)
    passages: dict[str, Passage] = {}
    for search in rankings:
        passages |= {one.passage.id: one.passage for one in search.found}
        for passage_id, score in normalize_scores(search).items():
            scores[passage_id] += search.weight * score
    order = sorted(scores, key=lambda passage: -scores[passage])
    return [FoundPassage(passages[passage], scores[passage]) for passage in order]


def normalize_scores(ranking: RankedList) -> dict[str, float]:
    """The score of each passage, 0 to 1, between the baseline and the best one, by the passage's id."""
    score_range = ranking.found[0].score - ranking.baseline_score
    return {
        one.passage.id: (one.score - ranking.baseline_score) / score_range if score_range > 0 else 1.0
        for one in ranking.found
    }


def keep_newest_versions(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """Keeps each document's passages of its newest version, so that no answer mixes two versions.

    Two generations of the same version hold the same texts: both stay.
    """
    newest: dict[str, Passage] = {}
    for one in found:
        known = newest.setdefault(one.passage.document_id, one.passage)
        if one.passage.generation > known.generation:
            newest[one.passage.document_id] = one.passage
    return [one for one in found if one.passage.version == newest[one.passage.document_id].version]


def merge_duplicates(found: Iterable[FoundPassage], k: int) -> tuple[FoundPassage, ...]:
    """Returns the first `k` passages with different texts; attaches a copy in another document to the better one.

    Texts are the same if only punctuation, case and white space differ: one more word may be a "not".
    """
    kept: list[FoundPassage] = []
    index_by_text: dict[str, int] = {}
    for one in found:
        text = "".join(filter(str.isalnum, one.passage.excerpt.text)).casefold()
        index = index_by_text.get(text)
        if index is not None and kept[index].passage.document_id != one.passage.document_id:
            kept[index] = replace(kept[index], copies=(*kept[index].copies, one.passage))
        elif len(kept) == k:
            break
        else:
            index_by_text.setdefault(text, len(kept))
            kept.append(one)
    return tuple(kept)

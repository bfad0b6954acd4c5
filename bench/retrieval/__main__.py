"""Measure how often the right passage comes first, with weights that were learned without the set they are measured on.

`python -m bench.retrieval` asks the questions of `question_sets.py` of the product's own ranking, in memory. It prints
Markdown tables, then one JSON line; `--write docs/retrieval.md` keeps the tables. `--peers` measures LangChain and
LlamaIndex, too. The first run embeds some ten thousand texts: an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from bench.peers.passages import PEERS, measure_peer
from bench.retrieval.learning import collect_candidates, learn_weights, rank_places
from bench.retrieval.question_sets import list_set_files, load_question_sets, places_of
from bench.retrieval.refusals import measure_floors
from bench.retrieval.report import render_report
from bench.retrieval.vectors import CachedEmbeddingModel, VectorCache
from knowledge.retrieval.passage_pieces import score_pieces
from knowledge.retrieval.ranking import (
    COMPARED_CANDIDATES,
    SIGNAL_NAMES,
    WEIGHTS_BY_WORDS,
    WEIGHTS_WITH_MEANING,
    rank_by_pieces,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.retrieval.learning import Candidates
    from bench.retrieval.question_sets import Order, QuestionSet, Searches
    from bench.retrieval.report import Tables

    AllCandidates = Mapping[str, Sequence[Candidates]]

BY_WORDS = tuple(name for name in SIGNAL_NAMES if name not in ("dense", "foreign"))
LEARNED = tuple(name for name in SIGNAL_NAMES if name != "foreign")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--write", type=Path, help="a file for the tables")
    parser.add_argument("--peers", action="store_true", help="measure LangChain and LlamaIndex on the same sets")
    given = parser.parse_args()
    vectors, peers_vectors = VectorCache(), VectorCache(centred=False)
    sets = list(load_question_sets(vectors))
    words = {one.name: collect_candidates(one, meaning=False) for one in sets}
    both = {one.name: collect_candidates(one, meaning=True) for one in sets}
    tables: Tables = {
        "rankings": {name: _figures(sets, order) for name, order in _list_orders(sets, words, both, vectors).items()},
        "signals": {
            f"without {name}": _figures(sets, _leave_one_set_out(sets, both, [one for one in LEARNED if one != name]))
            for name in LEARNED
        },
        "peers": {name: _measure_peer(name, sets, peers_vectors) for name in PEERS} if given.peers else {},
        "floors": measure_floors(sets),
    }
    text = render_report(sets, tables, learn_weights(sets, words, BY_WORDS), learn_weights(sets, both, LEARNED))
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    print(json.dumps(tables))


def _list_orders(
    sets: Sequence[QuestionSet], words: AllCandidates, both: AllCandidates, vectors: VectorCache
) -> dict[str, Order]:
    return {
        "words alone: BM25": lambda one, n: places_of(one, one.search_question(one.questions[n].text, None).fuse()),
        "words alone, shipped": lambda one, n: rank_places(words[one.name][n], WEIGHTS_BY_WORDS),
        "words alone, left out": _leave_one_set_out(sets, words, BY_WORDS),
        "meaning alone": lambda one, n: places_of(one, _search(one, n).dense[0].found),
        "both: ranks fused (RRF)": _fuse_ranks,
        "both: scores fused": lambda one, n: places_of(one, _search(one, n).fuse()),
        "both, shipped": lambda one, n: rank_places(both[one.name][n], WEIGHTS_WITH_MEANING),
        "both, left out": _leave_one_set_out(sets, both, LEARNED),
        "both, shipped, then pieces": _compare_pieces(vectors),
    }


def _compare_pieces(vectors: VectorCache) -> Order:
    """Ranks as the product does, the comparison of sentences and rows with the question included."""
    model = CachedEmbeddingModel(vectors)

    def order(one: QuestionSet, n: int) -> list[int]:
        text = one.questions[n].text
        ranked = _search(one, n).rank(text)
        compared = rank_by_pieces(score_pieces(text, ranked[:COMPARED_CANDIDATES], model))
        return places_of(one, [*compared, *ranked[COMPARED_CANDIDATES:]])

    return order


def _search(one: QuestionSet, n: int) -> Searches:
    return one.search_question(one.questions[n].text, one.asked[n])


def _fuse_ranks(one: QuestionSet, n: int) -> list[int]:
    searches, scores = _search(one, n), dict[int, float]()
    for ranking in (*searches.lexical, *searches.dense):
        for rank, place in enumerate(places_of(one, ranking.found)):
            scores[place] = scores.get(place, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda place: -scores[place])


def _leave_one_set_out(sets: Sequence[QuestionSet], candidates: AllCandidates, signals: Sequence[str]) -> Order:
    """Ranks each set by weights that were learned on sets with other documents."""
    weights = {
        group: learn_weights([one for one in sets if one.group != group], candidates, signals)
        for group in {one.group for one in sets}
    }
    return lambda one, n: rank_places(candidates[one.name][n], weights[one.group])


def _figures(sets: Sequence[QuestionSet], order: Order) -> dict[str, dict[str, float]]:
    told = {}
    for one in sets:
        told[one.name] = one.compute_figures(order)
        languages = sorted({question.language for question in one.questions})
        if one.name == "Spring Boot":
            told |= {f"{one.name}, {language}": one.compute_figures(order, language) for language in languages}
    return told


def _measure_peer(name: str, sets: Sequence[QuestionSet], vectors: VectorCache) -> dict[str, dict[str, float]]:
    """The peers are asked of the sets whose documents they read by themselves."""
    told = {}
    for one in sets:
        if files := list_set_files(one.name):
            figures = measure_peer(name, files, one.questions, vectors)
            told[one.name] = figures[""]
            if one.name == "Spring Boot":
                told |= {f"{one.name}, {group}": row for group, row in figures.items() if group}
    return told


if __name__ == "__main__":
    main()

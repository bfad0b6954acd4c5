"""Measure how often the one quote that people see without a model holds what the question asks for.

`python -m bench.bot.quotes` asks the own question sets over the samples, as the bot would without a model. A quote is
right if it has at least a part of one of the expected texts, and the passage is where that text stands. It prints the
questions that are quoted wrongly with `--show`, then one JSON line: by set, the share of right quotes chosen by words
alone, and with the meaning of sentences and rows.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from bench.retrieval.question_sets import load_question_sets
from bench.retrieval.vectors import CachedEmbeddingModel, VectorCache
from bot.answering.quoting.quote import choose_best_quote
from knowledge.retrieval.evaluation_questions import fold_whitespace
from knowledge.retrieval.fusion import merge_duplicates
from knowledge.retrieval.passage_pieces import score_pieces
from knowledge.retrieval.ranking import COMPARED_CANDIDATES, rank_by_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.quoting.quote import Quote

_PASSAGES = 8  # as many as a search of the bot returns


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.bot.quotes", description=__doc__)
    parser.add_argument("--show", action="store_true", help="print the questions that are quoted wrongly")
    show = parser.parse_args().show
    vectors = VectorCache()
    model = CachedEmbeddingModel(vectors)
    figures: dict[str, dict[str, float]] = {}
    for one in load_question_sets(vectors):
        if one.group != "samples":
            break
        right = {"words": 0, "meaning": 0}
        for n in one.answerable:
            text = one.questions[n].text
            ranked = one.search_question(text, one.asked[n]).rank(text)
            compared = rank_by_pieces(score_pieces(text, ranked[:COMPARED_CANDIDATES], model))
            for how, found in (("words", ranked), ("meaning", [*compared, *ranked[COMPARED_CANDIDATES:]])):
                quote = choose_best_quote(text, merge_duplicates(found, _PASSAGES), ": ")
                is_right = quote is not None and _holds_answer(quote, one.questions[n].must_contain)
                right[how] += is_right
                if show and how == "meaning" and not is_right:
                    print(f"{one.name}: {text}\n    {quote.lines[0].text if quote else 'nothing'}")
        figures[one.name] = {how: round(count / len(one.answerable), 3) for how, count in right.items()}
    print(json.dumps(figures))


def _holds_answer(quote: Quote, expected: Sequence[str]) -> bool:
    whole = fold_whitespace(quote.found.passage.excerpt.text)
    shown = [fold_whitespace(quote.found.passage.excerpt.text[start:end]) for start, end in quote.spans]
    for text in map(fold_whitespace, expected):
        at = whole.find(text)
        places = [(whole.find(part), len(part)) for part in shown]
        if at >= 0 and any(place < at + len(text) and at < place + length for place, length in places if place >= 0):
            return True
    return False


if __name__ == "__main__":
    main()

"""Measure how often the one quote that people see without a model holds what the question asks for.

`python -m bench.bot.quotes` asks the own question sets over the samples, as the bot would without a model. A quote is
right if it has at least a part of one of the expected texts, and the passage is where that text stands. It prints the
questions that are quoted wrongly with `--show`, then one JSON line: by set, the share of right quotes chosen by words
alone, and with the meaning of sentences and rows; of the latter, the share that is shown, since a quote has a floor of
its own. A quote below another floor is shown with a sentence that doubts it; the others are *without doubt*. Of
questions without an answer, the share that gets a quote nevertheless is told. Of a set of which one half was studied
(`HALVED`), each half has its figures. `--write docs/retrieval.md` keeps the table there.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.retrieval.question_sets import load_open_questions, load_question_sets, places_of
from bench.retrieval.vectors import CachedEmbeddingModel, VectorCache
from bot.answering.quoting.quote import choose_best_quote
from knowledge.retrieval.evaluation_questions import fold_whitespace
from knowledge.retrieval.fusion import merge_duplicates
from knowledge.retrieval.hybrid_search import SearchResults
from knowledge.retrieval.passage_pieces import score_pieces
from knowledge.retrieval.quotability import is_doubtful, is_quotable, measure_general_likeness, measure_standout
from knowledge.retrieval.ranking import COMPARED_CANDIDATES, rank_by_pieces
from knowledge.retrieval.relevance import DEFAULT_FLOOR, estimate_relevance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.retrieval.question_sets import QuestionSet
    from bench.retrieval.vectors import Floats
    from bot.answering.quoting.quote import Quote
    from knowledge.embeddings.embedding_model import EmbeddingModel

_PASSAGES = 8  # as many as a search of the bot returns
HALVED = ("samples, natural", "samples, natural across", "samples, open")  # every second question was kept aside


_BEGIN, _END = "<!-- bench.bot.quotes begins -->\n", "<!-- bench.bot.quotes ends -->\n"
_COLUMNS = (
    "hit@1",
    "hit@5",
    "right quote by words",
    "right quote",
    "right quote, shown",
    "right quote, without doubt",
    "answerable, quoted without doubt",
    "answerable, not quoted",
    "open, let through",
    "open, quoted",
    "open, quoted without doubt",
)


@dataclass(slots=True)
class _Counts:
    """How many questions a set has, with and without an answer, and how many of these each column counts."""

    asked: Counter[bool] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)

    def as_shares(self) -> dict[str, float]:
        totals = {column: self.asked[not column.startswith("open")] for column in _COLUMNS}
        return {column: round(self.counted[column] / total, 3) for column, total in totals.items() if total}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.bot.quotes", description=__doc__)
    parser.add_argument("--show", action="store_true", help="print the questions that are quoted wrongly")
    parser.add_argument("--write", type=Path, help="the file whose table is replaced")
    given = parser.parse_args()
    vectors = VectorCache()
    model = CachedEmbeddingModel(vectors)
    figures: dict[str, _Counts] = {}
    own = takewhile(lambda one: one.group == "samples", load_question_sets(vectors))
    for one in (*own, load_open_questions(vectors)):
        for n in range(len(one.questions)):
            _measure_question(one, n, model, figures.setdefault(_name_half(one, n), _Counts()), show=given.show)
    shares = {name: counts.as_shares() for name, counts in figures.items()}
    if given.write:
        rows = [
            (name, *(f"{told[one]:.3f}" if one in told else "" for one in _COLUMNS)) for name, told in shares.items()
        ]
        write_table(given.write, (_BEGIN, _END), [("", *_COLUMNS), *rows])
    print(json.dumps(shares))


def _name_half(one: QuestionSet, n: int) -> str:
    if one.name not in HALVED:
        return one.name
    return f"{one.name}, {'kept aside' if n % 2 else 'studied'}"


def _measure_question(one: QuestionSet, n: int, model: CachedEmbeddingModel, counts: _Counts, *, show: bool) -> None:
    question = one.questions[n]
    results = search_for_quote(one, question.text, one.asked[n], model)
    ranked, found = one.search_question(question.text, one.asked[n]).rank(question.text), results.found
    is_likely = estimate_relevance(question.text, found, likeness=results.likeness) >= DEFAULT_FLOOR.with_meaning
    is_shown = is_likely and is_quotable(question.text, results)
    is_certain = is_shown and not is_doubtful(question.text, results)
    counts.asked[question.is_answerable] += 1
    if not question.is_answerable:
        counts.counted.update(
            {"open, let through": is_likely, "open, quoted": is_shown, "open, quoted without doubt": is_certain}
        )
        return
    by_words = choose_best_quote(question.text, merge_duplicates(ranked, _PASSAGES), ": ")
    quote = choose_best_quote(question.text, found, ": ")
    is_right = holds_answer(quote, question.must_contain)
    hits = [place in one.right[n] for place in places_of(one, found)]
    counts.counted.update(
        {
            "hit@1": any(hits[:1]),
            "hit@5": any(hits[:5]),
            "right quote by words": holds_answer(by_words, question.must_contain),
            "right quote": is_right,
            "right quote, shown": is_right and is_shown,
            "right quote, without doubt": is_right and is_certain,
            "answerable, quoted without doubt": is_certain,
            "answerable, not quoted": not is_shown,
        }
    )
    if show and not is_right:
        print(f"{_name_half(one, n)}: {question.text}\n    {quote.lines[0].text if quote else 'nothing'}")


def search_for_quote(one: QuestionSet, text: str, vector: Floats, model: EmbeddingModel) -> SearchResults:
    """What the product's search finds in a set's documents, with how far the best piece stands out."""
    searches = one.search_question(text, vector)
    ranked = searches.rank(text)
    compared = rank_by_pieces(score_pieces(text, ranked[:COMPARED_CANDIDATES], model))
    found = merge_duplicates([*compared, *ranked[COMPARED_CANDIDATES:]], _PASSAGES)
    likeness, general = searches.dense[0].found[0].score, measure_general_likeness(vector.tolist())
    return SearchResults(found, likeness=likeness, standout=measure_standout(compared), general=general)


def write_table(file: Path, marks: tuple[str, str], rows: Sequence[Sequence[str]]) -> None:
    """Write a table between two marks of a file, in place of the one that is there; the first row is its head."""
    before, _, rest = file.read_text(encoding="utf-8").partition(marks[0])
    _, _, after = rest.partition(marks[1])
    head, *others = rows
    table = "".join(f"| {' | '.join(row)} |\n" for row in (head, ("---",) * len(head), *others))
    file.write_text(f"{before}{marks[0]}\n{table}\n{marks[1]}{after}", encoding="utf-8")


def holds_answer(quote: Quote | None, expected: Sequence[str]) -> bool:
    """Whether a quote shows a part of one of the expected texts, where that text stands."""
    if quote is None:
        return False
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

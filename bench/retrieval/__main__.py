"""Measure how often the right passage comes first: by words, by meaning, by both, and with each idea.

`python -m bench.retrieval` asks the questions of `question_sets.py`. It prints Markdown tables, then one
JSON line; `--write docs/retrieval.md` keeps the tables. What is shipped is measured through the product's own search on
the embedded Qdrant, the ideas on the same vectors. The model is English.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from bench.embedding_server import serving
from bench.retrieval.ablations import ablations
from bench.retrieval.passage_sizes import by_portion, by_size
from bench.retrieval.question_sets import opened, sets
from bench.retrieval.refusals import Questions, refusing
from knowledge.core.access import Audience
from knowledge.retrieval.evaluation import EVALUATION_DEPTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.retrieval.question_sets import Figures, Order, Set
    from knowledge.retrieval.search import PassageSearch

    Rows = dict[str, list[Figures]]  # by what was measured; one for each set

_WORDS, _MEANING, _BOTH = "shipped, words alone", "meaning alone", "shipped, words and meaning"
_SCORES = ("hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--models", type=Path, help="the folder of the embedding model")
    parser.add_argument("--write", type=Path, help="a file for the tables")
    given = parser.parse_args()
    with serving(given.models) as served:
        every = list(sets(served.model))
        words, both = ([opened(one, url) for one in every] for url in (None, served.url))
        rows: Rows = {_WORDS: [one.figures(_order(search)) for one, search in zip(every, words, strict=True)]}
        rows[_BOTH] = [one.figures(_order(search, meaning=True)) for one, search in zip(every, both, strict=True)]
        floors = {how: _refused(every, searches) for how, searches in (("words alone", words), ("both", both))}
        sizes = by_size(served.model, every)
    rows |= {name: [one.figures(order) for one in every] for name, order in ablations(every).items()}
    portions = by_portion(every)
    text = _document(every, rows, floors, sizes, portions)
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8")
    named = {name: {s.name: f for s, f in zip(every, row, strict=True)} for name, row in rows.items()}
    print(json.dumps({**named, "floor": floors, "sizes": sizes, "portions": portions}))


def _order(search: PassageSearch, *, meaning: bool = False) -> Order:
    def order(one: Set, n: int) -> list[int]:
        results = search.search_passages(one.rows[n]["question"], Audience.everyone(), EVALUATION_DEPTH)
        if not results.found or meaning is bool(results.degraded):
            raise SystemExit(f"Something else was searched than is measured: {results.degraded or 'nothing is found'}")
        return [one.at[hit.passage.id] for hit in results.found]

    return order


def _refused(every: Sequence[Set], searches: Sequence[PassageSearch]) -> dict[str, dict[str, float]]:
    return refusing({s.name: (search, _questions(s, every)) for s, search in zip(every, searches, strict=True)})


def _questions(one: Set, every: Sequence[Set]) -> Questions:
    texts = [row["question"] for row in one.rows]
    answered = set(one.answerable)
    documents = {document.path for document, _ in one.documents}
    others = (other for other in every if {document.path for document, _ in other.documents} != documents)
    off = [row["question"] for other in others for row in other.rows]
    near = [text for n, text in enumerate(texts) if n not in answered]
    return Questions([texts[n] for n in one.answerable], near, off)


def _document(
    every: Sequence[Set],
    rows: Rows,
    floors: Mapping[str, dict[str, dict[str, float]]],
    sizes: Mapping[str, list[dict[str, float]]],
    portions: Mapping[str, list[dict[str, float]]],
) -> str:
    refused = {f"{name}, {how}": row for how, sets in floors.items() for name, row in sets.items()}
    parts = [
        _INTRODUCTION.format(sets=_sizes_of(every)),
        _VERDICTS,
        _SHIPPED + _by_group(every, rows),
        _IDEAS + _by_idea(every, rows),
        _SIZES + _measured(every, sizes),
        _PORTIONS + _measured(every, portions),
        _FLOOR + _table("", refused),
    ]
    return "\n".join(parts)


def _sizes_of(every: Sequence[Set]) -> str:
    told = (f"{one.name}: {len(one.answerable)} of {len(one.rows)}" for one in every)
    return f"Questions that have an answer: {', '.join(told)}"


def _by_group(every: Sequence[Set], rows: Rows) -> str:
    ways = {"words": rows[_WORDS], "meaning": rows[_MEANING], "both": rows[_BOTH]}
    lines = {
        f"{one.name}: {group} ({figures['questions']:g}), {way}": {name: figures[name] for name in _SCORES}
        for n, one in enumerate(every)
        for group in sorted(ways["words"][n], key=lambda group: (group != "all", len(group) > 2, group))
        for way, figures in ((way, row[n][group]) for way, row in ways.items())
    }
    return _table("", lines)


def _by_idea(every: Sequence[Set], rows: Rows) -> str:
    groups = [(n, group) for n, one in enumerate(every) for group in _groups(one)]
    lines = ["| hit@5 / MRR@10 | " + " | ".join(f"{every[n].name}: {group}" for n, group in groups) + " |"]
    lines.append("|---" * (len(groups) + 1) + "|")
    for name, row in rows.items():
        cells = (f"{row[n][group]['hit@5']:.3f} / {row[n][group]['mrr@10']:.3f}" for n, group in groups)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _groups(one: Set) -> list[str]:
    languages = sorted({row["lang"] for row in one.rows})
    return ["all", *languages] if len(languages) > 1 else languages


def _measured(every: Sequence[Set], rows: Mapping[str, list[dict[str, float]]]) -> str:
    lines = {
        f"{one.name}: {name}": row
        for n, one in enumerate(every)
        for name, row in ((name, row[n]) for name, row in rows.items())
    }
    return _table("", lines)


def _table(head: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    names = list(next(iter(rows.values())))
    lines = [f"| {head} | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    lines += (f"| {name} | " + " | ".join(_cell(row[n]) for n in names) + " |" for name, row in rows.items())
    return "\n".join(lines) + "\n"


def _cell(figure: float) -> str:
    return f"{figure:.3f}" if isinstance(figure, float) else str(figure)


_INTRODUCTION = """\
# How well passages are found

Written by `.venv-bench/bin/python -m bench.retrieval --write docs/retrieval.md`, after `make bench-setup`.
{sets}.
`manual` is Spring Boot's English reference, asked in both languages; `samples` are the demo's documents.
"Meaning" is search by MiniLM's vectors. MiniLM knows English alone; `bge-m3`, the default, was not at hand. MiniLM is
quantised to one byte a number: a vector depends a little on the texts embedded with it (cosines from 0.98 on), so that
two measurements of the same may differ by a question. A hit is a passage that holds what a right answer needs. nDCG
compares an order with the best one of all right passages, as `bot eval` does.
"""
_VERDICTS = """\
## What stays, and what does not

An idea stays where it pays on more than one set; the tables below have the figures.

- **Title and section path in what is indexed** stay: they pay on two sets and cost on none.
- **Beginnings of words** stay: by words alone they pay on two sets; with meaning they change next to nothing.
- **Identifiers whole beside their parts** stay: a question of the manual, and no cost to the samples, which have few.
- **Stems of both languages** stay, though it is close: without any, all but the English samples lose. English ones
  alone win a question or two at hit@5, and lose MRR@10 where French asks for English; French ones alone lose hits
  there.
- **Accents folded** stay: kept, they cost the manual a question or two and win next to nothing.
- **Scores fused, words 0.6 and meaning 0.4**, stay: equal ranks (RRF) lose a good deal in French.
- **Unknown words mended by the nearest known one**: out. An English word is found for a French one more often than a
  typo is mended; the beginnings find what is misspelt further on.
- **Runs of four letters**: out. By words they are better on no set, and there is more to store.
- **Pairs of words, sections counted twice**: out. No gain on two sets.
- **Feedback from the first three passages**: out. It helps French asked of English, and costs the samples.
- **Diversity (MMR)**: out. A question more or less; copies of a text are folded already.
- **Passages of other sizes**: out. Shorter ones lose hits and win only where very little is read; longer ones lose
  answers within the same characters.
- **Repeating the end of the passage before**: out. It wins nothing; MiniLM reads 256 tokens, and what is repeated takes
  some of them.
- **Neighbours or whole sections in the prompt**: out. The next passages hold the answer as often or more often.
- **Other searches named by the model** (`REWRITING`): a setting, off. No model was at hand to tell what they find; they
  cost a prompt to read and some twenty words to write before the first word of an answer.
- **A reranker**: not built. Ollama has no route for one; a chat model that scores passages reads all of them once more
  before the first word, and nothing here could tell whether that pays.
"""
_SHIPPED = "## What is shipped, by language and kind\n\n"
_IDEAS = """\
## Ideas, one at a time

What helps one set and costs another is left out; a question is worth 0.025 of hit@5 in `manual`, 0.014 in the French
samples and 0.037 in the English ones, so that smaller differences are none.

"""
_SIZES = """\
## Passages of other sizes

Larger passages hold more of everything, so that hits alone favour them. The last columns are the share of questions
whose answer is within the first characters that were found.

"""
_PORTIONS = "## Reading around what was found, within the same number of characters\n\n"
_FLOOR = """\
## Not in the documents

`near` are questions of the same file that its documents leave open, `off` those of the other documents' files. What is
*refused* is answered with *not in the documents* before the model is asked; for *answered* that is wrong. What is not
refused of the others is left to the model. In every second row the weights were fitted on the other two sets alone.
The signs, their meaning and the threshold were chosen with all three sets in view, so that questions which nobody has
looked at would give somewhat worse figures. The manual has six near questions: one
of them more or less moves its area by about 0.05.

"""


if __name__ == "__main__":
    main()

"""Measure when the bot answers in a channel a question that nobody put to it (`ANSWER_UNASKED`).

`python -m bench.bot.unasked` reads a log of office talk over the samples: questions to everybody that the documents
answer or leave open, questions to a person, small talk, messages within threads. It decides of each as the bot does,
and looks whether the quote that people would see holds the answer. Precision is the share of answers that are right;
recall is the share of the answerable questions to everybody that get a right answer. Every second message was kept
aside while rules and floor were chosen; a set of its own is in four other languages. `--show` prints the answers that
are not right; `--write docs/retrieval.md` keeps the table there. It prints one JSON line last.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.bot.quotes import holds_answer, search_for_quote, write_table
from bench.retrieval.question_sets import load_office_talk
from bench.retrieval.vectors import CachedEmbeddingModel, VectorCache
from bot.answering.quoting.quote import choose_best_quote
from bot.answering.understanding.open_questions import find_open_question
from knowledge.retrieval.quotability import is_sure

if TYPE_CHECKING:
    from bench.retrieval.question_sets import QuestionSet
    from knowledge.embeddings.embedding_model import EmbeddingModel

_BEGIN, _END = "<!-- bench.bot.unasked begins -->\n", "<!-- bench.bot.unasked ends -->\n"
_COLUMNS = ("messages", "answerable", "answered", "right", "precision", "recall")
_LATER = "kept aside: Spanish, Italian, Portuguese, Dutch"
_IN_THREAD = "within a thread"  # the bot looks at messages that begin one


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.bot.unasked", description=__doc__)
    parser.add_argument("--show", action="store_true", help="print the answers that are not right")
    parser.add_argument("--write", type=Path, help="the file whose table is replaced")
    given = parser.parse_args()
    vectors = VectorCache()
    model = CachedEmbeddingModel(vectors)
    counts: dict[str, Counter[str]] = {}
    for halves, part in ((("studied", "kept aside"), ""), ((_LATER,), "-es-it-pt-nl")):
        talk, kinds = load_office_talk(vectors, part)
        for n in range(len(talk.questions)):
            counted = counts.setdefault(halves[n % len(halves)], Counter())
            _decide_message(talk, n, kinds[n], model, counted, show=given.show)
    figures = {half: _compute_figures(counted) for half, counted in counts.items()}
    if given.write:
        rows = [(half, *(f"{told[one]:g}" for one in _COLUMNS)) for half, told in figures.items()]
        write_table(given.write, (_BEGIN, _END), [("", *_COLUMNS), *rows])
    print(json.dumps(figures))


def _decide_message(
    talk: QuestionSet, n: int, kind: str, model: EmbeddingModel, counts: Counter[str], *, show: bool
) -> None:
    message = talk.questions[n]
    counts.update({"messages": 1, "answerable": message.is_answerable and kind != _IN_THREAD})
    asked = "" if kind == _IN_THREAD else find_open_question(message.text)
    if not asked:
        return
    results = search_for_quote(talk, asked, np.array(model.embed_query(asked), dtype=np.float32), model)
    if not is_sure(asked, results):
        return
    quote = choose_best_quote(asked, results.found, ": ")
    is_right = message.is_answerable and holds_answer(quote, message.must_contain)
    counts.update({"answered": 1, "right": is_right})
    if show and not is_right:
        print(f"{kind}: {message.text}\n    {quote.lines[0].text if quote else 'nothing'}")


def _compute_figures(counted: Counter[str]) -> dict[str, float]:
    answered, right = counted["answered"], counted["right"]
    shares = {"precision": right / answered if answered else 0.0, "recall": right / counted["answerable"]}
    return {**{one: counted[one] for one in _COLUMNS[:4]}, **{name: round(one, 3) for name, one in shares.items()}}


if __name__ == "__main__":
    main()

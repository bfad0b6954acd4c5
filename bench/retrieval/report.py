"""Write the figures of the retrieval bench as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.retrieval.ranking import SIGNAL_NAMES, WEIGHTS_BY_WORDS, WEIGHTS_WITH_MEANING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.retrieval.question_sets import QuestionSet
    from knowledge.retrieval.ranking import RankingSignals

    Table = Mapping[str, Mapping[str, Mapping[str, float]]]  # by what was measured, by set, by metric
    Tables = dict[str, Table]


def render_report(
    sets: Sequence[QuestionSet], tables: Tables, by_words: RankingSignals, with_meaning: RankingSignals
) -> str:
    """The whole of docs/retrieval.md."""
    measured = {**tables["rankings"], **{f"{name} (vectors alone)": row for name, row in tables["peers"].items()}}
    weights = {
        "words alone, shipped": WEIGHTS_BY_WORDS,
        "words alone, learned now": by_words,
        "both, shipped": WEIGHTS_WITH_MEANING,
        "both, learned now": with_meaning,
    }
    return "\n".join(
        [
            _INTRODUCTION,
            _render_sets(sets),
            _RESULTS,
            _render_hits(measured),
            _SIGNALS,
            _render_weights(weights),
            _render_hits({"all signals": tables["rankings"]["both, left out"], **tables["signals"]}),
            _FLOOR,
            *(_render_floor(how, row) for how, row in tables["floors"].items()),
            _TRIED,
        ]
    )


def _render_sets(sets: Sequence[QuestionSet]) -> str:
    rows = [
        [
            one.name,
            ", ".join(sorted({question.language for question in one.questions})),
            str(len(one.passages)),
            str(len(one.answerable)),
            str(len(one.unanswerable)),
        ]
        for one in sets
    ]
    return _render_table(["set", "languages", "passages", "questions", "without an answer"], rows)


def _render_hits(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    names = list(next(iter(table.values())))
    rows = [
        [how, *(f"{row[name]['hit@1']:.3f} / {row[name]['hit@5']:.3f}" if name in row else "" for name in names)]
        for how, row in table.items()
    ]
    return _render_table(["hit@1 / hit@5", *names], rows)


def _render_weights(weights: Mapping[str, RankingSignals]) -> str:
    rows = [[name, *(f"{value:g}" for value in row.as_row())] for name, row in weights.items()]
    return _render_table(["weights", *SIGNAL_NAMES], rows)


def _render_floor(how: str, table: Mapping[str, Mapping[str, float]]) -> str:
    names = ["auroc near", "auroc off", "refused answered", "refused near", "refused off"]
    rows = [[one, *(f"{row[name]:.3f}" if name in row else "" for name in names)] for one, row in table.items()]
    return _render_table([how, *names], rows)


def _render_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


_INTRODUCTION = """\
# How well passages are found

Written by `.venv-bench/bin/python -m bench.retrieval --peers --write docs/retrieval.md`, after `make bench-setup`. The
model is the one that is shipped, multilingual-e5-small on this machine; `python -m bot eval FILE --json` measures the
same on your own documents and questions.

Weights chosen on the questions that they are measured with flatter. So each figure comes twice: *shipped* uses the
weights of the product, which were learned on all sets; *left out* uses weights that were learned on sets with other
documents. The second one is what to expect of documents that nobody has seen. A signal or an idea stays only if it pays
there. The means of the languages (`bench/retrieval/language_means.py`) were made with the texts of the public sets,
too, though without their answers.

A hit is a passage that holds what the question asks for: one of the expected texts; for MMLongBench a passage of the
right document that touches a page of the evidence; for PIAF and XQuAD the right paragraph among all paragraphs, each of
which is a document with a hash as its name.
"""
_RESULTS = """\
## Results

A question is worth 0.014 in the French samples, 0.037 in the English ones, 0.024 in those across languages, 0.015 and
0.013 in the everyday ones, 0.025 in Spring Boot (English 0.042, French 0.063), 0.001 in PIAF, 0.002 in XQuAD and 0.007
in MMLongBench: smaller differences are none. The everyday sets ask in words that their passages hardly have. LangChain
and LlamaIndex are set up as usual (pypdf; pieces of 1,000 characters, or of 1,024 tokens); they get the same weights
with their prefixes (another conversion to ONNX, cosine 0.997 to ours), and vectors that are not centred.
"""
_SIGNALS = """\
With the local model, each sentence and row of the first twelve passages is then compared with the question, by its
tokens, too (`knowledge/retrieval/passage_pieces.py`), and the nearest three of a passage, the first of them above all,
count 0.3 beside all signals together. That weight was chosen on PIAF and XQuAD: a higher one costs them first hits.

## The signals, and what each is worth

The first 20 candidates of both searches are ordered by a weighted sum of signals, each from 0 to 1
(`knowledge/retrieval/ranking.py` explains them). Below: the weights, then each signal left out in turn, with weights
learned on the other sets.
"""
_FLOOR = """\
## Questions without an answer

`near` are questions of the same set that its documents leave open, `off` those of other sets. What is refused is
answered with *nothing found*; for `answered` that is wrong. In *left out*, weights and floor come from the other sets.
The floor is low: a wrong refusal is worse than a passage too many. MMLongBench's open questions differ from its others
in a word or a year, and the near ones of the everyday sets ask in the same words about the same subjects: no signal
tells these apart, and only a reader of the passages could. There are 43 near questions in the own sets and 6 in Spring
Boot: one of them moves an area by several hundredths.
"""
_TRIED = """\
## What was tried and left out

- **Share of words in the title, share in the headings**, as signals of their own: no gain on the sets left out. Both
  are part of the text.
- **Length, place in the document, kind (table, code), the same document's other passages, the neighbours' scores**:
  they fit the sets that they are learned on and cost the others a question or two.
- **Weights that follow the share of known words, or the share of candidates in another language**: nothing beyond the
  signals above.
- **Shorter passages** (from 50 or 100 tokens on, one section each): more first hits in the samples with meaning, fewer
  by words alone in both samples and the manual.
- **The share of the question's words, unweighted, and the lexical score as a share of the best**: nothing beyond
  `bm25` and `rare_words`; the second gives a full score to the best of bad matches.
- **A bonus for passages in the question's language, or for others**: what one set wins the other loses.
- **A second search among other languages**: nothing, once vectors are centred. Models of Ollama still have it.
- **Centring by public texts alone**: the means hold their subjects. By meaning alone, hit@5 falls from 0.93 to 0.67 in
  the English samples, and from 0.56 to 0.53 in the everyday questions across languages; with what the interface says
  in seven languages, the latter rises to 0.72.
- **The subspace of languages removed**: with six directions 0.67 instead of 0.72.

## What is missed

- Everyday words for a technical matter: *where do I report a defect of the framework?* (asked in French) for *Report
  bugs with Spring Boot at*, *drop extra libraries in a folder outside the packaged app* for `LOADER_PATH`. Neither
  search puts these passages among its first hundred.
- A small section in a passage with its neighbour: *18.1.5. Create a Non-web Application* is not the start of its
  passage.
- A row of a large table, asked for without any of its words (*if I get a friend hired* for a bonus of 500 €).
- Across languages, a question whose own language has a passage on nearly the same subject.
"""

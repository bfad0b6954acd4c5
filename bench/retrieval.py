"""How often the right passage comes first: by words, by meaning and by both, and what each idea adds.

`python -m bench.retrieval` asks the questions of the files below; it prints Markdown tables, then one JSON line. What
is shipped is measured through the product's own search on the embedded Qdrant; the ideas beside it on the same
vectors. A hit is a passage that holds what the question's `must_contain` says. The model is English.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from qdrant_client import QdrantClient

from bench.ideas import COUNTINGS, FUSIONS, Words, by_score, diverse, first
from bench.minilm import NAME, MiniLM, serving
from bench.refusing import Questions, refusing
from bench.stage import PDF, QUESTIONS, needed
from ingestion.reading.read import read
from ingestion.split import split
from knowledge.audience import EVERYONE, Audience
from knowledge.documents import Document, Fingerprint, State
from knowledge.index import Index
from knowledge.meaning import Meaning
from knowledge.passages import passages_of
from knowledge.search import Search
from knowledge.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from knowledge.passages import Passage

    Hits = tuple[list[bool], int]  # of the first few, whether each is right; how many there are
    Order = Callable[["Set", int], list[int]]

_DEPTH = 10
_WORDS, _BOTH = "shipped, words alone", "shipped, words and meaning"
_SAMPLES, _OWN = Path("playground/documents"), Path("tests/questions")


@dataclass(slots=True)
class Set:
    """The questions of one file over one folder: passages, vectors, and which passages are right."""

    name: str
    documents: list[tuple[Document, list[Passage]]]
    rows: list[dict[str, str]]
    vectors: NDArray[np.float32]
    asked: NDArray[np.float32]
    passages: list[Passage] = field(init=False)
    right: list[set[int]] = field(init=False)

    def __post_init__(self) -> None:
        """Find out which passages are right."""
        self.passages = [passage for _, passages in self.documents for passage in passages]
        texts = [_folded(passage.excerpt.text) for passage in self.passages]
        self.right = [
            {n for n, text in enumerate(texts) if any(_folded(piece) in text for piece in row["must_contain"])}
            for row in self.rows
        ]

    def figures(self, order: Order) -> dict[str, dict[str, float]]:
        """Hits, MRR and nDCG, of all questions, by language and by kind."""
        groups: defaultdict[str, list[Hits]] = defaultdict(list)
        for n, (row, right) in enumerate(zip(self.rows, self.right, strict=True)):
            if right:
                hits = [one in right for one in order(self, n)[:_DEPTH]]
                for group in ("all", row["lang"], row["kind"]):
                    groups[group].append((hits, len(right)))
        return {group: _figures(hits) for group, hits in groups.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--models", type=Path, help="the folder of the embedding model")
    given = parser.parse_args()
    with serving(given.models) as served:
        sets = list(_sets(served.model))
        words, both = ([_opened(one, url) for one in sets] for url in (None, served.url))
        rows = {_WORDS: [one.figures(_order(search)) for one, search in zip(sets, words, strict=True)]}
        rows[_BOTH] = [one.figures(_order(search, meaning=True)) for one, search in zip(sets, both, strict=True)]
        floors = {
            f"{one.name}, {how}": refusing(search, _questions(one, sets))
            for how, searches in (("words alone", words), ("words and meaning", both))
            for one, search in zip(sets, searches, strict=True)
        }
    rows |= {name: [one.figures(order) for one in sets] for name, order in _orders(sets).items()}
    print(_table(sets, rows))
    print(_kinds(sets, rows[_BOTH]))
    print(_floors(floors))
    figures = {name: {s.name: f for s, f in zip(sets, row, strict=True)} for name, row in rows.items()}
    print(json.dumps({**figures, "floor": floors}))


def _sets(model: MiniLM) -> Iterable[Set]:
    manual, samples = _read([needed(PDF)]), _read(sorted(path for path in _SAMPLES.rglob("*") if path.is_file()))
    files = {
        "manual": (manual, needed(QUESTIONS)),
        "samples, French": (samples, _OWN / "maison-lumiere-fr.jsonl"),
        "samples, English": (samples, _OWN / "maison-lumiere-en.jsonl"),
    }
    for name, (documents, questions) in files.items():
        rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
        texts = [passage.indexed_text for _, passages in documents for passage in passages]
        yield Set(name, documents, rows, _embedded(model, texts), _embedded(model, [row["question"] for row in rows]))


def _read(files: Sequence[Path]) -> list[tuple[Document, list[Passage]]]:
    documents = []
    for path in files:
        reading = read(path)
        document = Document(path.name, Fingerprint(1, 1, 1, 1), "0", path.name, 1, State.WORDS)
        document = replace(document, title=reading.title, audience=frozenset({EVERYONE}))
        documents.append((document, passages_of(document, split(reading))))
    return documents


def _embedded(model: MiniLM, texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of texts, kept in a temporary folder: the next run asks for most of them again."""
    kept = Path(tempfile.gettempdir()) / "souffleur-bench"
    kept.mkdir(exist_ok=True)
    file = kept / f"{hashlib.sha256(json.dumps([NAME, *texts]).encode()).hexdigest()}.npy"
    if not file.exists():
        np.save(file, model.embed(texts))
    vectors: NDArray[np.float32] = np.load(file)
    return vectors


def _opened(one: Set, ollama: str | None) -> Search:
    """The product's own search over the documents of a set, with meaning where there is an Ollama."""
    meaning = Meaning(Settings(ollama_url=ollama or "http://127.0.0.1:9", embedding_model=NAME))
    client = QdrantClient(":memory:")
    index = Index(client, "bench", meaning)
    index.prepare()
    for document, passages in one.documents:
        index.replace(document, passages)
    if ollama:
        index.enrich([(passage.id, one.vectors[n].tolist()) for n, passage in enumerate(one.passages)])
    return Search(client, "bench", meaning)


def _order(search: Search, *, meaning: bool = False) -> Order:
    def order(one: Set, n: int) -> list[int]:
        at = {passage.id: n for n, passage in enumerate(one.passages)}
        results = search.find(one.rows[n]["question"], Audience.everyone(), _DEPTH)
        if not results.found or meaning is bool(results.degraded):
            raise SystemExit(f"Something else was searched than is measured: {results.degraded or 'nothing is found'}")
        return [at[hit.passage.id] for hit in results.found]

    return order


def _questions(one: Set, sets: Sequence[Set]) -> Questions:
    known = [(row["question"], bool(right)) for row, right in zip(one.rows, one.right, strict=True)]
    off = [row["question"] for other in sets if other.documents is not one.documents for row in other.rows]
    return Questions([text for text, has in known if has], [text for text, has in known if not has], off)


def _orders(sets: Sequence[Set]) -> dict[str, Order]:
    words = {one.name: Words(one.passages) for one in sets}

    def likeness(one: Set, n: int) -> NDArray[np.float32]:
        likeness: NDArray[np.float32] = one.vectors @ one.asked[n]
        return likeness

    def by_words(one: Set, n: int) -> NDArray[np.float32]:
        return words[one.name].scores(one.rows[n]["question"])

    def fed_back(one: Set, n: int) -> list[int]:
        return first(words[one.name].fed_back(one.rows[n]["question"], one.passages), _DEPTH)

    def counted(name: str) -> dict[str, Order]:
        other = {one.name: Words(one.passages, COUNTINGS[name]) for one in sets}

        def scores(one: Set, n: int) -> NDArray[np.float32]:
            return other[one.name].scores(one.rows[n]["question"])

        return {
            f"words: {name}": lambda one, n: first(scores(one, n), _DEPTH),
            f"both: {name}": lambda one, n: first(by_score(scores(one, n), likeness(one, n)), _DEPTH),
        }

    orders: dict[str, Order] = {"meaning alone": lambda one, n: first(likeness(one, n), _DEPTH)}
    for name in COUNTINGS:
        orders |= counted(name)
    orders["words: fed back from the first three"] = fed_back

    def fused(name: str) -> Order:
        return lambda one, n: first(FUSIONS[name](by_words(one, n), likeness(one, n)), _DEPTH)

    orders |= {f"both: {name}": fused(name) for name in FUSIONS}
    orders["both: made diverse (MMR 0.7)"] = lambda one, n: diverse(
        by_score(by_words(one, n), likeness(one, n)), one.vectors, _DEPTH
    )
    return orders


def _figures(asked: Sequence[Hits]) -> dict[str, float]:
    many = len(asked)
    ranks = [next((rank for rank, hit in enumerate(hits, 1) if hit), None) for hits, _ in asked]
    shown = {f"hit@{k}": sum(rank is not None and rank <= k for rank in ranks) / many for k in (1, 5, 10)}
    shown["mrr@10"] = sum(1 / rank for rank in ranks if rank) / many
    shown["ndcg@10"] = sum(map(_gain, asked)) / many
    return {"questions": many, **{name: round(figure, 3) for name, figure in shown.items()}}


def _gain(asked: Hits) -> float:
    """The gain of one order against the best one."""
    hits, right = asked
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(right, _DEPTH) + 1))
    return sum(1 / math.log2(rank + 1) for rank, hit in enumerate(hits, 1) if hit) / best


def _table(sets: Sequence[Set], rows: dict[str, list[dict[str, dict[str, float]]]]) -> str:
    groups = [(n, group) for n, one in enumerate(sets) for group in ("all", *sorted({r["lang"] for r in one.rows}))]
    groups = [(n, group) for n, group in groups if group != "all" or len({r["lang"] for r in sets[n].rows}) > 1]
    lines = ["| hit@5 / MRR@10 | " + " | ".join(f"{sets[n].name}: {group}" for n, group in groups) + " |"]
    lines.append("|---" * (len(groups) + 1) + "|")
    for name, row in rows.items():
        cells = (f"{row[n][group]['hit@5']:.3f} / {row[n][group]['mrr@10']:.3f}" for n, group in groups)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _kinds(sets: Sequence[Set], figures: Sequence[dict[str, dict[str, float]]]) -> str:
    names = list(figures[0]["all"])
    lines = ["| words and meaning | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for one, groups in zip(sets, figures, strict=True):
        lines += (f"| {one.name}: {g} | " + " | ".join(f"{f[n]:g}" for n in names) + " |" for g, f in groups.items())
    return "\n".join(lines) + "\n"


def _floors(floors: dict[str, dict[str, float]]) -> str:
    names = list(next(iter(floors.values())))
    lines = ["| the floor | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    lines += (f"| {name} | " + " | ".join(f"{row[n]:.3f}" for n in names) + " |" for name, row in floors.items())
    return "\n".join(lines) + "\n"


def _folded(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    main()

"""The question sets that retrieval is measured on, and their documents, read and embedded once.

A set's group is what must be left out together: sets of one group share their documents.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.peers.passages import write_paragraphs
from bench.processes import DATA, PDF, QUESTIONS, needed
from bench.retrieval.lexical_index import LexicalIndex
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.elements import Element, ParsedDocument
from ingestion.readers.format_detection import read_document_file
from knowledge.core.access import EVERYONE
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.passages import FoundPassage, passages_from_excerpts
from knowledge.retrieval.evaluation import EVALUATION_DEPTH, JudgedRanking, compute_metrics
from knowledge.retrieval.evaluation_questions import (
    EvaluationQuestion,
    group_passages_by_text,
    load_evaluation_questions,
)
from knowledge.retrieval.fusion import RankedList, fuse_rankings
from knowledge.retrieval.hybrid_search import CANDIDATES
from knowledge.retrieval.ranking import rank_candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bench.retrieval.vectors import Floats, VectorCache
    from knowledge.core.passages import Passage

    Order = Callable[["QuestionSet", int], Sequence[int]]  # the places of the best passages for the n-th question

_SAMPLES, _OWN = Path("playground/documents"), Path("tests/questions")


@dataclass(slots=True)
class QuestionSet:
    """The questions of one file over one folder: passages, vectors, and which passages are right."""

    name: str
    group: str
    passages: list[Passage]
    questions: list[EvaluationQuestion]
    vectors: Floats
    asked: Floats
    words: LexicalIndex
    right: list[frozenset[int]] = field(init=False)
    right_counts: list[int] = field(init=False)
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Find out which passages are right."""
        self.places = {passage.id: n for n, passage in enumerate(self.passages)}
        texts = group_passages_by_text(self.passages)
        self.right = [
            frozenset(n for n, one in enumerate(self.passages) if asked.accepts_passage(one))
            for asked in self.questions
        ]
        self.right_counts = [asked.count_right_texts(texts) for asked in self.questions]

    @property
    def answerable(self) -> list[int]:
        """The questions that have an answer here."""
        return [n for n, question in enumerate(self.questions) if question.is_answerable]

    @property
    def unanswerable(self) -> list[int]:
        """The questions that the documents leave open."""
        return [n for n, question in enumerate(self.questions) if not question.is_answerable]

    def compute_figures(self, order: Order, language: str = "") -> dict[str, float]:
        """Hits, MRR and nDCG of the questions, or of those in one language."""
        chosen = [n for n in self.answerable if language in ("", self.questions[n].language)]
        judged = [
            JudgedRanking(
                tuple(place in self.right[n] for place in order(self, n)[:EVALUATION_DEPTH]), self.right_counts[n]
            )
            for n in chosen
        ]
        return compute_metrics(judged)

    def search_question(self, text: str, vector: Floats | None) -> Searches:
        """What the product's searches give for a question of any set, by words alone if it has no vector."""
        scores = self.words.score_passages(text)
        found = [one for one in self._first(scores) if one.score > 0]
        lexical = [RankedList.from_lexical_search(found, CANDIDATES)] if found else []
        if vector is None:
            return Searches(lexical)
        return Searches(lexical, [RankedList.from_dense_search(self._first(self.vectors @ vector))])

    def _first(self, scores: Floats) -> list[FoundPassage]:
        best = np.argsort(-scores, kind="stable")[:CANDIDATES]
        return [FoundPassage(self.passages[n], float(scores[n])) for n in best]


@dataclass(frozen=True, slots=True)
class Searches:
    """The rankings of one question, before they become one."""

    lexical: list[RankedList]
    dense: list[RankedList] = field(default_factory=list)

    def fuse(self) -> list[FoundPassage]:
        """One ranking, as the product chooses its candidates."""
        return fuse_rankings([*self.dense, *self.lexical])

    def rank(self, question: str) -> list[FoundPassage]:
        """The candidates as the product orders them, before their sentences are compared."""
        return rank_candidates(question, self.fuse(), self.lexical, self.dense)


def load_question_sets(vectors: VectorCache) -> Iterator[QuestionSet]:
    """All sets: own questions over the samples, the Spring Boot manual, and the public sets."""
    samples = _list_samples()
    for name in ("fr", "en", "across", "everyday", "everyday-across", "natural", "natural-across"):
        yield _load(
            f"samples, {name.replace('-', ' ')}", "samples", samples, _OWN / f"maison-lumiere-{name}.jsonl", vectors
        )
    yield _load("Spring Boot", "Spring Boot", [(PDF.name, needed(PDF))], needed(QUESTIONS), vectors)
    for name, title in (("piaf", "PIAF"), ("xquad", "XQuAD")):
        yield _load(title, title, needed(DATA / name / "passages.jsonl"), DATA / name / "questions.jsonl", vectors)
    pdfs = [(path.name, path) for path in sorted(needed(DATA / "mmlongbench" / "documents").glob("*.pdf"))]
    yield _load("MMLongBench", "MMLongBench", pdfs, DATA / "mmlongbench" / "questions.jsonl", vectors)


def load_open_questions(vectors: VectorCache) -> QuestionSet:
    """Questions over the samples that these do not answer: some on near subjects, some on quite other ones."""
    rows = map(json.loads, (_OWN / "maison-lumiere-open.jsonl").read_text(encoding="utf-8").splitlines())
    asked = [EvaluationQuestion(row["lang"], row["question"], ()) for row in rows]
    return _make_set("samples, open", "samples", _list_samples(), asked, vectors)


def load_office_talk(vectors: VectorCache, part: str = "") -> tuple[QuestionSet, list[str]]:
    """A log of messages in an office over the samples, or a `part` of its own, and of which kind each message is."""
    file = _OWN / f"maison-lumiere-office-talk{part}.jsonl"
    kinds = [str(json.loads(line)["kind"]) for line in file.read_text(encoding="utf-8").splitlines()]
    return _load("samples, office talk", "samples", _list_samples(), file, vectors), kinds


def _list_samples() -> list[tuple[str, Path]]:
    return [(str(path.relative_to(_SAMPLES)), path) for path in sorted(_SAMPLES.rglob("*")) if _is_document(path)]


def _load(
    name: str, group: str, source: list[tuple[str, Path]] | Path, questions: Path, vectors: VectorCache
) -> QuestionSet:
    return _make_set(name, group, source, load_evaluation_questions(questions), vectors)


def _make_set(
    name: str,
    group: str,
    source: list[tuple[str, Path]] | Path,
    asked: list[EvaluationQuestion],
    vectors: VectorCache,
) -> QuestionSet:
    passages = _split_paragraphs(source) if isinstance(source, Path) else _split_files(tuple(source))
    return QuestionSet(
        name,
        group,
        passages,
        asked,
        vectors.embed_passages([passage.indexed_text for passage in passages]),
        vectors.embed_questions([question.text for question in asked]),
        LexicalIndex(passages),
    )


def _is_document(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _split_paragraphs(file: Path) -> list[Passage]:
    """The passages of a set whose documents are paragraphs, each named by its id."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    readings = ((row["id"], ParsedDocument(row["id"], None, [Element(row["text"])])) for row in rows)
    return [passage for name, reading in readings for passage in split_document(f"{name}.txt", reading)]


@lru_cache(maxsize=4)
def _split_files(files: tuple[tuple[str, Path], ...]) -> list[Passage]:
    readings = ((name, read_document_file(path)) for name, path in files)
    return [passage for name, reading in readings for passage in split_document(name, reading)]


def split_document(path: str, reading: ParsedDocument) -> list[Passage]:
    """The passages of a document, as the worker makes them."""
    document = Document(path, Fingerprint(1, 1, 1, 1), "0", path, 1, DocumentState.WORDS)
    document = replace(document, title=reading.title, audience=frozenset({EVERYONE}))
    return passages_from_excerpts(document, split_into_excerpts(reading))


def places_of(one: QuestionSet, found: Iterable[FoundPassage]) -> list[int]:
    """The places of found passages within their set."""
    return [one.places[hit.passage.id] for hit in found]


def list_set_files(name: str) -> list[Path]:
    """The documents of a set as files, for whoever reads them by itself; none for the samples, of many formats."""
    if name == "Spring Boot":
        return [needed(PDF)]
    if name == "MMLongBench":
        return sorted(needed(DATA / "mmlongbench" / "documents").glob("*.pdf"))
    if name in ("PIAF", "XQuAD"):
        rows = (DATA / name.lower() / "passages.jsonl").read_text(encoding="utf-8").splitlines()
        return write_paragraphs([json.loads(row) for row in rows])
    return []

"""The questions that retrieval is measured on, and their documents, read and embedded once.

A passage is right when it holds what the question's `must_contain` says.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from qdrant_client import QdrantClient

from bench.embedding_server import NAME
from bench.processes import PDF, QUESTIONS, needed
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.registry import read_document_file
from knowledge.core.access import EVERYONE
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.passages import passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.evaluation import EVALUATION_DEPTH, JudgedRanking, compute_metrics
from knowledge.retrieval.evaluation_questions import EvaluationQuestion, group_passages_by_text
from knowledge.retrieval.search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from knowledge.storage.passage_writer import PassageWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from bench.embedding_server import MiniLM
    from ingestion.readers.elements import ParsedDocument
    from knowledge.core.passages import Passage

    Order = Callable[["Set", int], list[int]]
    Figures = dict[str, dict[str, float]]  # by group: all, a language, a kind

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
    at: dict[str, int] = field(init=False)
    _many: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Find out which passages are right."""
        self.passages = [passage for _, passages in self.documents for passage in passages]
        self.at = {passage.id: n for n, passage in enumerate(self.passages)}
        texts = group_passages_by_text(self.passages)
        wanted = [EvaluationQuestion(row["lang"], row["question"], tuple(row["must_contain"])) for row in self.rows]
        self.right = [{n for n, one in enumerate(self.passages) if asked.accepts_passage(one)} for asked in wanted]
        self._many = [asked.count_right_texts(texts) for asked in wanted]

    @property
    def answerable(self) -> list[int]:
        """The questions that have an answer here."""
        return [n for n, right in enumerate(self.right) if right]

    def figures(self, order: Order) -> Figures:
        """Hits, MRR and nDCG, of all questions, by language and by kind."""
        groups: defaultdict[str, list[JudgedRanking]] = defaultdict(list)
        for n in self.answerable:
            marks = tuple(one in self.right[n] for one in order(self, n)[:EVALUATION_DEPTH])
            for group in ("all", self.rows[n]["lang"], self.rows[n]["kind"]):
                groups[group].append(JudgedRanking(marks, self._many[n]))
        return {group: {"questions": len(hits), **compute_metrics(hits)} for group, hits in groups.items()}

    def likeness(self, n: int) -> NDArray[np.float32]:
        """How near each passage is to a question by meaning."""
        likeness: NDArray[np.float32] = self.vectors @ self.asked[n]
        return likeness


def sets(model: MiniLM) -> Iterable[Set]:
    """The three sets; called again, with passages of whatever size `ingestion/readers/chunking` makes then."""
    files = {
        "manual": ((needed(PDF),), needed(QUESTIONS)),
        "samples, French": (_samples(), _OWN / "maison-lumiere-fr.jsonl"),
        "samples, English": (_samples(), _OWN / "maison-lumiere-en.jsonl"),
    }
    for name, (paths, questions) in files.items():
        documents = [_split(path.name, reading) for path, reading in zip(paths, _read(paths), strict=True)]
        rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
        texts = [passage.indexed_text for _, passages in documents for passage in passages]
        yield Set(name, documents, rows, embedded(model, texts), embedded(model, [row["question"] for row in rows]))


def opened(one: Set, ollama: str | None) -> PassageSearch:
    """The product's own search over the documents of a set, with meaning where there is an Ollama."""
    meaning = EmbeddingModel(Settings(ollama_url=ollama or "http://127.0.0.1:9", embedding_model=NAME))
    client = QdrantClient(":memory:")
    index = PassageWriter(client, "bench", meaning)
    index.prepare()
    for document, passages in one.documents:
        index.replace_passages(document, passages)
    if ollama:
        index.add_dense_vectors([(passage.id, one.vectors[n].tolist()) for n, passage in enumerate(one.passages)])
        IndexVersions(client, "bench").update_index_version(
            IndexVersion(), typical_margin=index.measure_typical_margin(None)
        )
    return PassageSearch(client, "bench", meaning)


def _samples() -> tuple[Path, ...]:
    return tuple(sorted(path for path in _SAMPLES.rglob("*") if path.is_file() and not path.name.startswith(".")))


@lru_cache(maxsize=4)
def _read(paths: tuple[Path, ...]) -> list[ParsedDocument]:
    return [read_document_file(path) for path in paths]


def _split(name: str, reading: ParsedDocument) -> tuple[Document, list[Passage]]:
    document = Document(name, Fingerprint(1, 1, 1, 1), "0", name, 1, DocumentState.WORDS)
    document = replace(document, title=reading.title, audience=frozenset({EVERYONE}))
    return document, passages_from_excerpts(document, split_into_excerpts(reading))


def embedded(model: MiniLM, texts: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of texts, kept in a temporary folder: the next run asks for most of them again."""
    kept = Path(tempfile.gettempdir()) / "souffleur-bench"
    kept.mkdir(exist_ok=True)
    file = kept / f"{hashlib.sha256(json.dumps([NAME, *texts]).encode()).hexdigest()}.npy"
    if not file.exists():
        np.save(file, model.embed(texts))
    vectors: NDArray[np.float32] = np.load(file)
    return vectors

"""Measure what a search costs, and how soon the bot is ready. `python -m bench.retrieval.search_latency`.

Our own time of a search is its time where Qdrant's client and the embedding model answer at once, with their answers to
the same question before. The vectors in the index are random: this does not change the cost. Prints one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from bench.bot.startup import starting
from bench.embedding_server import DIMENSION, NAME
from bench.ingestion.folder_growth import Clock
from bench.processes import PDF, QUESTIONS, load, needed, seconds, served
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import read_document_file
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.passages import passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from knowledge.storage.passage_writer import PassageWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from qdrant_client import QdrantClient

_PREFIX = "bench"
_ENGINE = ("query_points", "scroll", "retrieve", "count", "get_collection", "collection_exists")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval.search_latency", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each question is asked, each start is tried")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with served("bench.embedding_server", "--port", "0") as ollama, served("bench.qdrant_server") as qdrant:
        settings = Settings.load(qdrant_url=qdrant, ollama_url=ollama, embedding_model=NAME, collection=_PREFIX)
        client = open_qdrant(settings)
        passages = _fill(client, EmbeddingModel(settings))
        figures = {"passages": passages, **_searches(client, settings, given.rounds)}
        client.close()
        environment = {name.upper(): str(value) for name, value in settings.model_dump(exclude_none=True).items()}
        figures |= starting(environment, given.rounds)
    print(json.dumps({**figures, "load": load()}))


def _fill(client: QdrantClient, meaning: EmbeddingModel) -> int:
    source = needed(PDF)
    reading = read_document_file(source)
    document = Document(
        source.name,
        Fingerprint(0, 0, 0, 0),
        "0" * 64,
        "0",
        1,
        DocumentState.WORDS,
        title=reading.title,
        pages=reading.pages,
    )
    document = replace(document, audience=frozenset({EVERYONE}))
    passages = passages_from_excerpts(document, split_into_excerpts(reading))
    index, dice = PassageWriter(client, _PREFIX, meaning), random.Random(1)  # noqa: S311  # vectors, not secrets
    index.prepare()
    IndexVersions(client, _PREFIX).activate_index_version(IndexVersion())
    index.replace_passages(document, passages)
    for start in range(0, len(passages), 64):
        batch = passages[start : start + 64]
        index.add_dense_vectors([(passage.id, [dice.gauss(0, 1) for _ in range(DIMENSION)]) for passage in batch])
    return len(passages)


def _searches(client: QdrantClient, settings: Settings, rounds: int) -> dict[str, float]:
    """Milliseconds; each question is new in the first round, and its embedding is remembered in the others."""
    asked = [json.loads(line)["question"] for line in needed(QUESTIONS).read_text(encoding="utf-8").splitlines()]
    tapes, model = Tapes(), Clock()
    for owner, name in (*((client, name) for name in _ENGINE), (client.http.search_api, "query_batch_points")):
        setattr(owner, name, tapes.around(getattr(owner, name)))
    meaning = EmbeddingModel(settings)
    for name in ("embed_documents", "embed_query"):
        setattr(meaning, name, model.around(tapes.around(getattr(meaning, name))))
    search = PassageSearch(client, _PREFIX, meaning)
    whole: list[float] = []
    embedding: list[float] = []
    again: list[float] = []
    own: list[float] = []
    for n in range(rounds):
        for question in asked:
            model.seconds = 0.0
            tapes.record()
            whole.append(seconds(partial(search.search_passages, question, Audience.everyone(), 8)))
            (again if n else embedding).append(model.seconds)
            tapes.record()
            search.search_passages(question, Audience.everyone(), 8)
            tapes.rewind()
            own.append(seconds(partial(search.search_passages, question, Audience.everyone(), 8)))
    return {
        "search_p50_ms": _ms(whole, 0.5),
        "search_p95_ms": _ms(whole, 0.95),
        "own_p50_ms": _ms(own, 0.5),
        "own_p95_ms": _ms(own, 0.95),
        "embedding_p50_ms": _ms(embedding, 0.5),
        "embedding_again_p50_ms": _ms(again, 0.5),
    }


@dataclass(slots=True)
class Tapes:
    """What was answered to the calls of one search, by the name of the call, in their order."""

    _answers: defaultdict[str, list[object]] = field(default_factory=lambda: defaultdict(list))
    _replayed: dict[str, Iterator[object]] | None = None
    _latest: dict[str, object] = field(default_factory=dict)

    def record(self) -> None:
        """Let the calls from now on go through, and keep what they are answered."""
        self._answers.clear()
        self._replayed = None

    def rewind(self) -> None:
        """Answer the calls from now on with what was kept."""
        self._replayed = {name: iter(answers) for name, answers in self._answers.items()}

    def around(self, call: Callable[..., object]) -> Callable[..., object]:
        """The same call, kept or replayed."""
        name = call.__name__

        def answered(*arguments: object, **options: object) -> object:
            if self._replayed is not None:  # what a search asks only now and then has its latest answer
                return next(self._replayed.get(name, iter(())), self._latest[name])
            answer = self._latest[name] = call(*arguments, **options)
            self._answers[name].append(answer)
            return answer

        return answered


def _ms(values: Sequence[float], share: float) -> float:
    return round(1000 * sorted(values)[min(int(share * len(values)), len(values) - 1)], 3) if values else 0.0


if __name__ == "__main__":
    main()

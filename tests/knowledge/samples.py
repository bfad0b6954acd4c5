"""Documents and passages for the tests of the store."""

from __future__ import annotations

from dataclasses import replace

from qdrant_client import QdrantClient, models

from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import Document, DocumentState, Fingerprint, make_content_version
from knowledge.core.passages import Excerpt, Passage, list_passage_ids, passages_from_excerpts
from knowledge.retrieval.hybrid_search import SearchResults
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.schema import VERSION_POINT_ID

ALL = Audience.everyone()


def document(path: str = "guide.md", content: str = "a", generation: int = 1, passages: int = 0) -> Document:
    """A document that was read; `content` stands for its hash."""
    return Document(
        path=path,
        fingerprint=Fingerprint(1, 2, 3, 4),
        sha256=content,
        version=make_content_version(content, "1"),
        generation=generation,
        state=DocumentState.WORDS,
        title="Guide",
        passages=passages,
        pipeline="1",
        audience=frozenset({EVERYONE}),
    )


def passages(of: Document, *texts: str, audience: str = EVERYONE) -> list[Passage]:
    """Passages of a document, for one audience."""
    made = passages_from_excerpts(of, [Excerpt(text) for text in texts])
    return [replace(passage, audience=frozenset({audience})) for passage in made]


def stored(index: PassageWriter, path: str, *texts: str, content: str = "a", generation: int = 1) -> Document:
    """Store a document with these passages and return it."""
    made = document(path, content, generation, len(texts))
    index.replace_passages(made, passages(made, *texts))
    return made


def count_passages_by_path(index: PassageWriter) -> dict[str, int]:
    """The number of passages of every document that has some, by path."""
    return {path: sum(counts.values()) for path, counts in index.fetch_passage_inventory().by_path.items()}


def list_points(client: QdrantClient, collection: str) -> list[models.Record]:
    """The points of at most 10,000 passages with their vectors, without the one that names their index version."""
    points, _ = client.scroll(collection, limit=10_000, with_payload=True, with_vectors=True)
    return [point for point in points if point.id != VERSION_POINT_ID]


def texts(results: SearchResults) -> list[str]:
    """What was found, best first."""
    return [found.passage.excerpt.text for found in results.found]


def enriched(index: PassageWriter, of: Document, dimension: int = 64) -> None:
    """Give every passage of a document a vector."""
    index.add_dense_vectors(
        [(passage, [1.0] * dimension) for passage, _ in index.list_unembedded_passages(list_passage_ids(of))]
    )

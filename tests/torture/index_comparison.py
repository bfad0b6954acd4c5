"""Compares two indexes of one folder point by point, and says what differs.

Generations, times, attempts and waits of failures are left out: they depend on history. All passages of a document
must have the generation and the version key of the ledger. A file that cannot be read now may keep its older version:
then that version must be whole and the only one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState
from knowledge.core.passages import make_passage_id
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.inventory import make_passage_version_key
from knowledge.storage.schema import VERSION_POINT_ID, passages_collection_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from qdrant_client import QdrantClient, models

_CLOSE = 1e-4  # vectors of one text differ a little: each copy is normalised again in single precision
_WORDS = "words"


@dataclass(frozen=True, slots=True)
class Point:
    """A passage in Qdrant, with the fields that two indexes must have in common."""

    path: str
    version: str
    generation: int
    n: int
    live: bool
    edition: str
    payload: Mapping[str, Any]  # whatever Qdrant holds
    words: Mapping[int, float]
    dense: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class IndexContents:
    """All points and all ledger records of one index."""

    points: dict[str, Point] = field(default_factory=dict)
    ledger: dict[str, Document] = field(default_factory=dict)

    def list_document_points(self, path: str) -> dict[str, Point]:
        """Return the passages of one document by id."""
        return {id_: point for id_, point in self.points.items() if point.path == path}


def read_index(client: QdrantClient, prefix: str, number: int = 1) -> IndexContents:
    """Read everything of one index version."""
    collection = passages_collection_name(prefix, number)
    points: dict[str, Point] = {}
    offset = None
    while client.collection_exists(collection):
        some, offset = client.scroll(collection, limit=500, offset=offset, with_payload=True, with_vectors=True)
        points.update((str(record.id), _point(record)) for record in some if record.id != VERSION_POINT_ID)
        if offset is None:
            break
    return IndexContents(points, DocumentLedger(client, prefix, number).list_documents())


def _point(record: models.Record) -> Point:
    payload = dict(record.payload or {})
    place = dict(payload.pop("metadata"))
    vectors: dict[str, Any] = dict(record.vector) if isinstance(record.vector, dict) else {}
    words = vectors.pop(_WORDS)
    return Point(
        path=place["path"],
        version=place["version"],
        generation=place.pop("generation"),
        n=place["n"],
        live=place["live"],
        edition=place.pop("edition"),
        payload={**payload, **place},
        words=dict(zip(words.indices, words.values, strict=True)),
        dense={name: tuple(vector) for name, vector in vectors.items()},
    )


def find_differences(found: IndexContents, clean: IndexContents) -> list[str]:
    """Return a sentence for each difference from a clean index of the same folder."""
    sentences = [f"{path} is missing from the ledger" for path in sorted(clean.ledger.keys() - found.ledger.keys())]
    sentences += [
        f"{path} is in the ledger, not in the folder" for path in sorted(found.ledger.keys() - clean.ledger.keys())
    ]
    strays = {point.path for point in found.points.values()} - clean.ledger.keys()
    sentences += [f"{path} has passages, but no file" for path in sorted(strays)]
    for path, expected in sorted(clean.ledger.items()):
        if document := found.ledger.get(path):
            sentences += [f"{path}: {what}" for what in _compare_document(document, expected, found, clean)]
    return sentences


def _compare_document(
    document: Document, expected: Document, found: IndexContents, clean: IndexContents
) -> Iterator[str]:
    ours = found.list_document_points(document.path)
    if expected.state is DocumentState.FAILED and expected.retry_at is not None:
        yield from _compare_failed(document, expected, ours)
        return
    for name in (
        "state",
        "sha256",
        "version",
        "title",
        "pages",
        "passages",
        "hidden",
        "doubtful",
        "plain_pages",
        "reason",
        "pipeline",
        "fingerprint",
        "audience",
        "label",
    ):
        if getattr(document, name) != getattr(expected, name):
            yield f"the ledger's {name} is {getattr(document, name)!r}, not {getattr(expected, name)!r}"
    if document.state in SEARCHABLE_STATES and document.embedding_model != expected.embedding_model:
        yield f"the embedding model is {document.embedding_model}, not {expected.embedding_model}"
    theirs = clean.list_document_points(document.path)
    yield from (f"passage {theirs[id_].n} is missing" for id_ in theirs.keys() - ours.keys())
    yield from (f"{_name(ours[id_])} should not be there" for id_ in ours.keys() - theirs.keys())
    for id_ in sorted(ours.keys() & theirs.keys(), key=lambda id_: ours[id_].n):
        yield from (f"{_name(ours[id_])}: {what}" for what in _compare_passage(ours[id_], theirs[id_], document))


def _compare_passage(ours: Point, theirs: Point, document: Document) -> Iterator[str]:
    if ours.payload != theirs.payload:
        names = [name for name, value in theirs.payload.items() if ours.payload.get(name) != value]
        yield f"the payload differs in {', '.join(names)}"
    if ours.generation != document.generation:
        yield f"its generation is {ours.generation}, the ledger's {document.generation}"
    if ours.edition != make_passage_version_key(document, live=True):
        yield f"its edition is {ours.edition}, not that of the ledger"
    if not _are_equal_sparse(ours.words, theirs.words):
        yield "the sparse vector differs"
    if ours.dense.keys() != theirs.dense.keys():
        yield f"it has the dense vectors {[*ours.dense]}, not {[*theirs.dense]}"
    elif not all(_are_close(ours.dense[name], theirs.dense[name]) for name in theirs.dense):
        yield "the dense vector differs"


def _compare_failed(document: Document, expected: Document, ours: dict[str, Point]) -> Iterator[str]:
    """Check a document that cannot be read now: it has no passage, or one whole older version."""
    for name in ("state", "reason", "fingerprint", "pipeline", "audience", "label"):
        if getattr(document, name) != getattr(expected, name):
            yield f"the ledger's {name} is {getattr(document, name)!r}, not {getattr(expected, name)!r}"
    if document.retry_at is None:
        yield "it is never tried again"
    if any(point.payload["audience"] != sorted(document.audience) for point in ours.values()):
        yield "it answers others than the ledger says"
    yield from _check_whole_version(ours, document.passages)


def _check_whole_version(points: dict[str, Point], passages: int) -> Iterator[str]:
    """Yield why these passages are not one whole live version; nothing if they are."""
    versions = {point.version for point in points.values()}
    if len(versions) > 1:
        yield f"it answers from {len(versions)} versions at once"
    if sorted(point.n for point in points.values()) != list(range(passages)):
        yield f"it holds {len(points)} passages, the ledger tells of {passages}"
    for id_, point in points.items():
        if not point.live:
            yield f"passage {point.n} of its older version is not live"
        if id_ != make_passage_id(_document_id(point), point.version, point.n):
            yield f"passage {point.n} has a wrong id"


def _document_id(point: Point) -> str:
    return str(point.payload["document_id"])


def _name(point: Point) -> str:
    return f"passage {point.n} of version {point.version[:8]} (generation {point.generation}, live={point.live})"


def _are_equal_sparse(ours: Mapping[int, float], theirs: Mapping[int, float]) -> bool:
    return ours.keys() == theirs.keys() and all(math.isclose(ours[i], theirs[i], rel_tol=1e-6) for i in ours)


def _are_close(ours: tuple[float, ...], theirs: tuple[float, ...]) -> bool:
    return len(ours) == len(theirs) and all(abs(a - b) < _CLOSE for a, b in zip(ours, theirs, strict=True))

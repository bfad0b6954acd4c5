"""Defines how an index is stored in Qdrant: collection names, vectors, layout, points.

What the worker, who writes, and the bot, who searches, must agree on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from qdrant_client import QdrantClient, models
from qdrant_client.models import CollectionConfig

from knowledge.core.documents import title_member
from knowledge.core.failures import ModelUnavailable
from knowledge.core.language import detect_likely_language
from knowledge.core.lexical import sparse_vector_from_passage
from knowledge.core.passages import Excerpt, FoundPassage, Passage, make_passage_id
from knowledge.storage.client import translate_qdrant_errors
from knowledge.storage.inventory import make_passage_version_key
from knowledge.storage.payload_indexes import TEXT_LANGUAGE_FIELD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_core.documents import Document as LangChainDocument

    from knowledge.core.documents import Document
    from knowledge.embeddings.embedding_model import EmbeddingModel


def passages_collection_name(prefix: str, number: int = 1) -> str:
    """The name of the collection that holds the passages of an index version."""
    return f"{prefix}_passages{_version_suffix(number)}"


def ledger_collection_name(prefix: str, number: int = 1) -> str:
    """The name of the collection that holds the ledger of an index version."""
    return f"{prefix}_documents{_version_suffix(number)}"


def _version_suffix(number: int) -> str:
    return "" if number == 1 else f"_{number}"  # the first keeps the name from before there were versions


@dataclass(frozen=True, slots=True)
class DenseVectors:
    """The dense vectors of one model in one collection."""

    client: QdrantClient
    collection: str
    embedding_model: EmbeddingModel

    @property
    def vector_name(self) -> str:
        """The name of the vectors in Qdrant."""
        return self.embedding_model.vector_name

    def has_same_vectors(self, other: DenseVectors) -> bool:
        """Whether the same passage has the same vector in both: by the same model, with the same prefix."""
        ours, theirs = self.embedding_model, other.embedding_model
        return ours.vector_name == theirs.vector_name and ours.prefixes.passage == theirs.prefixes.passage

    def fetch_dimension(self) -> int | None:
        """The dimension of this model's vectors in the index; None before the first of them.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        with translate_qdrant_errors():
            return self.dimension_from_config(self.client.get_collection(self.collection).config)

    def dimension_from_config(self, config: CollectionConfig | None) -> int | None:
        """The dimension of this model's vectors, read from the collection's configuration."""
        vectors = config.params.vectors if config else None
        params = vectors.get(self.vector_name) if isinstance(vectors, dict) else None
        return params.size if params else None

    def check_dimension(self, dimension: int, expected: int) -> None:
        """Compare a vector's dimension with the index's.

        Raises:
            ModelUnavailable: they differ, so the vectors cannot be compared.
        """
        if dimension != expected:
            raise ModelUnavailable(
                f"The embedding model {self.embedding_model.model} gives vectors of {dimension} numbers, "
                "the index holds "
                f"{expected}: it is another model under the same name, pull it under a name of its own."
            )

    def prepare_dimension(self, dimension: int) -> None:
        """Create the vectors of this dimension in the collection, if they are missing.

        Raises:
            ModelUnavailable: the index holds vectors of another dimension.
            IndexUnavailable: Qdrant failed.
        """
        held = self.fetch_dimension()
        if held is not None:
            self.check_dimension(dimension, held)
            return
        config = models.DenseVectorConfig(size=dimension, distance=models.Distance.COSINE)
        with translate_qdrant_errors():
            self.client.create_vector_name(
                self.collection, self.vector_name, models.DenseVectorNameConfig(dense=config)
            )
            self.move_to_disk(self.client.get_collection(self.collection).config)

    def move_to_disk(self, config: CollectionConfig) -> None:
        """Move the full vectors of the collection to disk if it keeps quantised ones in memory."""
        vectors = config.params.vectors
        if config.quantization_config is None or not isinstance(vectors, dict):
            return
        in_memory = {name: models.VectorParamsDiff(on_disk=True) for name, one in vectors.items() if not one.on_disk}
        if in_memory:
            self.client.update_collection(self.collection, vectors_config=in_memory)


# Among the passages of each index version is one point that says which version this is: a search reads it in the same
# request. It has no vector and no audience, so that no search finds it.
VERSION_POINT_ID = "a2c1d6a4-6f7e-4b0e-9a55-0c9f3c5b7e10"
_VERSION_POINT_FIELD = "index_version"


def build_passages_filter() -> models.Filter:
    """The filter for all passages: every point but that one."""
    return models.Filter(must_not=[models.HasIdCondition(has_id=[VERSION_POINT_ID])])


def compute_version_digest(config: models.CollectionConfig | None) -> str:
    """A hash of all that a collection's metadata say of its index version.

    Numbers count to nine digits: a server may read the last one of seventeen otherwise after its next start.
    """
    written = json.dumps(dict(config.metadata or {}) if config else {}, sort_keys=True)
    described = json.dumps(json.loads(written, parse_float=lambda number: f"{float(number):.9g}"))
    return hashlib.sha256(described.encode()).hexdigest()


def build_version_point(digest: str) -> models.PointStruct:
    """The point that says which version its collection holds."""
    return models.PointStruct(id=VERSION_POINT_ID, vector={}, payload={_VERSION_POINT_FIELD: digest})


def build_version_request() -> models.QueryRequest:
    """The request for that point, to be sent with others."""
    condition = models.Filter(must=[models.HasIdCondition(has_id=[VERSION_POINT_ID])])
    return models.QueryRequest(filter=condition, limit=1, with_payload=True)


def digest_from_points(points: Sequence[models.ScoredPoint | models.Record]) -> str | None:
    """What that point says; None if there is none: an older worker made the index."""
    return next((str(point.payload[_VERSION_POINT_FIELD]) for point in points if point.payload), None)


Quantization = Literal["none", "scalar", "binary"]
# How many times more candidates than asked for are scored again with their full vectors, because quantised scores are
# inexact. One bit for each number is less exact than one byte.
_OVERSAMPLING = {"scalar": 2.0, "binary": 3.0}


@dataclass(frozen=True, slots=True)
class CollectionLayout:
    """Shards, replicas, and how vectors are kept in memory: full, or quantised with the full ones on disk.

    The embedded engine has one shard and no replica.
    """

    shards: int = 1
    replicas: int = 1
    quantization: Quantization = "none"

    def build_collection_options(self) -> dict[str, Any]:
        """The options with which the collection of passages is created."""
        # A filter on a field without an index would read every passage: it must fail instead.
        strict = models.StrictModeConfig(
            enabled=True, unindexed_filtering_retrieve=False, unindexed_filtering_update=False
        )
        return {
            "shard_number": self.shards,
            "replication_factor": self.replicas,
            "quantization_config": self._build_quantization_config(),
            "strict_mode_config": strict,
        }

    def _build_quantization_config(self) -> models.QuantizationConfig | None:
        match self.quantization:
            case "scalar":
                scalar = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=0.99, always_ram=True)
                return models.ScalarQuantization(scalar=scalar)
            case "binary":
                return models.BinaryQuantization(binary=models.BinaryQuantizationConfig(always_ram=True))
            case "none":
                return None


def build_search_params(config: models.CollectionConfig) -> models.SearchParams | None:
    """The parameters of a dense search over quantised vectors; None if they are full."""
    match config.quantization_config:
        case None:
            return None
        case models.BinaryQuantization():
            oversampling = _OVERSAMPLING["binary"]
        case _:
            oversampling = _OVERSAMPLING["scalar"]
    rescoring = models.QuantizationSearchParams(rescore=True, oversampling=oversampling)
    return models.SearchParams(quantization=rescoring)


SPARSE_VECTOR_NAME = "words"


def is_live_point(point: models.Record) -> bool:
    """Whether a search may find the point."""
    return bool(point.payload and point.payload["metadata"]["live"])


def document_id_from_point(point: models.Record) -> str:
    """The id of the document that a point belongs to."""
    return str(point.payload["metadata"]["document_id"]) if point.payload else ""


def version_from_point(point: models.Record) -> str:
    """The version of the document that a point belongs to."""
    return str(point.payload["metadata"]["version"]) if point.payload else ""


def point_from_passage(
    passage: Passage, *, live: bool, dense: Mapping[str, models.Vector] | None = None
) -> models.PointStruct:
    """A passage as a point with its sparse vector. The dense vector may be added later."""
    indices, values = sparse_vector_from_passage(passage.indexed_text)
    return models.PointStruct(
        id=passage.id,
        vector={SPARSE_VECTOR_NAME: models.SparseVector(indices=indices, values=values), **(dense or {})},
        payload={"page_content": passage.excerpt.text, "metadata": _metadata_from_passage(passage, live=live)},
    )


def _metadata_from_passage(passage: Passage, *, live: bool) -> dict[str, Any]:
    excerpt = passage.excerpt
    return {
        "document_id": passage.document_id,
        "path": passage.path,
        "title": passage.title,
        "version": passage.version,
        "n": passage.n,
        "page": excerpt.page,
        "last_page": excerpt.last_page,
        "section": list(excerpt.section),
        "kind": excerpt.kind,
        "language": passage.language,
        TEXT_LANGUAGE_FIELD: detect_likely_language(excerpt.text),
        **({"doubtful": True} if excerpt.doubtful else {}),
        **({"member": excerpt.member} if excerpt.member else {}),
        **build_version_metadata(passage, live=live),
    }


def build_version_metadata(source: Document | Passage, *, live: bool) -> dict[str, str | int | bool | list[str]]:
    """The metadata that change in every passage of a document when it becomes live."""
    edition = make_passage_version_key(source, live=live)
    return {"live": live, "generation": source.generation, "audience": sorted(source.audience), "edition": edition}


def build_audience_metadata(point: models.Record, audience: frozenset[str]) -> dict[str, str | list[str]]:
    """The metadata that change in a point when its passage gets another audience."""
    passage = replace(passage_from_payload(point.payload or {}, str(point.id)), audience=audience)
    return {"audience": sorted(audience), "edition": make_passage_version_key(passage, live=is_live_point(point))}


def passage_from_payload(payload: dict[str, Any], point_id: str) -> Passage:
    """The passage in a point's payload."""
    metadata = payload["metadata"]
    return Passage(
        id=point_id,
        document_id=metadata["document_id"],
        path=metadata["path"],
        title=metadata["title"],
        version=metadata["version"],
        generation=metadata["generation"],
        n=metadata["n"],
        excerpt=Excerpt(
            payload["page_content"],
            metadata["page"],
            metadata["last_page"],
            tuple(metadata["section"]),
            metadata["kind"],
            metadata.get("doubtful") is True,
            metadata.get("member", ""),
        ),
        audience=frozenset(metadata["audience"]),
        language=metadata.get("language"),
    )


def copy_point(point: models.Record, target: Document, *, live: bool) -> models.PointStruct:
    """Copy a point of one document for another document with the same content."""
    source = passage_from_payload(point.payload or {}, str(point.id))
    passage = replace(
        source,
        id=make_passage_id(target.id, target.version, source.n),
        document_id=target.id,
        path=target.path,
        title=title_member(target.title, source.excerpt.member),
        version=target.version,
        generation=target.generation,
        audience=target.audience,
    )
    payload = {"page_content": passage.excerpt.text, "metadata": _metadata_from_passage(passage, live=live)}
    return models.PointStruct(id=passage.id, vector=point.vector, payload=payload)


def vectors_from_point(point: models.Record) -> dict[str, models.Vector]:
    """The vectors of a point, by name."""
    return dict(point.vector) if isinstance(point.vector, dict) else {}


def vectors_by_text(points: Iterable[models.Record]) -> dict[str, dict[str, models.Vector]]:
    """The vectors of points, by the text that was embedded, then by name."""
    return {
        passage_from_payload(point.payload or {}, str(point.id)).indexed_text: vectors
        for point in points
        if (vectors := vectors_from_point(point))
    }


def found_passage_from_langchain(document: LangChainDocument, score: float) -> FoundPassage:
    """A result of langchain-qdrant as a found passage."""
    payload = {"page_content": document.page_content, "metadata": document.metadata}
    return FoundPassage(passage_from_payload(payload, str(document.metadata["_id"])), score)

"""Describe a collection: what its creator asked for, what the engine needs of it, and what the API shows of it."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge
from pydantic import BaseModel, Field
from qdrant_client.http import models as m

from qdrant_engine.refusals import refuse_input, refuse_unsupported

# The engine wants at least one kind of vector in a shard; a collection of payloads alone gets one that nobody sees.
NO_VECTORS = "no vectors"
_DISTANCES = {
    m.Distance.COSINE: edge.Distance.Cosine,
    m.Distance.EUCLID: edge.Distance.Euclid,
    m.Distance.DOT: edge.Distance.Dot,
    m.Distance.MANHATTAN: edge.Distance.Manhattan,
}
_FIELD_TYPES = {
    m.PayloadSchemaType.KEYWORD: edge.PayloadSchemaType.Keyword,
    m.PayloadSchemaType.INTEGER: edge.PayloadSchemaType.Integer,
    m.PayloadSchemaType.FLOAT: edge.PayloadSchemaType.Float,
    m.PayloadSchemaType.BOOL: edge.PayloadSchemaType.Bool,
    m.PayloadSchemaType.DATETIME: edge.PayloadSchemaType.Datetime,
    m.PayloadSchemaType.UUID: edge.PayloadSchemaType.Uuid,
    m.PayloadSchemaType.TEXT: edge.PayloadSchemaType.Text,
}
_HNSW = m.HnswConfig(m=16, ef_construct=100, full_scan_threshold=10_000)
_OPTIMIZER = m.OptimizersConfig(default_segment_number=0, flush_interval_sec=5)


class CollectionRecord(BaseModel):
    """What is kept of a collection beside its points: its folder, what it was created with, its payload indexes."""

    folder: str = Field(pattern="^[0-9a-f]{32}$")
    asked: m.CreateCollection
    indexes: dict[str, m.PayloadFieldSchema] = Field(default_factory=dict)
    optimized_points: int = 0
    optimized_bytes: int = 0

    @property
    def refuses_unindexed_reads(self) -> bool:
        """Whether a search by a field without an index is refused."""
        strict = self.asked.strict_mode_config
        return bool(strict and strict.enabled and strict.unindexed_filtering_retrieve is False)

    @property
    def refuses_unindexed_writes(self) -> bool:
        """Whether a write by a field without an index is refused."""
        strict = self.asked.strict_mode_config
        return bool(strict and strict.enabled and strict.unindexed_filtering_update is False)

    @property
    def vector_names(self) -> frozenset[str]:
        """The names that the vectors of its points may have."""
        return frozenset({*self._named_vectors(), *(self.asked.sparse_vectors or {})})

    def add_vector(self, name: str, config: m.VectorNameConfig) -> None:
        """Note a named vector that was made."""
        if isinstance(config, m.DenseVectorNameConfig):
            params = m.VectorParams(size=config.dense.size, distance=config.dense.distance)
            self.asked.vectors = {**self._named_vectors(), name: params}
        else:
            sparse = m.SparseVectorParams(modifier=config.sparse.modifier)
            self.asked.sparse_vectors = {**(self.asked.sparse_vectors or {}), name: sparse}

    def remove_vector(self, name: str) -> None:
        """Forget a named vector that was removed."""
        named, sparse = self._named_vectors(), dict(self.asked.sparse_vectors or {})
        named.pop(name, None)
        sparse.pop(name, None)
        self.asked.vectors, self.asked.sparse_vectors = named, sparse

    def remove_index(self, field: str) -> None:
        """Forget a payload index that was removed."""
        self.indexes.pop(field, None)

    def _named_vectors(self) -> dict[str, m.VectorParams]:
        vectors = self.asked.vectors
        if isinstance(vectors, m.VectorParams):
            return {"": vectors}
        return dict(vectors or {})

    def change(self, asked: m.UpdateCollection) -> None:
        """Note what a caller changes. Where vectors lie is noted and shown; the engine decides it by itself."""
        if asked.hnsw_config or asked.quantization_config or asked.sparse_vectors:
            raise refuse_unsupported("other graphs, quantisation or sparse vectors for a collection that exists")
        if asked.metadata is not None:
            merged = {**(self.asked.metadata or {}), **asked.metadata}
            self.asked.metadata = {key: value for key, value in merged.items() if value is not None}
        if asked.strict_mode_config is not None:
            self.asked.strict_mode_config = asked.strict_mode_config
        for name, value in asked.params.model_dump(exclude_none=True).items() if asked.params else ():
            if name in m.CreateCollection.model_fields:
                setattr(self.asked, name, value)
        vectors = self._named_vectors()
        for name, diff in (asked.vectors or {}).items():
            if name not in vectors:
                raise refuse_input(f"Not existing vector name error: {name}")
            vectors[name] = vectors[name].model_copy(update={"on_disk": diff.on_disk})
        if vectors:
            self.asked.vectors = vectors


def build_config(asked: m.CreateCollection, threads: int) -> edge.EdgeConfig:
    """What the engine needs to know of a new collection."""
    vectors = asked.vectors or {}
    named = vectors if isinstance(vectors, dict) else {"": vectors}
    sparse = {
        name: edge.EdgeSparseVectorParams(modifier=_build_modifier(params))
        for name, params in (asked.sparse_vectors or {}).items()
    }
    if not named and not sparse:
        sparse = {NO_VECTORS: edge.EdgeSparseVectorParams()}
    return edge.EdgeConfig(
        vectors={name: _build_vector_params(params) for name, params in named.items()},
        sparse_vectors=sparse,
        quantization_config=_build_quantization(asked.quantization_config),
        max_search_threads=threads,
    )


def build_vector_name(name: str, config: m.VectorNameConfig) -> edge.UpdateOperation:
    """The operation that makes a named vector."""
    if isinstance(config, m.DenseVectorNameConfig):
        dense = config.dense
        if dense.multivector_config is not None or dense.datatype is not None:
            raise refuse_unsupported("several vectors under one name, and other data types than float32")
        return edge.UpdateOperation.create_dense_vector(name, dense.size, _DISTANCES[dense.distance])
    return edge.UpdateOperation.create_sparse_vector(name, _build_modifier(config.sparse))


def _build_vector_params(params: m.VectorParams) -> edge.EdgeVectorParams:
    if params.multivector_config is not None or params.datatype is not None:
        raise refuse_unsupported("several vectors under one name, and other data types than float32")
    return edge.EdgeVectorParams(params.size, _DISTANCES[params.distance], on_disk=params.on_disk)


def _build_modifier(params: m.SparseVectorParams | m.SparseVectorConfig) -> edge.Modifier | None:
    return edge.Modifier.Idf if params.modifier == m.Modifier.IDF else None


def _build_quantization(asked: m.QuantizationConfig | None) -> Any:
    match asked:
        case None:
            return None
        case m.ScalarQuantization():
            scalar = asked.scalar
            return edge.ScalarQuantizationConfig(
                edge.ScalarType.Int8, quantile=scalar.quantile, always_ram=scalar.always_ram
            )
        case m.BinaryQuantization():
            return edge.BinaryQuantizationConfig(always_ram=asked.binary.always_ram)
        case _:
            raise refuse_unsupported(f"the quantisation {type(asked).__name__}")


def build_field_index(field: str, schema: m.PayloadFieldSchema) -> edge.UpdateOperation:
    """The operation that makes a payload index."""
    if isinstance(schema, m.KeywordIndexParams):
        params = edge.KeywordIndexParams(is_tenant=schema.is_tenant, on_disk=schema.on_disk)
        return edge.UpdateOperation.create_field_index(field, params)
    kind = _field_type(schema)
    if not isinstance(schema, m.PayloadSchemaType) or kind not in _FIELD_TYPES:
        raise refuse_unsupported(f"a payload index of {type(schema).__name__}")
    return edge.UpdateOperation.create_field_index(field, _FIELD_TYPES[kind])


def _field_type(schema: m.PayloadFieldSchema) -> m.PayloadSchemaType:
    return schema if isinstance(schema, m.PayloadSchemaType) else m.PayloadSchemaType(schema.type.value)


def describe_collection(record: CollectionRecord, info: edge.ShardInfo) -> m.CollectionInfo:
    """A collection as a server describes it. Replicas, shards and durations are those that its creator asked for."""
    asked = record.asked
    strict = asked.strict_mode_config
    params = m.CollectionParams(
        vectors={} if asked.vectors is None else asked.vectors,
        shard_number=asked.shard_number or 1,
        replication_factor=asked.replication_factor or 1,
        write_consistency_factor=asked.write_consistency_factor or 1,
        on_disk_payload=True if asked.on_disk_payload is None else asked.on_disk_payload,
        sparse_vectors=asked.sparse_vectors or None,
    )
    indexed = info.payload_schema
    return m.CollectionInfo(
        status=m.CollectionStatus.GREEN,
        optimizer_status=m.OptimizersStatusOneOf.OK,
        indexed_vectors_count=info.indexed_vectors_count,
        points_count=info.points_count,
        segments_count=info.segments_count,
        config=m.CollectionConfig(
            params=params,
            hnsw_config=_HNSW,
            optimizer_config=_OPTIMIZER,
            quantization_config=asked.quantization_config,
            strict_mode_config=strict and m.StrictModeConfigOutput.model_validate(strict.model_dump(exclude_none=True)),
            metadata=asked.metadata or None,
        ),
        payload_schema={
            field: m.PayloadIndexInfo(
                data_type=_field_type(schema),
                params=None if isinstance(schema, m.PayloadSchemaType) else schema,
                points=indexed[field].points if field in indexed else 0,
            )
            for field, schema in record.indexes.items()
        },
    )

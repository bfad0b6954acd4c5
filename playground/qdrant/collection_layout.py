"""Remember the layout that a caller asked for, and return it as a Qdrant server does.

The engine has no use for shards, replicas, quantisation or payload indexes and forgets them. They are kept beside the
collection's own metadata, under a key that no caller sees.
"""

from __future__ import annotations

from pydantic import BaseModel, Field
from qdrant_client import QdrantClient
from qdrant_client.http import models as m

_KEY = "qdrant stand-in"


class CollectionLayout(BaseModel):
    """The part of a collection's description that the engine does not keep."""

    shard_number: int | None = None
    replication_factor: int | None = None
    write_consistency_factor: int | None = None
    on_disk_payload: bool | None = None
    quantization_config: m.QuantizationConfig | None = None
    strict_mode_config: m.StrictModeConfigOutput | None = None
    vectors: dict[str, m.VectorParamsDiff] = Field(default_factory=dict)
    indexes: dict[str, m.PayloadIndexInfo] = Field(default_factory=dict)


def add_layout(body: m.CreateCollection) -> m.Payload:
    """Return the metadata of a new collection with its layout."""
    return {**(body.metadata or {}), **_kept(CollectionLayout.model_validate(body.model_dump(exclude={"vectors"})))}


def update_layout(engine: QdrantClient, collection: str, body: m.UpdateCollection) -> m.Payload:
    """Return the metadata of a collection after a change."""
    shape = _shape(engine.get_collection(collection))
    asked = {**body.model_dump(include={"quantization_config", "strict_mode_config"}), **_params(body.params)}
    shape = CollectionLayout.model_validate(
        {**shape.model_dump(), **{key: value for key, value in asked.items() if value}}
    )
    shape.vectors.update(body.vectors or {})
    return {**(body.metadata or {}), **_kept(shape)}


def add_indexed_field(engine: QdrantClient, collection: str, body: m.CreateFieldIndex) -> None:
    """Record that a field of the payload is indexed."""
    shape, schema = _shape(engine.get_collection(collection)), body.field_schema
    if schema is None:
        return
    params = None if isinstance(schema, m.PayloadSchemaType) else schema
    kind = schema if isinstance(schema, m.PayloadSchemaType) else m.PayloadSchemaType(schema.type.value)
    shape.indexes[body.field_name] = m.PayloadIndexInfo(data_type=kind, params=params, points=0)
    engine.update_collection(collection, metadata=_kept(shape))


def remove_indexed_field(engine: QdrantClient, collection: str, field: str) -> None:
    """Record that a field of the payload is no longer indexed."""
    shape = _shape(engine.get_collection(collection))
    shape.indexes.pop(field, None)
    engine.update_collection(collection, metadata=_kept(shape))


def list_indexed_fields(engine: QdrantClient, collection: str) -> list[str]:
    """List the fields of the payload that are indexed."""
    return [*_shape(engine.get_collection(collection)).indexes]


def describe_collection(info: m.CollectionInfo) -> m.CollectionInfo:
    """Describe a collection as a server does."""
    shape = _shape(info)
    params = info.config.params
    for name in ("shard_number", "replication_factor", "write_consistency_factor", "on_disk_payload"):
        setattr(params, name, getattr(shape, name) or getattr(params, name))
    if isinstance(params.vectors, dict):
        for name, diff in shape.vectors.items():
            params.vectors[name] = params.vectors[name].model_copy(update=diff.model_dump(exclude_none=True))
    info.config.quantization_config = shape.quantization_config
    info.config.strict_mode_config = shape.strict_mode_config
    info.config.metadata = {key: value for key, value in (info.config.metadata or {}).items() if key != _KEY} or None
    info.payload_schema = dict(shape.indexes)
    return info


def _params(diff: m.CollectionParamsDiff | None) -> m.Payload:
    return diff.model_dump(include=set(CollectionLayout.model_fields), exclude_none=True) if diff else {}


def _shape(info: m.CollectionInfo) -> CollectionLayout:
    return CollectionLayout.model_validate((info.config.metadata or {}).get(_KEY, {}))


def _kept(shape: CollectionLayout) -> m.Payload:
    layout = shape.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return {_KEY: layout} if layout else {}

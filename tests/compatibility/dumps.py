"""All that stands in a Qdrant as JSON, and back; and how two such texts differ. Knows nothing of what they mean."""

from __future__ import annotations

import json
import math
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

from qdrant_client import models as m

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

Json: TypeAlias = Any  # whatever JSON holds
_MOST = 10_000


def dumped(client: QdrantClient) -> Json:
    """Every collection with its points, and every alias."""
    names = sorted(one.name for one in client.get_collections().collections)
    aliases = {one.alias_name: one.collection_name for one in client.get_aliases().aliases}
    return {"aliases": aliases, "collections": {name: _collection(client, name) for name in names}}


def load(client: QdrantClient, dump: Json) -> None:
    """Put everything where it was; the client's Qdrant must be empty."""
    for name, collection in dump["collections"].items():
        client.create_collection(name, **_shape(collection["shape"]))
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local Qdrant")
            for field, index in collection["indexes"].items():
                info = m.PayloadIndexInfo.model_validate({**index, "points": 0})
                client.create_payload_index(name, field, info.params or m.PayloadSchemaType(info.data_type))
        if points := [m.PointStruct.model_validate(point) for point in collection["points"]]:
            client.upsert(name, points, wait=True)
    for alias, name in dump["aliases"].items():
        create = m.CreateAlias(collection_name=name, alias_name=alias)
        client.update_collection_aliases([m.CreateAliasOperation(create_alias=create)])


def as_text(value: Json, depth: int = 4) -> str:
    """JSON of which the outer levels, `depth` of them, have a line for each thing."""
    if depth and isinstance(value, dict) and value:
        inside = (f"{json.dumps(key)}: {as_text(one, depth - 1)}" for key, one in value.items())
        return "{\n" + ",\n".join(inside) + "\n}"
    if depth and isinstance(value, list) and value:
        return "[\n" + ",\n".join(as_text(one, depth - 1) for one in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def lacking(now: Json, then: Json, at: str = "") -> list[str]:
    """Where something that was told then is not told now; what is told besides is no matter."""
    if isinstance(then, dict) and isinstance(now, dict):
        gone = [f"{at}.{key} is gone" for key in then.keys() - now.keys()]
        return gone + [one for key in then.keys() & now.keys() for one in lacking(now[key], then[key], f"{at}.{key}")]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [one for n, pair in enumerate(zip(now, then, strict=True)) for one in lacking(*pair, f"{at}[{n}]")]
    if isinstance(then, float) and isinstance(now, float) and math.isclose(now, then, rel_tol=1e-12):
        return []  # Qdrant's engine keeps a number of 17 digits but for the last
    return [] if now == then else [f"{at} was {then!r} and is {now!r}"]


def _collection(client: QdrantClient, name: str) -> Json:
    info = client.get_collection(name)
    points, _ = client.scroll(name, limit=_MOST, with_payload=True, with_vectors=True)
    params = info.config.params
    shape = {
        "vectors_config": params.vectors or {},
        "sparse_vectors_config": params.sparse_vectors,
        "shard_number": params.shard_number,
        "replication_factor": params.replication_factor,
        "quantization_config": info.config.quantization_config,
        "strict_mode_config": info.config.strict_mode_config,
        "metadata": info.config.metadata,
    }
    return {
        "shape": {key: _plain(value) for key, value in shape.items() if value is not None},
        "indexes": {field: _plain(index) for field, index in sorted(info.payload_schema.items())},
        "points": [
            _plain(m.PointStruct(**_point(point)))
            for point in sorted(points, key=lambda one: str(one.id))
            if "index_version" not in (point.payload or {})  # which each version makes anew
        ],
    }


def _point(point: m.Record) -> dict[str, Any]:
    return {"id": point.id, "vector": point.vector or {}, "payload": point.payload}


def _shape(shape: Json) -> dict[str, Any]:
    given = m.CreateCollection.model_validate(
        {key.removesuffix("_config") if "vectors" in key else key: value for key, value in shape.items()}
    )
    return {
        "vectors_config": given.vectors or {},
        "sparse_vectors_config": given.sparse_vectors,
        "shard_number": given.shard_number,
        "replication_factor": given.replication_factor,
        "quantization_config": given.quantization_config,
        "strict_mode_config": given.strict_mode_config,
        "metadata": given.metadata,
    }


def _plain(value: object) -> Json:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value.model_dump(mode="json", exclude_none=True) if hasattr(value, "model_dump") else value

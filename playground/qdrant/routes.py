"""Run each REST route of Qdrant on the embedded engine.

Bodies are read by qdrant-client's own models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias, TypeVar

from pydantic import BaseModel, TypeAdapter
from qdrant_client import QdrantClient
from qdrant_client.http import models as m

from playground.qdrant import collection_layout
from playground.qdrant.facet_values import FacetValues

Body = TypeVar("Body", bound=BaseModel)
Selector: TypeAlias = list[m.ExtendedPointId] | m.Filter


class NotFound(Exception):
    """A collection or a point that the call needs does not exist."""


@dataclass(frozen=True, slots=True)
class QdrantCall:
    """One request: the names in its path, its raw body, the values for facets, and what its key may read."""

    names: Mapping[str, str]
    body: bytes
    values: FacetValues
    may_read: Callable[[str], bool] = lambda _: True

    @property
    def collection(self) -> str:
        """The name of the collection, or an alias of it."""
        return self.names["collection"]

    def parse_body(self, shape: type[Body]) -> Body:
        """Parse the body as a model of qdrant-client; ValidationError if it is none."""
        return shape.model_validate_json(self.body)


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, what it does, and whether it answers with the state of an update."""

    method: str
    path: str
    answer: Callable[[QdrantClient, QdrantCall], object]
    updates: bool = False


def answer_call(route: Route, engine: QdrantClient, call: QdrantCall) -> object:
    """Run `call` on the engine; the collection of the route must exist."""
    if route.answer not in _WITHOUT_COLLECTION and not engine.collection_exists(call.collection):
        raise NotFound(f"Collection `{call.collection}` doesn't exist!")
    if route.updates:
        call.values.load_collection(engine, call.collection)
    return route.answer(engine, call)


def set_update_status(result: object, status: m.UpdateStatus) -> object:
    """Return the answer of one or several updates with another status."""
    if isinstance(result, list):
        return [set_update_status(one, status) for one in result]
    return m.UpdateResult(operation_id=0, status=status)


@cache
def _insertion() -> TypeAdapter[m.PointInsertOperations]:
    return TypeAdapter(m.PointInsertOperations)


@cache
def _selection() -> TypeAdapter[m.PointsSelector]:
    return TypeAdapter(m.PointsSelector)


@cache
def _vector_name() -> TypeAdapter[m.VectorNameConfig]:
    return TypeAdapter(m.VectorNameConfig)


def _chosen(body: m.SetPayload | m.DeletePayload | m.DeleteVectors) -> Selector:
    if body.points is not None:
        return body.points
    if body.filter is not None:
        return body.filter
    raise ValueError("Wrong input: No filter or points provided")


# Collections


def _collections(engine: QdrantClient, call: QdrantCall) -> m.CollectionsResponse:
    listed = engine.get_collections().collections
    return m.CollectionsResponse(collections=[one for one in listed if call.may_read(one.name)])


def _collection(engine: QdrantClient, call: QdrantCall) -> m.CollectionInfo:
    return collection_layout.describe_collection(engine.get_collection(call.collection))


def _exists(engine: QdrantClient, call: QdrantCall) -> m.CollectionExistence:
    return m.CollectionExistence(exists=engine.collection_exists(call.collection))


def _create(engine: QdrantClient, call: QdrantCall) -> bool:
    body = call.parse_body(m.CreateCollection)
    return engine.create_collection(
        call.collection,
        vectors_config=body.vectors,
        sparse_vectors_config=body.sparse_vectors,
        metadata=collection_layout.add_layout(body) or None,
    )


def _change(engine: QdrantClient, call: QdrantCall) -> bool:
    body = call.parse_body(m.UpdateCollection)
    engine.update_collection(
        call.collection,
        vectors_config=body.vectors,
        sparse_vectors_config=body.sparse_vectors,
        metadata=collection_layout.update_layout(engine, call.collection, body) or None,
    )
    return True


def _drop(engine: QdrantClient, call: QdrantCall) -> bool:
    call.values.forget_collection(call.collection)
    return engine.delete_collection(call.collection)


def _aliases(engine: QdrantClient, _: QdrantCall) -> m.CollectionsAliasesResponse:
    return engine.get_aliases()


def _aliases_of(engine: QdrantClient, call: QdrantCall) -> m.CollectionsAliasesResponse:
    return engine.get_collection_aliases(call.collection)


def _change_aliases(engine: QdrantClient, call: QdrantCall) -> bool:
    return engine.update_collection_aliases(call.parse_body(m.ChangeAliasesOperation).actions)


def _create_index(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    body = call.parse_body(m.CreateFieldIndex)
    collection_layout.add_indexed_field(engine, call.collection, body)
    call.values.add_field(engine, call.collection, body.field_name)
    return engine.create_payload_index(call.collection, body.field_name, body.field_schema)


def _delete_index(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    collection_layout.remove_indexed_field(engine, call.collection, call.names["field"])
    call.values.forget_field(engine, call.collection, call.names["field"])
    return engine.delete_payload_index(call.collection, call.names["field"])


def _create_vector(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    config = _vector_name().validate_json(call.body)
    return engine.create_vector_name(call.collection, call.names["vector"], config)


def _delete_vector(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    return engine.delete_vector_name(call.collection, call.names["vector"])


# Points, written


def _upsert(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    body = _insertion().validate_json(call.body)
    result = engine.upsert(
        call.collection,
        body.points if isinstance(body, m.PointsList) else body.batch,
        update_filter=body.update_filter,
        update_mode=body.update_mode,
    )
    call.values.record_write(engine, call.collection, body)
    return result


def _delete_points(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    return engine.delete(call.collection, _selection().validate_json(call.body))


def _update_vectors(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    body = call.parse_body(m.UpdateVectors)
    return engine.update_vectors(call.collection, body.points, update_filter=body.update_filter)


def _delete_vectors(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    body = call.parse_body(m.DeleteVectors)
    return engine.delete_vectors(call.collection, body.vector, _chosen(body))


def _set_payload(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    body = call.parse_body(m.SetPayload)
    result = engine.set_payload(call.collection, body.payload, _chosen(body), key=body.key)
    call.values.record_write(engine, call.collection, body)
    return result


def _overwrite_payload(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    body = call.parse_body(m.SetPayload)
    result = engine.overwrite_payload(call.collection, body.payload, _chosen(body))
    call.values.record_write(engine, call.collection, body)
    return result


def _delete_payload(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    body = call.parse_body(m.DeletePayload)
    return engine.delete_payload(call.collection, body.keys, _chosen(body))


def _clear_payload(engine: QdrantClient, call: QdrantCall) -> m.UpdateResult:
    return engine.clear_payload(call.collection, _selection().validate_json(call.body))


def _batch(engine: QdrantClient, call: QdrantCall) -> list[m.UpdateResult]:
    body = call.parse_body(m.UpdateOperations)
    results = engine.batch_update_points(call.collection, body.operations)
    call.values.record_write(engine, call.collection, body)
    return results


# Points, read


def _retrieve(engine: QdrantClient, call: QdrantCall) -> list[m.Record]:
    body = call.parse_body(m.PointRequest)
    return engine.retrieve(
        call.collection,
        body.ids,
        with_payload=True if body.with_payload is None else body.with_payload,
        with_vectors=body.with_vector or False,
    )


def _point(engine: QdrantClient, call: QdrantCall) -> m.Record:
    text = call.names["point"]
    point = int(text) if text.isdecimal() else text
    for record in engine.retrieve(call.collection, [point], with_payload=True, with_vectors=True):
        return record
    raise NotFound(f"Point with id {point} does not exists!")


def _scroll(engine: QdrantClient, call: QdrantCall) -> m.ScrollResult:
    body = call.parse_body(m.ScrollRequest)
    points, offset = engine.scroll(
        call.collection,
        scroll_filter=body.filter,
        limit=10 if body.limit is None else body.limit,
        order_by=body.order_by,
        offset=body.offset,
        with_payload=True if body.with_payload is None else body.with_payload,
        with_vectors=body.with_vector or False,
    )
    return m.ScrollResult(points=points, next_page_offset=offset)


def _count(engine: QdrantClient, call: QdrantCall) -> m.CountResult:
    return engine.count(call.collection, count_filter=call.parse_body(m.CountRequest).filter, exact=True)


def _facet(engine: QdrantClient, call: QdrantCall) -> m.FacetResponse:
    body = call.parse_body(m.FacetRequest)
    limit = 10 if body.limit is None else body.limit
    facets = engine.facet(call.collection, body.key, facet_filter=body.filter, limit=limit, exact=True)
    gone = (
        call.values.list_absent_values(engine, call.collection, body.key) if body.exact and body.filter is None else []
    )
    return m.FacetResponse(hits=[*facets.hits, *gone][:limit])


def _query(engine: QdrantClient, call: QdrantCall) -> m.QueryResponse:
    return _queried(engine, call.collection, call.parse_body(m.QueryRequest))


def _query_batch(engine: QdrantClient, call: QdrantCall) -> list[m.QueryResponse]:
    searches = call.parse_body(m.QueryRequestBatch).searches
    return [_queried(engine, call.collection, search) for search in searches]


def _queried(engine: QdrantClient, collection: str, body: m.QueryRequest) -> m.QueryResponse:
    return engine.query_points(
        collection,
        query=body.query,
        using=body.using,
        prefetch=body.prefetch,
        query_filter=body.filter,
        search_params=body.params,
        limit=10 if body.limit is None else body.limit,
        offset=body.offset,
        with_payload=body.with_payload or False,
        with_vectors=body.with_vector or False,
        score_threshold=body.score_threshold,
        lookup_from=body.lookup_from,
    )


def _groups(engine: QdrantClient, call: QdrantCall) -> m.GroupsResult:
    body = call.parse_body(m.QueryGroupsRequest)
    return engine.query_points_groups(
        call.collection,
        group_by=body.group_by,
        query=body.query,
        using=body.using,
        prefetch=body.prefetch,
        query_filter=body.filter,
        search_params=body.params,
        limit=10 if body.limit is None else body.limit,
        group_size=3 if body.group_size is None else body.group_size,
        with_payload=body.with_payload or False,
        with_vectors=body.with_vector or False,
        score_threshold=body.score_threshold,
        with_lookup=body.with_lookup,
        lookup_from=body.lookup_from,
    )


_WITHOUT_COLLECTION = (_collections, _exists, _create, _drop, _aliases, _change_aliases)

_ONE = "/collections/{collection}"
_POINTS = _ONE + "/points"

# aiohttp takes the first that matches: fixed paths stand before those with a name in the same place.
ROUTES = (
    Route("GET", "/aliases", _aliases),
    Route("POST", "/collections/aliases", _change_aliases),
    Route("GET", "/collections", _collections),
    Route("GET", _ONE, _collection),
    Route("PUT", _ONE, _create),
    Route("PATCH", _ONE, _change),
    Route("DELETE", _ONE, _drop),
    Route("GET", _ONE + "/exists", _exists),
    Route("GET", _ONE + "/aliases", _aliases_of),
    Route("PUT", _ONE + "/index", _create_index, updates=True),
    Route("DELETE", _ONE + "/index/{field}", _delete_index, updates=True),
    Route("PUT", _ONE + "/vectors/{vector}", _create_vector, updates=True),
    Route("DELETE", _ONE + "/vectors/{vector}", _delete_vector, updates=True),
    Route("POST", _ONE + "/facet", _facet),
    Route("PUT", _POINTS, _upsert, updates=True),
    Route("POST", _POINTS, _retrieve),
    Route("POST", _POINTS + "/delete", _delete_points, updates=True),
    Route("PUT", _POINTS + "/vectors", _update_vectors, updates=True),
    Route("POST", _POINTS + "/vectors/delete", _delete_vectors, updates=True),
    Route("POST", _POINTS + "/payload", _set_payload, updates=True),
    Route("PUT", _POINTS + "/payload", _overwrite_payload, updates=True),
    Route("POST", _POINTS + "/payload/delete", _delete_payload, updates=True),
    Route("POST", _POINTS + "/payload/clear", _clear_payload, updates=True),
    Route("POST", _POINTS + "/batch", _batch, updates=True),
    Route("POST", _POINTS + "/scroll", _scroll),
    Route("POST", _POINTS + "/count", _count),
    Route("POST", _POINTS + "/query", _query),
    Route("POST", _POINTS + "/query/batch", _query_batch),
    Route("POST", _POINTS + "/query/groups", _groups),
    Route("GET", _POINTS + "/{point}", _point),
)

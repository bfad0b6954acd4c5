"""Answer each REST route of Qdrant from the engine. Bodies are read by qdrant-client's own models."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, unquote

import qdrant_edge as edge
from pydantic import TypeAdapter, ValidationError
from qdrant_client.http import models as m

from qdrant_engine import layout, queries, updates
from qdrant_engine.calls import Answer, Call, format_validation_error, refusal_answer, success_answer
from qdrant_engine.filters import build_optional_filter, check_fields_indexed
from qdrant_engine.refusals import Refusal, refuse_input, translate_engine_errors

if TYPE_CHECKING:
    from qdrant_engine.collection import Collection
    from qdrant_engine.engine import Engine

Chosen = TypeVar("Chosen", m.DeleteVectors, m.SetPayload, m.DeletePayload)


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path, what it does, and whether it answers with the state of an update."""

    method: str
    path: str
    answer: Callable[[Engine, Call], object]
    updates: bool = False

    def match(self, method: str, parts: list[str]) -> dict[str, str] | None:
        """The names in a path of this route; None for a path of another one."""
        pattern = self.path.split("/")
        if method != self.method or len(pattern) != len(parts):
            return None
        names = {}
        for expected, part in zip(pattern, parts, strict=True):
            if expected.startswith("{"):
                names[expected[1:-1]] = unquote(part)
            elif expected != part:
                return None
        return names


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path, and the names in it; a refusal if there is none."""
    parts = path.partition("?")[0].split("/")
    for route in ROUTES:
        if (names := route.match(method, parts)) is not None:
            return route, names
    raise Refusal(404, f"Not found: {method} {path.partition('?')[0]}")


def answer_call(engine: Engine, call: Call) -> Answer:
    """Carry out a call. Whatever is wrong with it becomes a status and a sentence, as with a server."""
    started = time.perf_counter()
    try:
        route, names = find_route(call.method, call.path)
        asked = parse_qs(call.path.partition("?")[2])
        with engine.hold_open(), translate_engine_errors():
            result = route.answer(engine, Call(call.method, call.path, call.body, call.may_read, names))
    except Refusal as refusal:
        return refusal_answer(refusal.status, refusal.sentence)
    except ValidationError as error:
        return refusal_answer(400, format_validation_error(error))
    if route.updates:
        waits = asked.get("wait") == ["true"]
        result = _updated(result, m.UpdateStatus.COMPLETED if waits else m.UpdateStatus.ACKNOWLEDGED)
    return success_answer(result, time.perf_counter() - started)


def _updated(result: object, status: m.UpdateStatus) -> object:
    if isinstance(result, list):
        return [_updated(one, status) for one in result]
    return m.UpdateResult(operation_id=0, status=status)


# Collections


def _list_collections(engine: Engine, call: Call) -> m.CollectionsResponse:
    readable = [name for name in engine.list_names() if call.may_read(name)]
    return m.CollectionsResponse(collections=[m.CollectionDescription(name=name) for name in readable])


def _get_collection(engine: Engine, call: Call) -> m.CollectionInfo:
    collection = _collection(engine, call)
    return layout.describe_collection(collection.record, collection.shard.info())


def _exists(engine: Engine, call: Call) -> m.CollectionExistence:
    return m.CollectionExistence(exists=engine.has_collection(call.names["collection"]))


def _create(engine: Engine, call: Call) -> bool:
    engine.create_collection(call.names["collection"], call.parse_body(m.CreateCollection))
    return True


def _change(engine: Engine, call: Call) -> bool:
    body = call.parse_body(m.UpdateCollection)
    engine.change_record(_collection(engine, call), lambda record: record.change(body))
    return True


def _drop(engine: Engine, call: Call) -> bool:
    return engine.delete_collection(call.names["collection"])


def _list_aliases(engine: Engine, call: Call) -> m.CollectionsAliasesResponse:
    of = call.names.get("collection")
    return m.CollectionsAliasesResponse(
        aliases=[
            m.AliasDescription(alias_name=alias, collection_name=name)
            for alias, name in engine.list_aliases()
            if of is None or of == name
        ]
    )


def _change_aliases(engine: Engine, call: Call) -> bool:
    engine.change_aliases(call.parse_body(m.ChangeAliasesOperation).actions)
    return True


def _create_index(engine: Engine, call: Call) -> None:
    body, collection = call.parse_body(m.CreateFieldIndex), _collection(engine, call)
    if body.field_schema is None:
        raise refuse_input("a payload index needs field_schema")
    collection.update([layout.build_field_index(body.field_name, body.field_schema)])
    index = {body.field_name: body.field_schema}
    engine.change_record(collection, lambda record: record.indexes.update(index))


def _delete_index(engine: Engine, call: Call) -> None:
    collection, name = _collection(engine, call), call.names["field"]
    collection.update([edge.UpdateOperation.delete_field_index(name)])
    engine.change_record(collection, lambda record: record.remove_index(name))


@cache
def _vector_name() -> TypeAdapter[m.VectorNameConfig]:
    return TypeAdapter(m.VectorNameConfig)


def _create_vector(engine: Engine, call: Call) -> None:
    collection, name = _collection(engine, call), call.names["vector"]
    config = _vector_name().validate_json(call.body)
    collection.update([layout.build_vector_name(name, config)])
    engine.change_record(collection, lambda record: record.add_vector(name, config))


def _delete_vector(engine: Engine, call: Call) -> None:
    collection, name = _collection(engine, call), call.names["vector"]
    collection.update([edge.UpdateOperation.delete_vector_name(name)])
    engine.change_record(collection, lambda record: record.remove_vector(name))


# Points, written


def _write(engine: Engine, call: Call, operation: edge.UpdateOperation, *filters: m.Filter | None) -> None:
    collection = _collection(engine, call)
    _check_write(collection, filters)
    collection.update([operation])


def _upsert(engine: Engine, call: Call) -> None:
    body = updates.insertion().validate_json(call.body)
    if isinstance(body, m.PointsList) and not body.points:
        raise Refusal(400, "Bad request: Empty update request")
    operation = updates.upsert(body, _collection(engine, call).record.vector_names)
    _write(engine, call, operation, body.update_filter)


def _delete_points(engine: Engine, call: Call) -> None:
    body = updates.selection().validate_json(call.body)
    _write(engine, call, updates.delete_points(body), getattr(body, "filter", None))


def _clear_payload(engine: Engine, call: Call) -> None:
    body = updates.selection().validate_json(call.body)
    _write(engine, call, updates.clear_payload(body), getattr(body, "filter", None))


def _update_vectors(engine: Engine, call: Call) -> None:
    body = call.parse_body(m.UpdateVectors)
    operation = updates.update_vectors(body, _collection(engine, call).record.vector_names)
    _write(engine, call, operation, body.update_filter)


def _write_where(
    shape: type[Chosen], build: Callable[[Chosen], edge.UpdateOperation]
) -> Callable[[Engine, Call], None]:
    """The answer to a write whose body names its points by id or by a filter."""

    def answer(engine: Engine, call: Call) -> None:
        body = call.parse_body(shape)
        _write(engine, call, build(body), body.filter)

    return answer


def _batch(engine: Engine, call: Call) -> list[None]:
    collection = _collection(engine, call)
    names = collection.record.vector_names
    built = [updates.build_operation(one, names) for one in call.parse_body(m.UpdateOperations).operations]
    for _, filters in built:
        _check_write(collection, filters)
    collection.update(operation for operation, _ in built)
    return [None] * len(built)


# Points, read


def _retrieve(engine: Engine, call: Call) -> list[dict[str, Any]]:
    body = call.parse_body(m.PointRequest)
    return _records(
        _collection(engine, call), body.ids, True if body.with_payload is None else body.with_payload, body.with_vector
    )


def _point(engine: Engine, call: Call) -> dict[str, Any]:
    text = call.names["point"]
    point = int(text) if text.isdecimal() else text
    for record in _records(_collection(engine, call), [point], True, True):
        return record
    raise Refusal(404, f"Not found: Point with id {point} does not exists!")


def _records(
    collection: Collection, ids: Iterable[Any], payload: m.WithPayloadInterface, vector: bool | list[str] | None
) -> list[dict[str, Any]]:
    points = collection.shard.retrieve(
        [one if isinstance(one, int) else str(one) for one in ids],
        with_payload=queries.build_payload_selection(payload),
        with_vector=queries.build_vector_selection(vector or False),
    )
    return [queries.record_from_point(point) for point in points]


def _scroll(engine: Engine, call: Call) -> dict[str, Any]:
    body, collection = call.parse_body(m.ScrollRequest), _collection(engine, call)
    if body.limit == 0:
        raise Refusal(422, "Validation error in JSON body: [limit: value 0 invalid, must be 1 or larger]")
    _check_read(collection, [body.filter])
    offset = body.offset
    points, following = collection.shard.scroll(
        edge.ScrollRequest(
            offset=offset if isinstance(offset, int | None) else str(offset),
            limit=queries.LIMIT if body.limit is None else body.limit,
            filter=build_optional_filter(body.filter),
            with_payload=queries.build_payload_selection(True if body.with_payload is None else body.with_payload),
            with_vector=queries.build_vector_selection(body.with_vector or False),
            order_by=None if body.order_by is None else queries.build_order(body.order_by),
        )
    )
    records = [{**queries.record_from_point(point), "order_value": point.order_value} for point in points]
    return {"points": records, "next_page_offset": following if isinstance(following, int | None) else str(following)}


def _count(engine: Engine, call: Call) -> m.CountResult:
    body, collection = call.parse_body(m.CountRequest), _collection(engine, call)
    _check_read(collection, [body.filter])
    return m.CountResult(
        count=collection.shard.count(edge.CountRequest(exact=True, filter=build_optional_filter(body.filter)))
    )


def _facet(engine: Engine, call: Call) -> m.FacetResponse:
    body, collection = call.parse_body(m.FacetRequest), _collection(engine, call)
    _check_read(collection, [body.filter])
    limit = queries.LIMIT if body.limit is None else body.limit
    found = collection.shard.facet(
        edge.FacetRequest(body.key, limit, body.exact or False, build_optional_filter(body.filter))
    )
    return m.FacetResponse(hits=[m.FacetValueHit(value=hit.value, count=hit.count) for hit in found.hits])


def _query(engine: Engine, call: Call) -> dict[str, Any]:
    return _queried(_collection(engine, call), [call.parse_body(m.QueryRequest)])[0]


def _query_batch(engine: Engine, call: Call) -> list[dict[str, Any]]:
    return _queried(_collection(engine, call), call.parse_body(m.QueryRequestBatch).searches)


def _queried(collection: Collection, asked: list[m.QueryRequest]) -> list[dict[str, Any]]:
    def fetch_vector(point: int | str, name: str) -> Any:
        found = collection.shard.retrieve([point], with_payload=False, with_vector=[name] if name else True)
        vector = found[0].vector if found else None
        return queries.check_point_found(vector.get(name) if isinstance(vector, dict) else vector, point, name)

    for one in asked:
        _check_read(collection, queries.list_filters(one))
    requests = [queries.build_request(one, fetch_vector) for one in asked]
    answers = collection.shard.query_batch(edge.QueryBatchRequest(requests))
    return [{"points": [queries.hit_from_point(point) for point in points]} for points in answers]


def _collection(engine: Engine, call: Call) -> Collection:
    return engine.get_collection(call.names["collection"])


def _check_read(collection: Collection, filters: Iterable[m.Filter | None]) -> None:
    _check_filters(collection, filters, is_strict=collection.record.refuses_unindexed_reads)


def _check_write(collection: Collection, filters: Iterable[m.Filter | None]) -> None:
    _check_filters(collection, filters, is_strict=collection.record.refuses_unindexed_writes)


def _check_filters(collection: Collection, filters: Iterable[m.Filter | None], *, is_strict: bool) -> None:
    for one in filters if is_strict else ():
        check_fields_indexed(one, collection.record.indexes)


_ONE = "/collections/{collection}"
_POINTS = _ONE + "/points"

# The first that matches answers: fixed paths stand before those with a name in the same place.
ROUTES: tuple[Route, ...] = (
    Route("GET", "/aliases", _list_aliases),
    Route("POST", "/collections/aliases", _change_aliases),
    Route("GET", "/collections", _list_collections),
    Route("GET", _ONE, _get_collection),
    Route("PUT", _ONE, _create),
    Route("PATCH", _ONE, _change),
    Route("DELETE", _ONE, _drop),
    Route("GET", _ONE + "/exists", _exists),
    Route("GET", _ONE + "/aliases", _list_aliases),
    Route("PUT", _ONE + "/index", _create_index, updates=True),
    Route("DELETE", _ONE + "/index/{field}", _delete_index, updates=True),
    Route("PUT", _ONE + "/vectors/{vector}", _create_vector, updates=True),
    Route("DELETE", _ONE + "/vectors/{vector}", _delete_vector, updates=True),
    Route("POST", _ONE + "/facet", _facet),
    Route("PUT", _POINTS, _upsert, updates=True),
    Route("POST", _POINTS, _retrieve),
    Route("POST", _POINTS + "/delete", _delete_points, updates=True),
    Route("PUT", _POINTS + "/vectors", _update_vectors, updates=True),
    Route("POST", _POINTS + "/vectors/delete", _write_where(m.DeleteVectors, updates.delete_vectors), updates=True),
    Route("POST", _POINTS + "/payload", _write_where(m.SetPayload, updates.set_payload), updates=True),
    Route("PUT", _POINTS + "/payload", _write_where(m.SetPayload, updates.overwrite_payload), updates=True),
    Route("POST", _POINTS + "/payload/delete", _write_where(m.DeletePayload, updates.delete_payload), updates=True),
    Route("POST", _POINTS + "/payload/clear", _clear_payload, updates=True),
    Route("POST", _POINTS + "/batch", _batch, updates=True),
    Route("POST", _POINTS + "/scroll", _scroll),
    Route("POST", _POINTS + "/count", _count),
    Route("POST", _POINTS + "/query", _query),
    Route("POST", _POINTS + "/query/batch", _query_batch),
    Route("GET", _POINTS + "/{point}", _point),
)

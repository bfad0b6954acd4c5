"""Translate writes of the REST API into operations of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import qdrant_edge as edge
from pydantic import TypeAdapter
from qdrant_client.http import models as m

from qdrant_engine.filters import build_filter, build_optional_filter
from qdrant_engine.queries import build_vector
from qdrant_engine.refusals import refuse_input, refuse_unsupported

_MODES = {
    m.UpdateMode.UPSERT: edge.UpdateMode.Upsert,
    m.UpdateMode.INSERT_ONLY: edge.UpdateMode.InsertOnly,
    m.UpdateMode.UPDATE_ONLY: edge.UpdateMode.UpdateOnly,
}


@cache
def insertion() -> TypeAdapter[m.PointInsertOperations]:
    """Reads the body of an upsert."""
    return TypeAdapter(m.PointInsertOperations)


@cache
def selection() -> TypeAdapter[m.PointsSelector]:
    """Reads the body that selects points, by id or by filter."""
    return TypeAdapter(m.PointsSelector)


def upsert(asked: m.PointInsertOperations, names: frozenset[str]) -> edge.UpdateOperation:
    """The operation of an upsert, with its condition and mode. `names` are those of the collection's vectors."""
    points = asked.points if isinstance(asked, m.PointsList) else _points_from_batch(asked.batch)
    mode = asked.update_mode
    return edge.UpdateOperation.upsert_points(
        [edge.Point(_id(point.id), _build_vectors(point.vector, names), point.payload or {}) for point in points],
        condition=build_optional_filter(asked.update_filter),
        update_mode=None if mode is None else _MODES[mode],
    )


def _points_from_batch(batch: m.Batch) -> Iterator[m.PointStruct]:
    columns = batch.vectors
    for at, point in enumerate(batch.ids):
        match columns:
            case dict():
                vector: Any = {name: column[at] for name, column in columns.items()}
            case list():
                vector = columns[at]
            case _:
                raise refuse_unsupported(f"{type(columns).__name__} in place of vectors")
        yield m.PointStruct(id=point, vector=vector, payload=batch.payloads[at] if batch.payloads else None)


def delete_points(asked: m.PointsSelector) -> edge.UpdateOperation:
    """The operation that deletes points."""
    match asked:
        case m.PointIdsList():
            return edge.UpdateOperation.delete_points([_id(one) for one in asked.points])
        case _:
            return edge.UpdateOperation.delete_points_by_filter(build_filter(asked.filter))


def clear_payload(asked: m.PointsSelector) -> edge.UpdateOperation:
    """The operation that empties payloads."""
    match asked:
        case m.PointIdsList():
            return edge.UpdateOperation.clear_payload([_id(one) for one in asked.points])
        case _:
            return edge.UpdateOperation.clear_payload_by_filter(build_filter(asked.filter))


def update_vectors(asked: m.UpdateVectors, names: frozenset[str]) -> edge.UpdateOperation:
    """The operation that gives points other vectors. `names` are those of the collection's vectors."""
    points = [edge.PointVectors(_id(one.id), _build_vectors(one.vector, names)) for one in asked.points]
    return edge.UpdateOperation.update_vectors(points, condition=build_optional_filter(asked.update_filter))


def delete_vectors(asked: m.DeleteVectors) -> edge.UpdateOperation:
    """The operation that takes vectors from points."""
    names = [*asked.vector]
    if asked.points is not None:
        return edge.UpdateOperation.delete_vectors([_id(one) for one in asked.points], names)
    return edge.UpdateOperation.delete_vectors_by_filter(_chosen_filter(asked.filter), names)


def set_payload(asked: m.SetPayload) -> edge.UpdateOperation:
    """The operation that sets fields of payloads, at `key` if there is one."""
    if asked.points is not None:
        return edge.UpdateOperation.set_payload([_id(one) for one in asked.points], asked.payload, asked.key)
    return edge.UpdateOperation.set_payload_by_filter(_chosen_filter(asked.filter), asked.payload, asked.key)


def overwrite_payload(asked: m.SetPayload) -> edge.UpdateOperation:
    """The operation that puts another payload in place of the old one."""
    if asked.points is not None:
        return edge.UpdateOperation.overwrite_payload([_id(one) for one in asked.points], asked.payload, asked.key)
    return edge.UpdateOperation.overwrite_payload_by_filter(_chosen_filter(asked.filter), asked.payload, asked.key)


def delete_payload(asked: m.DeletePayload) -> edge.UpdateOperation:
    """The operation that deletes fields of payloads."""
    if asked.points is not None:
        return edge.UpdateOperation.delete_payload([_id(one) for one in asked.points], asked.keys)
    return edge.UpdateOperation.delete_payload_by_filter(_chosen_filter(asked.filter), asked.keys)


def build_operation(
    asked: m.UpdateOperation, names: frozenset[str]
) -> tuple[edge.UpdateOperation, list[m.Filter | None]]:
    """One operation of a batch, and the filters in it. `names` are those of the collection's vectors."""
    match asked:
        case m.UpsertOperation():
            return upsert(asked.upsert, names), [asked.upsert.update_filter]
        case m.DeleteOperation():
            return delete_points(asked.delete), [getattr(asked.delete, "filter", None)]
        case m.SetPayloadOperation():
            return set_payload(asked.set_payload), [asked.set_payload.filter]
        case m.OverwritePayloadOperation():
            return overwrite_payload(asked.overwrite_payload), [asked.overwrite_payload.filter]
        case m.DeletePayloadOperation():
            return delete_payload(asked.delete_payload), [asked.delete_payload.filter]
        case m.ClearPayloadOperation():
            return clear_payload(asked.clear_payload), [getattr(asked.clear_payload, "filter", None)]
        case m.UpdateVectorsOperation():
            return update_vectors(asked.update_vectors, names), [asked.update_vectors.update_filter]
        case m.DeleteVectorsOperation():
            return delete_vectors(asked.delete_vectors), [asked.delete_vectors.filter]
        case _:
            raise refuse_unsupported(f"the operation {type(asked).__name__}")


def _chosen_filter(asked: m.Filter | None) -> edge.Filter:
    if asked is None:
        raise refuse_input("No filter or points provided")
    return build_filter(asked)


def _build_vectors(asked: Any, names: frozenset[str]) -> Any:
    """The engine would first write a point without the vector whose name it does not know, and then refuse it."""
    for name in asked if isinstance(asked, dict) else [""]:
        if name not in names:
            raise refuse_input(f"Not existing vector name error: {name}")
    if isinstance(asked, dict):
        return {name: build_vector(one) for name, one in asked.items()}
    return build_vector(asked)


def _id(point: m.ExtendedPointId) -> edge.PointId:
    return str(point) if isinstance(point, UUID) else point

"""Translate queries of the REST API into those of the engine, and what it returns into records of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, get_args
from uuid import UUID

import qdrant_edge as edge
from qdrant_client.http import models as m

from qdrant_engine.filters import as_list, build_condition, build_optional_filter
from qdrant_engine.refusals import Refusal, refuse_input, refuse_unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from qdrant_edge import ScoringQueryType, WithPayloadType

    FetchVector: TypeAlias = Callable[[int | str, str], Any]

LIMIT = 10  # of a query that names none, as in the API
_CONDITIONS = get_args(m.Condition)


def build_request(asked: m.QueryRequest, fetch_vector: FetchVector) -> edge.QueryRequest:
    """Translate one query. `fetch_vector` gives the vector of a point that a query names by its id."""
    if asked.lookup_from is not None:
        raise refuse_unsupported("lookup_from")
    prefetches = [_build_prefetch(one, fetch_vector) for one in as_list(asked.prefetch)]
    query = _build_query(asked.query, asked.using, fetch_vector)
    if prefetches and query is None:
        raise refuse_input("A query is needed to merge the prefetches")
    return edge.QueryRequest(
        limit=LIMIT if asked.limit is None else asked.limit,
        offset=asked.offset,
        query=query,  # type: ignore[arg-type] # the stubs forget that a fusion is a query
        prefetches=prefetches,
        with_vector=build_vector_selection(asked.with_vector or False),
        with_payload=build_payload_selection(asked.with_payload or False),
        filter=build_optional_filter(_leave_out_point(asked.filter, asked.query)),
        score_threshold=asked.score_threshold,
        params=_build_params(asked.params),
    )


def list_filters(asked: m.QueryRequest | m.Prefetch) -> list[m.Filter]:
    """Every filter of a query and of what it prefetches."""
    inside = [one for prefetch in as_list(asked.prefetch) for one in list_filters(prefetch)]
    return [*inside, *([asked.filter] if asked.filter else [])]


def _build_prefetch(asked: m.Prefetch, fetch_vector: FetchVector) -> edge.Prefetch:
    if asked.lookup_from is not None:
        raise refuse_unsupported("lookup_from")
    return edge.Prefetch(
        limit=LIMIT if asked.limit is None else asked.limit,
        query=_build_query(asked.query, asked.using, fetch_vector),  # type: ignore[arg-type] # as above
        prefetches=[_build_prefetch(one, fetch_vector) for one in as_list(asked.prefetch)],
        params=_build_params(asked.params),
        filter=build_optional_filter(_leave_out_point(asked.filter, asked.query)),
        score_threshold=asked.score_threshold,
    )


def _build_query(
    asked: m.QueryInterface | None, using: str | None, fetch_vector: FetchVector
) -> ScoringQueryType | edge.Fusion.Rrf | edge.Fusion.Dbsf | None:
    match asked:
        case None:
            return None
        case m.NearestQuery() if asked.mmr is None:
            return _build_nearest(asked.nearest, using, fetch_vector)
        case m.OrderByQuery():
            return build_order(asked.order_by)
        case m.FusionQuery():
            return edge.Fusion.Rrf(k=2) if asked.fusion == m.Fusion.RRF else edge.Fusion.Dbsf()
        case m.RrfQuery():
            k = asked.rrf.k
            return edge.Fusion.Rrf(k=2 if k is None else k, weights=asked.rrf.weights)
        case m.FormulaQuery():
            return edge.Formula(_build_expression(asked.formula), dict(asked.defaults or {}))
        case m.SampleQuery():
            return edge.Sample.Random
        case m.SparseVector() | list() | int() | str() | UUID():
            return _build_nearest(asked, using, fetch_vector)
        case _:
            raise refuse_unsupported(f"the query {type(asked).__name__}")


def _build_nearest(asked: Any, using: str | None, fetch_vector: FetchVector) -> edge.Query:
    if isinstance(asked, UUID):
        asked = str(asked)
    vector = fetch_vector(asked, using or "") if isinstance(asked, int | str) else build_vector(asked)
    return edge.Query.Nearest(vector, using=using)


def _leave_out_point(asked: m.Filter | None, query: m.QueryInterface | None) -> m.Filter | None:
    """A point that is asked for by its id is not its own neighbour."""
    point = query.nearest if isinstance(query, m.NearestQuery) else query
    if not isinstance(point, int | str | UUID):
        return asked
    return m.Filter(must=[asked] if asked else None, must_not=[m.HasIdCondition(has_id=[point])])


def build_vector(asked: Any) -> Any:
    """Translate one vector: dense, sparse or several."""
    match asked:
        case m.SparseVector():
            return _build_sparse_vector(asked)
        case list():
            return asked
        case _:
            raise refuse_unsupported(f"{type(asked).__name__} in place of a vector")


def _build_sparse_vector(asked: m.SparseVector) -> edge.SparseVector:
    """The engine breaks by unequal lengths, where a server refuses them."""
    if len(asked.indices) != len(asked.values):
        raise Refusal(422, "Validation error in JSON body: [indices: must be the same length as values]")
    if len(set(asked.indices)) != len(asked.indices) or any(not 0 <= one < 2**32 for one in asked.indices):
        raise Refusal(422, "Validation error in JSON body: [indices: must be unique, from 0 to 4294967295]")
    return edge.SparseVector(asked.indices, asked.values)


def build_order(asked: m.OrderByInterface) -> edge.OrderBy:
    """Translate an order by a field of the payload."""
    if isinstance(asked, str):
        return edge.OrderBy(asked)
    direction = edge.Direction.Desc if asked.direction == m.Direction.DESC else edge.Direction.Asc
    start = asked.start_from
    return edge.OrderBy(asked.key, direction, start if isinstance(start, int | float | None) else str(start))


def _build_expression(asked: m.Expression) -> edge.Expression:
    match asked:
        case int() | float():
            return edge.Expression.Constant(float(asked))
        case str():
            return edge.Expression.Variable(asked)
        case m.SumExpression():
            return edge.Expression.Sum([_build_expression(one) for one in asked.sum])
        case m.MultExpression():
            return edge.Expression.Mult([_build_expression(one) for one in asked.mult])
        case m.NegExpression():
            return edge.Expression.Neg(_build_expression(asked.neg))
        case m.DivExpression():
            parts = asked.div
            return edge.Expression.Div(
                _build_expression(parts.left), _build_expression(parts.right), parts.by_zero_default
            )
        case _ if isinstance(asked, _CONDITIONS):
            return edge.Expression.Condition(build_condition(asked))
        case _:
            raise refuse_unsupported(f"the expression {type(asked).__name__}")


def _build_params(asked: m.SearchParams | None) -> edge.SearchParams | None:
    if asked is None:
        return None
    quantization = asked.quantization
    return edge.SearchParams(
        hnsw_ef=asked.hnsw_ef,
        exact=asked.exact or False,
        indexed_only=asked.indexed_only or False,
        quantization=None
        if quantization is None
        else edge.QuantizationSearchParams(
            ignore=quantization.ignore or False, rescore=quantization.rescore, oversampling=quantization.oversampling
        ),
    )


def build_payload_selection(asked: m.WithPayloadInterface) -> WithPayloadType:
    """Translate which parts of the payload are wanted."""
    match asked:
        case m.PayloadSelectorInclude():
            return edge.PayloadSelector.Include(asked.include)
        case m.PayloadSelectorExclude():
            return edge.PayloadSelector.Exclude(asked.exclude)
        case _:
            return asked


def build_vector_selection(asked: bool | list[str]) -> bool | list[str]:
    """Which vectors are wanted; an empty list means none."""
    return asked or False


class StoredPoint(Protocol):
    """What the engine returns of a point."""

    @property
    def id(self) -> edge.PointId:
        """Its id, a number or a UUID."""

    @property
    def payload(self) -> dict[str, Any] | None:
        """Its payload, if asked for."""

    @property
    def vector(self) -> Any:
        """Its vectors, if asked for."""


def record_from_point(point: StoredPoint) -> dict[str, Any]:
    """A point as the API shows it."""
    identity = point.id
    record = {"id": identity if isinstance(identity, int) else str(identity), "payload": point.payload}
    vector = point.vector
    if vector is not None:
        record["vector"] = _vectors_from_point(vector)
    return record


def hit_from_point(point: edge.ScoredPoint) -> dict[str, Any]:
    """A found point as the API shows it."""
    hit = record_from_point(point)
    hit["version"], hit["score"], hit["order_value"] = point.version, point.score, point.order_value
    return hit


def _vectors_from_point(vector: Any) -> Any:
    if isinstance(vector, dict):
        return {name: _vectors_from_point(one) for name, one in vector.items()}
    if isinstance(vector, edge.SparseVector):
        return {"indices": vector.indices, "values": vector.values}
    return vector


def check_point_found(vector: Any, point: int | str, name: str) -> Any:
    """The vector of a point that a query names; a refusal if it has none."""
    if vector is None:
        raise Refusal(404, f"Not found: No point with id {point} found, or it has no vector {name!r}")
    return vector

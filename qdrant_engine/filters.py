"""Translate filters of the REST API into those of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import qdrant_edge as edge
from qdrant_client.http import models as m

from qdrant_engine.refusals import Refusal, refuse_unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qdrant_edge import ConditionType, MatchType, RangeType


def build_filter(asked: m.Filter) -> edge.Filter:
    """Translate a filter; a refusal if it has a condition that the engine lacks."""
    least = asked.min_should
    return edge.Filter(
        must=_build_conditions(asked.must),
        should=_build_conditions(asked.should),
        must_not=_build_conditions(asked.must_not),
        min_should=edge.MinShould(_build_conditions(least.conditions) or [], least.min_count) if least else None,
    )


def build_optional_filter(asked: m.Filter | None) -> edge.Filter | None:
    """Translate a filter, if there is one."""
    return None if asked is None else build_filter(asked)


def check_fields_indexed(asked: m.Filter | None, indexed: Iterable[str]) -> None:
    """Refuse a filter on a field without a payload index, as a server in strict mode does."""
    known = set(indexed)
    for field in () if asked is None else _list_fields(asked):
        if field not in known:
            raise Refusal(
                400,
                f'Bad request: Index required but not found for "{field}". '
                "Help: Create an index for this key or use a different filter.",
            )


def _list_fields(asked: m.Filter) -> Iterator[str]:
    least = asked.min_should.conditions if asked.min_should else []
    for condition in (*as_list(asked.must), *as_list(asked.should), *as_list(asked.must_not), *least):
        match condition:
            case m.Filter():
                yield from _list_fields(condition)
            case m.FieldCondition():
                yield condition.key
            case m.IsEmptyCondition():
                yield condition.is_empty.key
            case m.IsNullCondition():
                yield condition.is_null.key
            case m.NestedCondition():
                yield from (f"{condition.nested.key}[].{field}" for field in _list_fields(condition.nested.filter))


def as_list(value: Any) -> list[Any]:
    """The API takes one of several things without a list around it."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _build_conditions(asked: m.Condition | list[m.Condition] | None) -> list[ConditionType] | None:
    return [build_condition(one) for one in as_list(asked)] or None


def build_condition(asked: m.Condition) -> ConditionType:
    """Translate one condition of a filter."""
    match asked:
        case m.Filter():
            return build_filter(asked)
        case m.FieldCondition():
            return _build_field_condition(asked)
        case m.IsEmptyCondition():
            return edge.IsEmptyCondition(asked.is_empty.key)
        case m.IsNullCondition():
            return edge.IsNullCondition(asked.is_null.key)
        case m.HasIdCondition():
            return edge.HasIdCondition(set(asked.has_id))
        case m.HasVectorCondition():
            return edge.HasVectorCondition(asked.has_vector)
        case m.NestedCondition():
            return edge.NestedCondition(asked.nested.key, build_filter(asked.nested.filter))
        case _:
            raise refuse_unsupported(f"the condition {type(asked).__name__}")


def _build_field_condition(asked: m.FieldCondition) -> edge.FieldCondition:
    if asked.geo_bounding_box or asked.geo_radius or asked.geo_polygon:
        raise refuse_unsupported("conditions on places")
    conditions = (asked.match, asked.range, asked.values_count, asked.is_empty, asked.is_null)
    if all(one is None for one in conditions):
        raise Refusal(422, "Validation error in JSON body: at least one field condition must be specified")
    count = asked.values_count
    return edge.FieldCondition(
        asked.key,
        match=None if asked.match is None else _build_match(asked.match),
        range=None if asked.range is None else _build_range(asked.range),
        values_count=edge.ValuesCount(lt=count.lt, gt=count.gt, lte=count.lte, gte=count.gte) if count else None,
        is_empty=asked.is_empty,
        is_null=asked.is_null,
    )


def _build_match(asked: m.Match) -> MatchType:
    match asked:
        case m.MatchValue():
            # The bindings of 0.9 take Python's True for the number 1, and numpy's for what it is.
            return edge.MatchValue(np.bool_(asked.value) if isinstance(asked.value, bool) else asked.value)  # type: ignore[arg-type] # the stubs know no numpy
        case m.MatchAny():
            return edge.MatchAny(asked.any)
        case m.MatchExcept():
            return edge.MatchExcept(asked.except_)
        case m.MatchText():
            return edge.MatchText(asked.text)
        case m.MatchTextAny():
            return edge.MatchTextAny(asked.text_any)
        case m.MatchPhrase():
            return edge.MatchPhrase(asked.phrase)
        case _:
            raise refuse_unsupported(f"the match {type(asked).__name__}")


def _build_range(asked: m.RangeInterface) -> RangeType:
    if isinstance(asked, m.Range):
        return edge.RangeFloat(gte=asked.gte, gt=asked.gt, lte=asked.lte, lt=asked.lt)
    bounds = {
        name: value.isoformat() for name in ("gte", "gt", "lte", "lt") if (value := getattr(asked, name)) is not None
    }
    return edge.RangeDateTime(**bounds)

"""The base of every value that is stored in Qdrant: it carries the fields that only another version knows.

During a rolling upgrade two versions write the same records. What one of them does not know, it must give back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import GetCoreSchemaHandler

T = TypeVar("T")
_UNKNOWN_FIELDS = "unknown_fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A stored value. `unknown_fields` are the names and values that this version has no field for.

    They take no part in comparisons, and `dataclasses.replace` keeps them.
    """

    unknown_fields: tuple[tuple[str, Any], ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def upgrade_record(cls, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give a stored record of an older version the fields of this one; a type that needs it overrides this."""
        return record

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Tells pydantic to put aside what is unknown, at every depth at which a stored value lies."""
        known = frozenset(one.name for one in fields(cls)) - {_UNKNOWN_FIELDS}

        def set_unknown_aside(record: Any) -> Any:
            if not isinstance(record, Mapping):
                return record
            record = cls.upgrade_record(record)
            if record.keys() <= known:
                return record
            unknown = tuple((name, value) for name, value in record.items() if name not in known)
            return {**{name: record[name] for name in known & record.keys()}, _UNKNOWN_FIELDS: unknown}

        return core_schema.no_info_before_validator_function(set_unknown_aside, handler(source))


class OpenWord:
    """Marks a field of fixed words: a word that only a newer version knows is read as it stands."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Tells pydantic to take any text besides."""
        return core_schema.union_schema([handler(source), core_schema.str_schema()], mode="left_to_right")


def stored_fields(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """What is written of a value, the unknown fields among the known ones: a `dict_factory` for `asdict`."""
    return {**known_fields(pairs), **dict(dict(pairs).get(_UNKNOWN_FIELDS, ()))}


def known_fields(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """What is shown of a value, without its unknown fields: a `dict_factory` for `asdict`. Sets become sorted lists."""
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in pairs
        if name != _UNKNOWN_FIELDS
    }


def keep_unknown_fields(new: T, old: object) -> T:
    """Give a value made anew the unknown fields of the stored one that it replaces, and of equal values within."""
    if not isinstance(new, StoredRecord) or not isinstance(old, StoredRecord) or type(new) is not type(old):
        return new
    kept = {
        one.name: _keep_equal_parts(getattr(new, one.name), getattr(old, one.name))
        for one in fields(new)
        if one.name != _UNKNOWN_FIELDS
    }
    return replace(new, **kept, unknown_fields=old.unknown_fields)


def _keep_equal_parts(new: Any, old: Any) -> Any:
    if isinstance(new, tuple) and isinstance(old, tuple):
        return tuple(next((other for other in old if other == one), one) for one in new)
    return old if is_dataclass(new) and new == old else new

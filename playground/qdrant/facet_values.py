"""Remember the values of deleted points: a Qdrant server still returns them in facets, with a count of 0.

Seen on Qdrant 1.18.3, for an exact facet without a filter: it counts each value that the index of the field names, and
that index keeps a value of which no point is left. The embedded engine has no such index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdrant_client.http import models as m
from qdrant_client.local.payload_value_extractor import value_by_key

from playground.qdrant import collection_layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qdrant_client import QdrantClient

_ALL = 10_000_000


class FacetValues:
    """Every value of the indexed fields of each collection since the server started."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, set[m.FacetValue]]] = {}

    def load_collection(self, engine: QdrantClient, collection: str) -> dict[str, set[m.FacetValue]]:
        """Return the known values by field; read them from the points at first."""
        aliases = {one.alias_name: one.collection_name for one in engine.get_aliases().aliases}
        name = aliases.get(collection, collection)
        if name not in self._known:
            self._known[name] = {
                field: _read_stored_values(engine, name, field)
                for field in collection_layout.list_indexed_fields(engine, name)
            }
        return self._known[name]

    def record_write(self, engine: QdrantClient, collection: str, body: object) -> None:
        """Remember the values of a write, also those that its condition kept out."""
        fields = self.load_collection(engine, collection)
        for payload in _payloads(body) if fields else ():
            for field, values in fields.items():
                found = value_by_key(payload, field) or ()
                values.update(value for value in found if isinstance(value, bool | int | str))

    def add_field(self, engine: QdrantClient, collection: str, field: str) -> None:
        """Read the values of a field that is indexed from now on."""
        self.load_collection(engine, collection).setdefault(field, _read_stored_values(engine, collection, field))

    def forget_field(self, engine: QdrantClient, collection: str, field: str) -> None:
        """Forget a field whose index is deleted."""
        self.load_collection(engine, collection).pop(field, None)

    def forget_collection(self, collection: str) -> None:
        """Forget a collection that is deleted."""
        self._known.pop(collection, None)

    def list_absent_values(self, engine: QdrantClient, collection: str, field: str) -> list[m.FacetValueHit]:
        """Return a count of 0 for each value that no point has any more."""
        left = self.load_collection(engine, collection).get(field, set()) - _read_stored_values(
            engine, collection, field
        )
        return [m.FacetValueHit(value=value, count=0) for value in sorted(left, key=str)]


def _read_stored_values(engine: QdrantClient, collection: str, field: str) -> set[m.FacetValue]:
    return {hit.value for hit in engine.facet(collection, field, limit=_ALL, exact=True).hits}


def _payloads(body: object) -> Iterator[m.Payload]:
    """List the payloads that a write sets, each at its place."""
    match body:
        case m.PointsList():
            yield from (point.payload or {} for point in body.points)
        case m.PointsBatch():
            yield from body.batch.payloads or ()
        case m.SetPayload():
            yield _placed(body.payload, body.key)
        case m.UpsertOperation():
            yield from _payloads(body.upsert)
        case m.SetPayloadOperation():
            yield from _payloads(body.set_payload)
        case m.OverwritePayloadOperation():
            yield from _payloads(body.overwrite_payload)
        case m.UpdateOperations():
            for operation in body.operations:
                yield from _payloads(operation)


def _placed(payload: m.Payload, key: str | None) -> m.Payload:
    for name in reversed(key.split(".") if key else ()):
        payload = {name: payload}
    return payload

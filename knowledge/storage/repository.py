"""Payload-only records in a Qdrant collection: put, get, delete, list, find. Knows not what they mean."""

from __future__ import annotations

import contextlib
import threading
import warnings
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from knowledge.core.failures import IndexUnavailable
from knowledge.storage.client import completed, guarded, hurry, make_collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from _typeshed import DataclassInstance
    from qdrant_client import QdrantClient
    from qdrant_client.models import Filter, UpdateMode

Record = dict[str, Any]
_PAGE = 1000
_BATCH = 256


class Records:
    """Records by id (a UUID) in one collection, which is made by the first write.

    `indexed` names the fields of text by which records are found. `hurried` records outlive the process at once, but
    a power cut only after a moment.
    """

    def __init__(
        self, client: QdrantClient, collection: str, indexed: Sequence[str] = (), *, hurried: bool = False
    ) -> None:
        self._client = client
        self.collection = collection
        self._indexed = indexed
        self._hurried = hurried
        self._seen = False
        # The embedded engine writes through one connection, which two threads at once would break.
        self._lock = threading.Lock()

    def put(self, record_id: str, record: Record) -> None:
        """Write one record, whole."""
        self.put_all([(record_id, record)])

    def put_all(self, records: Iterable[tuple[str, Record]]) -> None:
        """Write records, whole; each call is safe to repeat."""
        self._upsert(records)

    def add_all(self, records: Iterable[tuple[str, Record]]) -> None:
        """Write those records that are not there yet; the others stay as they are."""
        from qdrant_client.models import UpdateMode

        self._upsert(records, mode=UpdateMode.INSERT_ONLY)

    def replace(self, record_id: str, record: Record, **expected: str) -> None:
        """Write a record, whole, if it is there and holds these values now. Who must know reads it back."""
        from qdrant_client.models import UpdateMode

        self._upsert([(record_id, record)], mode=UpdateMode.UPDATE_ONLY, only=_filter(expected))

    def change(self, changes: Record, **expected: str | Sequence[str]) -> None:
        """Set fields of every record that holds these values, or one of several."""
        with self._guarded():
            if self._exists():
                completed(self._client.set_payload(self.collection, changes, _filter(expected), wait=True))

    def get(self, record_id: str) -> Record | None:
        """One record, or None."""
        with self._guarded():
            if not self._exists():
                return None
            points = self._client.retrieve(self.collection, [record_id], with_payload=True)
        return points[0].payload if points else None

    def get_all(self, record_ids: Sequence[str]) -> dict[str, Record]:
        """Records by id; those that are not there are left out."""
        with self._guarded():
            if not record_ids or not self._exists():
                return {}
            points = self._client.retrieve(self.collection, list(record_ids), with_payload=True)
        return {str(point.id): point.payload or {} for point in points}

    def delete(self, record_ids: Sequence[str]) -> None:
        """Drop records by id; ids that are not there are no error."""
        with self._guarded():
            if record_ids and self._exists():
                completed(self._client.delete(self.collection, list(record_ids), wait=True))

    def all(self) -> Iterator[Record]:
        """Every record, in no order."""
        return self._scroll(None)

    def where(self, **wanted: str | Sequence[str]) -> Iterator[Record]:
        """The records that hold these values, or one of several, in no order."""
        return self._scroll(_filter(wanted))

    def _scroll(self, wanted: Filter | None) -> Iterator[Record]:
        offset = None
        with self._guarded():
            if not self._exists():
                return
        while True:
            with self._guarded():
                points, offset = self._client.scroll(
                    self.collection, scroll_filter=wanted, limit=_PAGE, offset=offset, with_payload=True
                )
            yield from (point.payload for point in points if point.payload is not None)
            if offset is None:
                return

    def _upsert(
        self, records: Iterable[tuple[str, Record]], mode: UpdateMode | None = None, only: Filter | None = None
    ) -> None:
        from qdrant_client.models import PointStruct

        points = [PointStruct(id=record_id, vector={}, payload=record) for record_id, record in records]
        with self._guarded():
            if not self._exists():
                self._make()
            for start in range(0, len(points), _BATCH):
                batch = points[start : start + _BATCH]
                completed(self._client.upsert(self.collection, batch, wait=True, update_filter=only, update_mode=mode))

    def _make(self) -> None:
        from qdrant_client.models import PayloadSchemaType

        make_collection(self._client, self.collection, vectors_config={})
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local Qdrant")
            for field in self._indexed:
                self._client.create_payload_index(self.collection, field, PayloadSchemaType.KEYWORD)

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            with self._lock, guarded():
                yield
        except IndexUnavailable:
            self._seen = False  # somebody may have dropped the collection: the next call asks
            raise

    def _exists(self) -> bool:
        if not self._seen and self._client.collection_exists(self.collection):
            self._seen = True
            if self._hurried:
                hurry(self._client, self.collection)
        return self._seen


def known_to(kind: type[DataclassInstance], record: Mapping[str, Any]) -> Record:
    """What a record tells that this version has a field of `kind` for: a later one may have written more."""
    names = _names(kind)
    return {name: value for name, value in record.items() if name in names}


@cache  # the journal reads thousands
def _names(kind: type[DataclassInstance]) -> frozenset[str]:
    return frozenset(one.name for one in fields(kind))


def _filter(wanted: Mapping[str, str | Sequence[str]]) -> Filter:
    from qdrant_client.models import FieldCondition, Filter, MatchAny, MatchValue

    return Filter(
        must=[
            FieldCondition(
                key=field, match=MatchValue(value=value) if isinstance(value, str) else MatchAny(any=list(value))
            )
            for field, value in wanted.items()
        ]
    )

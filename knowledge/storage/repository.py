"""Payload-only records in a Qdrant collection: put, get, delete, list, find. Knows not what they mean."""

from __future__ import annotations

import contextlib
import threading
import warnings
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from knowledge.core.failures import IndexUnavailable
from knowledge.storage.client import (
    check_write_completed,
    create_missing_collection,
    relax_write_durability,
    translate_qdrant_errors,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from _typeshed import DataclassInstance
    from qdrant_client import QdrantClient
    from qdrant_client.models import Filter, UpdateMode

Record = dict[str, Any]
_PAGE_SIZE = 1000
_BATCH = 256


class Repository:
    """Records by id (a UUID) in one collection, which is made by the first write.

    `indexed` names the fields of text by which records are found. `hurried` records outlive the process at once, but
    a power cut only after a moment.
    """

    def __init__(
        self,
        client: QdrantClient,
        collection: str,
        indexed_fields: Sequence[str] = (),
        *,
        relaxed_durability: bool = False,
    ) -> None:
        self._client = client
        self.collection = collection
        self._indexed_fields = indexed_fields
        self._relaxed_durability = relaxed_durability
        self._collection_seen = False
        # The embedded engine writes through one connection, which two threads at once would break.
        self._lock = threading.Lock()

    def put_record(self, record_id: str, record: Record) -> None:
        """Write one record, whole."""
        self.put_records([(record_id, record)])

    def put_records(self, records: Iterable[tuple[str, Record]]) -> None:
        """Write records, whole; each call is safe to repeat."""
        self._upsert_records(records)

    def add_records(self, records: Iterable[tuple[str, Record]]) -> None:
        """Write those records that are not there yet; the others stay as they are."""
        from qdrant_client.models import UpdateMode

        self._upsert_records(records, mode=UpdateMode.INSERT_ONLY)

    def replace_record(self, record_id: str, record: Record, **expected: str) -> None:
        """Write a record, whole, if it is there and holds these values now. Who must know reads it back."""
        from qdrant_client.models import UpdateMode

        self._upsert_records(
            [(record_id, record)], mode=UpdateMode.UPDATE_ONLY, condition=_filter_from_values(expected)
        )

    def update_records(self, changes: Record, **expected: str | Sequence[str]) -> None:
        """Set fields of every record that holds these values, or one of several."""
        with self._locked_access():
            if self._has_collection():
                check_write_completed(
                    self._client.set_payload(self.collection, changes, _filter_from_values(expected), wait=True)
                )

    def get_record(self, record_id: str) -> Record | None:
        """One record, or None."""
        with self._locked_access():
            if not self._has_collection():
                return None
            points = self._client.retrieve(self.collection, [record_id], with_payload=True)
        return points[0].payload if points else None

    def get_records(self, record_ids: Sequence[str]) -> dict[str, Record]:
        """Records by id; those that are not there are left out."""
        with self._locked_access():
            if not record_ids or not self._has_collection():
                return {}
            points = self._client.retrieve(self.collection, list(record_ids), with_payload=True)
        return {str(point.id): point.payload or {} for point in points}

    def delete_records(self, record_ids: Sequence[str]) -> None:
        """Drop records by id; ids that are not there are no error."""
        with self._locked_access():
            if record_ids and self._has_collection():
                check_write_completed(self._client.delete(self.collection, list(record_ids), wait=True))

    def list_records(self) -> Iterator[Record]:
        """Every record, in no order."""
        return self._scroll_records(None)

    def find_records(self, **wanted: str | Sequence[str]) -> Iterator[Record]:
        """The records that hold these values, or one of several, in no order."""
        return self._scroll_records(_filter_from_values(wanted))

    def _scroll_records(self, condition: Filter | None) -> Iterator[Record]:
        offset = None
        with self._locked_access():
            if not self._has_collection():
                return
        while True:
            with self._locked_access():
                points, offset = self._client.scroll(
                    self.collection, scroll_filter=condition, limit=_PAGE_SIZE, offset=offset, with_payload=True
                )
            yield from (point.payload for point in points if point.payload is not None)
            if offset is None:
                return

    def _upsert_records(
        self, records: Iterable[tuple[str, Record]], mode: UpdateMode | None = None, condition: Filter | None = None
    ) -> None:
        from qdrant_client.models import PointStruct

        points = [PointStruct(id=record_id, vector={}, payload=record) for record_id, record in records]
        with self._locked_access():
            if not self._has_collection():
                self._create_collection()
            for start in range(0, len(points), _BATCH):
                batch = points[start : start + _BATCH]
                check_write_completed(
                    self._client.upsert(self.collection, batch, wait=True, update_filter=condition, update_mode=mode)
                )

    def _create_collection(self) -> None:
        from qdrant_client.models import PayloadSchemaType

        create_missing_collection(self._client, self.collection, vectors_config={})
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local Qdrant")
            for field in self._indexed_fields:
                self._client.create_payload_index(self.collection, field, PayloadSchemaType.KEYWORD)

    @contextlib.contextmanager
    def _locked_access(self) -> Iterator[None]:
        try:
            with self._lock, translate_qdrant_errors():
                yield
        except IndexUnavailable:
            self._collection_seen = False  # somebody may have dropped the collection: the next call asks
            raise

    def _has_collection(self) -> bool:
        if not self._collection_seen and self._client.collection_exists(self.collection):
            self._collection_seen = True
            if self._relaxed_durability:
                relax_write_durability(self._client, self.collection)
        return self._collection_seen


def known_to(kind: type[DataclassInstance], record: Mapping[str, Any]) -> Record:
    """What a record tells that this version has a field of `kind` for: a later one may have written more."""
    names = _names(kind)
    return {name: value for name, value in record.items() if name in names}


@cache  # the journal reads thousands
def _names(kind: type[DataclassInstance]) -> frozenset[str]:
    return frozenset(one.name for one in fields(kind))


def _filter_from_values(values: Mapping[str, str | Sequence[str]]) -> Filter:
    from qdrant_client.models import FieldCondition, Filter, MatchAny, MatchValue

    return Filter(
        must=[
            FieldCondition(
                key=field, match=MatchValue(value=value) if isinstance(value, str) else MatchAny(any=list(value))
            )
            for field, value in values.items()
        ]
    )

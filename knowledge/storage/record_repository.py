"""Stores typed records: in a Qdrant collection, without vectors, or in memory. Knows nothing of what they mean."""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from qdrant_client import QdrantClient
from qdrant_client.models import (
    FieldCondition,
    Filter,
    MatchAny,
    MatchValue,
    PayloadSchemaType,
    PointStruct,
    UpdateMode,
)

from knowledge.core.failures import IndexUnavailable, RequestRefused
from knowledge.core.stored_record import StoredRecord, stored_fields
from knowledge.storage.client import (
    check_write_completed,
    create_missing_collection,
    translate_qdrant_errors,
    translate_write_errors,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


log = logging.getLogger(__name__)

T = TypeVar("T")
_PAGE_SIZE = 1000
_BATCH = 256
_unreadable: set[tuple[str, str]] = set()  # the records of this process that were logged, by collection and id


class Repository(Generic[T]):
    """Records of one type by id (a UUID) in one collection. The first write makes the collection.

    A field that only a newer version knows is kept (`knowledge/core/stored_record`). A record that does not fit its
    type is left out, and logged once. `indexed_fields` are the text fields by which records are found.
    """

    def __init__(
        self,
        client: QdrantClient,
        collection: str,
        record_type: type[T],
        indexed_fields: Sequence[str] = (),
    ) -> None:
        self._client = client
        self.collection = collection
        self._record_type = record_type
        self._indexed_fields = indexed_fields
        self._collection_seen = False

    def prepare_collection(self) -> None:
        """Make the collection, if it is missing."""
        with self._translated_access():
            if not self._has_collection():
                self._create_collection()

    def put_record(self, record_id: str, record: T) -> None:
        """Write one record, whole."""
        self.put_records([(record_id, record)])

    def put_records(self, records: Iterable[tuple[str, T]]) -> None:
        """Write records, whole; each call is safe to repeat.

        Raises:
            RequestRefused: Qdrant refuses a record, as one of more than 32 MB; all others are written.
        """
        self._upsert_records(records)

    def add_records(self, records: Iterable[tuple[str, T]]) -> None:
        """Write those records that are not there yet; the others stay as they are."""
        self._upsert_records(records, mode=UpdateMode.INSERT_ONLY)

    def replace_record(self, record_id: str, record: T, **expected: str) -> None:
        """Write a record, whole, if it is there and holds these values now. To know whether it did, read it back."""
        condition = _filter_from_values(expected)
        self._upsert_records([(record_id, record)], mode=UpdateMode.UPDATE_ONLY, condition=condition)

    def update_records(self, changes: Mapping[str, Any], **expected: str | Sequence[str]) -> None:
        """Set fields of every record that holds these values, or one of several."""
        with self._translated_access():
            if self._has_collection():
                condition = _filter_from_values(expected)
                check_write_completed(self._client.set_payload(self.collection, dict(changes), condition, wait=True))

    def get_record(self, record_id: str) -> T | None:
        """One record; None if it is missing or unreadable."""
        return self.get_records([record_id]).get(record_id)

    def get_records(self, record_ids: Sequence[str]) -> dict[str, T]:
        """Records by id; missing and unreadable ones are left out."""
        with self._translated_access():
            if not record_ids or not self._has_collection():
                return {}
            points = self._client.retrieve(self.collection, list(record_ids), with_payload=True)
        return dict(self._parse_points((str(point.id), point.payload or {}) for point in points))

    def delete_records(self, record_ids: Sequence[str]) -> None:
        """Delete records by id; a missing id is no error."""
        with self._translated_access():
            if record_ids and self._has_collection():
                check_write_completed(self._client.delete(self.collection, list(record_ids), wait=True))

    def list_records(self) -> Iterator[T]:
        """Every readable record, in no order."""
        return self._scroll_records(None)

    def find_records(self, **wanted: str | Sequence[str]) -> Iterator[T]:
        """The readable records that hold these values, or one of several, in no order."""
        return self._scroll_records(_filter_from_values(wanted))

    def list_items(self) -> Iterator[tuple[str, T]]:
        """Every readable record with its id, in no order."""
        return self._scroll_items(None)

    def _scroll_records(self, condition: Filter | None) -> Iterator[T]:
        return (record for _, record in self._scroll_items(condition))

    def _scroll_items(self, condition: Filter | None) -> Iterator[tuple[str, T]]:
        offset = None
        with self._translated_access():
            if not self._has_collection():
                return
        while True:
            with self._translated_access():
                points, offset = self._client.scroll(
                    self.collection, scroll_filter=condition, limit=_PAGE_SIZE, offset=offset, with_payload=True
                )
            found = ((str(point.id), point.payload) for point in points if point.payload is not None)
            yield from self._parse_points(found)
            if offset is None:
                return

    def _parse_points(self, payloads: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, T]]:
        for record_id, payload in payloads:
            record = parse_record(self._record_type, payload, self.collection, record_id)
            if record is not None:
                yield record_id, record

    def _upsert_records(
        self, records: Iterable[tuple[str, T]], mode: UpdateMode | None = None, condition: Filter | None = None
    ) -> None:
        points = [PointStruct(id=record_id, vector={}, payload=format_record(record)) for record_id, record in records]
        with self._translated_access():
            if not self._has_collection():
                self._create_collection()
            refused = [
                error
                for start in range(0, len(points), _BATCH)
                for error in self._upsert_batch(points[start : start + _BATCH], mode, condition)
            ]
            if refused:
                raise refused[0]

    def _upsert_batch(
        self, batch: list[PointStruct], mode: UpdateMode | None, condition: Filter | None
    ) -> Iterator[RequestRefused]:
        """Write records; those of a request that is refused, in halves. Yields why a record alone is refused."""
        try:
            with translate_write_errors():
                check_write_completed(
                    self._client.upsert(self.collection, batch, wait=True, update_filter=condition, update_mode=mode)
                )
        except RequestRefused as error:
            log.warning("write refused: collection=%s records=%d error=%s", self.collection, len(batch), error)
            if len(batch) == 1:
                yield error
                return
            middle = len(batch) // 2
            yield from self._upsert_batch(batch[:middle], mode, condition)
            yield from self._upsert_batch(batch[middle:], mode, condition)

    def _create_collection(self) -> None:
        create_missing_collection(self._client, self.collection, vectors_config={})
        for field in self._indexed_fields:
            self._client.create_payload_index(self.collection, field, PayloadSchemaType.KEYWORD)

    @contextlib.contextmanager
    def _translated_access(self) -> Iterator[None]:
        try:
            with translate_qdrant_errors():
                yield
        except IndexUnavailable:
            self._collection_seen = False  # somebody may have dropped the collection: the next call asks
            raise

    def _has_collection(self) -> bool:
        if not self._collection_seen and self._client.collection_exists(self.collection):
            self._collection_seen = True
        return self._collection_seen


class MemoryRepository(Generic[T]):
    """Records of one type by id, in this process alone: for what must never lie on a disk.

    It has the part of `Repository` that private answers use.
    """

    def __init__(self) -> None:
        self._records: dict[str, T] = {}
        self._lock = threading.Lock()

    def put_record(self, record_id: str, record: T) -> None:
        """Write one record, whole."""
        with self._lock:
            self._records[record_id] = record

    def replace_record(self, record_id: str, record: T, **expected: str) -> None:
        """Write a record, whole, if it is there and holds these values now. To know whether it did, read it back."""
        with self._lock:
            held = self._records.get(record_id)
            if held is not None and _holds(held, expected):
                self._records[record_id] = record

    def get_record(self, record_id: str) -> T | None:
        """One record; None if it is missing."""
        with self._lock:
            return self._records.get(record_id)

    def delete_records(self, record_ids: Sequence[str]) -> None:
        """Delete records by id; a missing id is no error."""
        with self._lock:
            for record_id in record_ids:
                self._records.pop(record_id, None)

    def list_records(self) -> Iterator[T]:
        """Every record, in no order."""
        with self._lock:
            return iter([*self._records.values()])

    def find_records(self, **wanted: str) -> Iterator[T]:
        """The records that hold these values, in no order."""
        return (record for record in self.list_records() if _holds(record, wanted))


def parse_record(record_type: type[T], payload: object, collection: str, record_id: str) -> T | None:
    """A stored payload as a record. None if it does not fit the type: then its id is logged, once."""
    try:
        parsed: T = _make_adapter(record_type).validate_python(payload)  # type: ignore[arg-type] # types have hashes
    except ValidationError as error:
        if (collection, record_id) not in _unreadable:
            _unreadable.add((collection, record_id))
            count = sum(one == collection for one, _ in _unreadable)
            log.warning(
                "record unreadable and left out: collection=%s id=%s errors=%d unreadable=%d",
                *(collection, record_id, error.error_count(), count),
            )
        return None
    return parsed


def format_record(record: Any) -> dict[str, Any]:
    """A record as it is stored, its unknown fields among the others."""
    return asdict(record, dict_factory=stored_fields) if isinstance(record, StoredRecord) else dict(record)


@cache  # made once for each type: a question reads thousands of records
def _make_adapter(record_type: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(record_type)


def _filter_from_values(values: Mapping[str, str | Sequence[str]]) -> Filter:
    return Filter(
        must=[
            FieldCondition(
                key=field, match=MatchValue(value=value) if isinstance(value, str) else MatchAny(any=list(value))
            )
            for field, value in values.items()
        ]
    )


def _holds(record: object, values: dict[str, str]) -> bool:
    return all(getattr(record, name) == value for name, value in values.items())

"""Keeps typed records in this process alone, for what must never lie on a disk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

T = TypeVar("T")


class MemoryRepository(Generic[T]):
    """Records of one type by id, with the part of `Repository` that private answers use. They end with the process."""

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


def _holds(record: object, values: dict[str, str]) -> bool:
    return all(getattr(record, name) == value for name, value in values.items())

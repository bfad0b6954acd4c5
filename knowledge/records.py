"""Payload-only records in a Qdrant collection: put, get, delete, list. Knows not what they mean."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from knowledge.errors import IndexUnavailable
from knowledge.qdrant import completed, guarded, make_collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qdrant_client import QdrantClient

Record = dict[str, Any]
_PAGE = 1000
_BATCH = 256


class Records:
    """Records by id (a UUID) in one collection, which is made by the first write."""

    def __init__(self, client: QdrantClient, collection: str) -> None:
        self._client = client
        self.collection = collection
        self._seen = False

    def put(self, record_id: str, record: Record) -> None:
        """Write one record, whole."""
        self.put_all([(record_id, record)])

    def put_all(self, records: Iterable[tuple[str, Record]]) -> None:
        """Write records, whole; each call is safe to repeat."""
        from qdrant_client.models import PointStruct

        points = [PointStruct(id=record_id, vector={}, payload=record) for record_id, record in records]
        with self._guarded():
            if not self._exists():
                make_collection(self._client, self.collection, vectors_config={})
            for start in range(0, len(points), _BATCH):
                completed(self._client.upsert(self.collection, points[start : start + _BATCH], wait=True))

    def get(self, record_id: str) -> Record | None:
        """One record, or None."""
        with self._guarded():
            if not self._exists():
                return None
            points = self._client.retrieve(self.collection, [record_id], with_payload=True)
        return points[0].payload if points else None

    def delete(self, record_ids: Sequence[str]) -> None:
        """Drop records by id; ids that are not there are no error."""
        with self._guarded():
            if record_ids and self._exists():
                completed(self._client.delete(self.collection, list(record_ids), wait=True))

    def all(self) -> Iterator[Record]:
        """Every record, in no order."""
        offset = None
        with self._guarded():
            if not self._exists():
                return
        while True:
            with self._guarded():
                points, offset = self._client.scroll(self.collection, limit=_PAGE, offset=offset, with_payload=True)
            yield from (point.payload for point in points if point.payload is not None)
            if offset is None:
                return

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            with guarded():
                yield
        except IndexUnavailable:
            self._seen = False  # somebody may have dropped the collection: the next call asks
            raise

    def _exists(self) -> bool:
        self._seen = self._seen or self._client.collection_exists(self.collection)
        return self._seen

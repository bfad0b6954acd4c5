"""Writes a document's passages to Qdrant: adds, replaces, copies, embeds and deletes them. Used by the worker."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from qdrant_client import QdrantClient, models

from knowledge.core.documents import make_document_id
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import list_passage_ids, make_passage_id
from knowledge.storage.calibration import compute_typical_margin
from knowledge.storage.client import (
    check_write_completed,
    create_missing_collection,
    translate_qdrant_errors,
    translate_write_errors,
)
from knowledge.storage.index_versions import IndexVersion, write_version_point
from knowledge.storage.inventory import InventoryCache, PassageInventory, count_passages
from knowledge.storage.payload_indexes import build_document_filter, create_payload_indexes
from knowledge.storage.schema import (
    SPARSE_VECTOR_NAME,
    CollectionLayout,
    DenseVectors,
    build_audience_metadata,
    build_passages_filter,
    build_version_metadata,
    copy_point,
    document_id_from_point,
    is_live_point,
    passage_from_payload,
    point_from_passage,
    vectors_by_text,
    vectors_from_point,
    version_from_point,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage
    from knowledge.embeddings.embedding_model import EmbeddingModel
    from knowledge.storage.calibration import TypicalMargin

_BATCH = 128
_IDS_BATCH = 100_000  # 4 MB, of the 32 MB that a request to Qdrant may have: a document may have any number of passages
_FIRST_VERSION, _DEFAULT_LAYOUT = IndexVersion(), CollectionLayout()


class PassageWriter:
    """The passages of one collection.

    Each point holds a sparse vector, a dense one once the embedding model has answered, and as payload
    `page_content` (the text that people see) and `metadata` (its place), as langchain-qdrant expects them.
    A search finds only `live` passages: those of a new document version are written first and made live together.
    If the same model made the `previous` index, a text that is there too keeps its vector.
    """

    def __init__(
        self,
        client: QdrantClient,
        prefix: str,
        embedding_model: EmbeddingModel,
        index_version: IndexVersion = _FIRST_VERSION,
        layout: CollectionLayout = _DEFAULT_LAYOUT,
        previous: PassageWriter | None = None,
    ) -> None:
        self._client = client
        self._index_version = index_version
        self._layout = layout
        self._previous = previous
        self.collection = index_version.passages_collection(prefix)
        self._dense = DenseVectors(client, self.collection, embedding_model)
        self._inventory_cache = InventoryCache()

    def prepare(self) -> None:
        """Create the collection, its payload indexes and its version's point if they are missing."""
        sparse = models.SparseVectorParams(modifier=models.Modifier.IDF)
        create_missing_collection(
            self._client,
            self.collection,
            vectors_config={},
            sparse_vectors_config={SPARSE_VECTOR_NAME: sparse},
            metadata=self._index_version.metadata,
            **self._layout.build_collection_options(),
        )
        with translate_qdrant_errors():
            info = self._client.get_collection(self.collection)
            create_payload_indexes(self._client, self.collection, info.payload_schema)
            # A worker may have stopped between creating the vectors and moving them to disk.
            self._dense.move_to_disk(info.config)
        write_version_point(self._client, self.collection, info.config)

    def clear_inventory_cache(self) -> None:
        """Forget the counts of all passages: another worker may have written since."""
        self._inventory_cache.clear_inventory()

    def add_passages(self, document: Document, passages: Sequence[Passage]) -> bool:
        """Let the first passages of a document answer while the others are read; `replace_passages` ends it.

        False, and nothing is done, where an older version answers until this one is complete.
        """
        held = self._fetch_document_points(document.path, passages, with_dense=True)
        if any(version_from_point(point) != document.version for point in held):
            return False
        known = self._collect_known_vectors(document.path, held)
        self._inventory_cache.invalidate_inventory(document.path)
        self._upsert_points(
            point_from_passage(passage, live=True, dense=known.get(passage.indexed_text)) for passage in passages
        )
        reached = max((passage.n + 1 for passage in passages), default=0)
        self._inventory_cache.record_version_counts(document.path, {document.version: max(len(held), reached)})
        return True

    def replace_passages(self, document: Document, passages: Sequence[Passage], added_count: int = 0) -> None:
        """Replace all passages of `document` by `passages`. Safe to repeat after a crash at any point.

        The old version is found until the new one is complete. The first `added_count` passages are already written.
        A passage whose text was in the document before keeps its vector.

        Raises:
            IndexUnavailable: Qdrant failed, or does not hold what it was sent.
        """
        held = self._fetch_document_points(document.path, passages, with_dense=True)
        known = self._collect_known_vectors(document.path, held)
        self._replace_points(
            document,
            held,
            [passage.id for passage in passages],
            lambda live: (
                point_from_passage(passage, live=live, dense=known.get(passage.indexed_text))
                for passage in passages[added_count:]
            ),
        )

    def is_surely_empty(self, path: str) -> bool:
        """Whether nothing is kept of the document at `path`, here or in the previous index; asks Qdrant nothing."""
        return self._previous is None and self._inventory_cache.get_version_counts(path) == {}

    def add_new_documents(self, documents: Sequence[tuple[Document, Sequence[Passage]]]) -> None:
        """Write the passages of documents of which the index holds nothing. Safe to repeat.

        Raises:
            IndexUnavailable: Qdrant failed, or does not hold what it was sent.
        """
        for document, _ in documents:
            self._inventory_cache.invalidate_inventory(document.path)
        self._upsert_points(point_from_passage(passage, live=True) for _, some in documents for passage in some)
        self._check_held([passage.id for _, some in documents for passage in some], f"{len(documents)} documents")
        for document, some in documents:
            self._inventory_cache.record_version_counts(document.path, {document.version: len(some)})

    def _check_held(self, ids: Sequence[str], whose: str) -> None:
        if len(self._retrieve_points(ids, with_payload=False)) < len(ids):
            raise IndexUnavailable(f"Qdrant holds fewer passages of {whose} than it was sent.")

    def _collect_known_vectors(self, path: str, points: Iterable[models.Record]) -> dict[str, dict[str, models.Vector]]:
        """The known dense vectors of a document, by the embedded text, then by name."""
        known, before = vectors_by_text(points), self._previous
        if before is None or not before._dense.has_same_vectors(self._dense):
            return known
        dimension, ours = before._dense.fetch_dimension(), self._dense.fetch_dimension()
        if dimension is None or (ours is not None and ours != dimension):
            return known
        brought = vectors_by_text(before._fetch_document_points(path, with_dense=True))
        if brought and ours is None:
            self._dense.prepare_dimension(dimension)
        return {**brought, **known}

    def copy_passages(self, source: Document, target: Document) -> bool:
        """Copy the passages and vectors of `source` to `target`, which has the same content.

        False, and nothing is written, if the index does not hold every passage of `source`.
        """
        points = self._retrieve_points(list_passage_ids(source), with_vectors=True)
        if len(points) != source.passages:
            return False
        copies = [copy_point(point, target, live=True) for point in points]
        held = self._fetch_document_points(target.path, copies)
        ids = [str(point.id) for point in copies]
        self._replace_points(target, held, ids, lambda live: (copy_point(point, target, live=live) for point in points))
        return True

    def get_document_passages(self, document: Document) -> list[Passage]:
        """All passages of a document in their order; empty if the index holds another number than the ledger says."""
        points = self._retrieve_points(list_passage_ids(document))
        held = sorted(
            (passage_from_payload(point.payload or {}, str(point.id)) for point in points), key=lambda one: one.n
        )
        return held if len(held) == document.passages else []

    def _replace_points(
        self,
        document: Document,
        held_points: Sequence[models.Record],
        new_ids: Sequence[str],
        build_points: Callable[[bool], Iterable[models.PointStruct]],  # made batch by batch: all take much memory
    ) -> None:
        before = [point for point in held_points if version_from_point(point) == document.version]
        # After a crash in the deletes below, the new version is live already and must stay so.
        live = len(before) == len(held_points) or any(is_live_point(point) for point in before)
        self._inventory_cache.invalidate_inventory(document.path)
        self._upsert_points(build_points(live))
        self._check_held(new_ids, document.path)
        if not live:
            self._activate_points(document, new_ids)
        self._delete_points({str(point.id) for point in held_points}.difference(new_ids))
        self._inventory_cache.record_version_counts(document.path, {document.version: len(new_ids)})

    def keep_live_passages(self, path: str) -> int:
        """Delete the passages at `path` that no search finds; returns how many stay.

        For a document that can no longer be read. An incomplete version is deleted, live or not.
        """
        points = self._fetch_document_points(path)
        passages = [
            passage_from_payload(point.payload or {}, str(point.id)) for point in points if is_live_point(point)
        ]
        newest = max(passages, key=lambda passage: passage.generation, default=None)
        kept = {passage.id: passage.n for passage in passages if newest and passage.version == newest.version}
        if sorted(kept.values()) != list(range(len(kept))):
            kept = {}
        self._inventory_cache.invalidate_inventory(path)
        self._delete_points({str(point.id) for point in points} - kept.keys())
        self._inventory_cache.record_version_counts(path, {newest.version: len(kept)} if newest and kept else {})
        return len(kept)

    def apply_audiences(self, audiences: Mapping[str, frozenset[str]]) -> None:
        """Give the passages of each document, by its path, exactly this audience.

        Nothing is read or embedded again. Safe to repeat.
        """
        wanted = {make_document_id(path): audience for path, audience in audiences.items()}
        of_any = models.FieldCondition(key="metadata.document_id", match=models.MatchAny(any=[*wanted]))
        alike: dict[str, tuple[dict[str, str | list[str]], list[str]]] = {}
        for point in self._scroll_points(models.Filter(must=[of_any])):
            payload = build_audience_metadata(point, wanted[document_id_from_point(point)])
            alike.setdefault(str(payload["edition"]), (payload, []))[1].append(str(point.id))
        changes: list[models.SetPayloadOperation] = []
        room = _IDS_BATCH
        for payload, ids in alike.values():
            for start in range(0, len(ids), _IDS_BATCH):
                points = [*ids[start : start + _IDS_BATCH]]
                if len(points) > room:
                    self._set_payloads(changes)
                    changes, room = [], _IDS_BATCH
                payload_change = models.SetPayload(payload=payload, points=points, key="metadata")
                changes.append(models.SetPayloadOperation(set_payload=payload_change))
                room -= len(points)
        self._set_payloads(changes)

    def _set_payloads(self, changes: Sequence[models.SetPayloadOperation]) -> None:
        if changes:
            with translate_qdrant_errors():
                for result in self._client.batch_update_points(self.collection, changes, wait=True):
                    check_write_completed(result)

    def delete_document_passages(self, path: str) -> None:
        """Delete every passage of the document at `path`."""
        ids = {str(point.id) for point in self._fetch_document_points(path)}
        self._inventory_cache.invalidate_inventory(path)
        self._delete_points(ids)
        self._inventory_cache.record_version_counts(path, {})

    def fetch_passage_inventory(self, known: Mapping[str, Document] | None = None) -> PassageInventory:
        """Count the passages of each document, to compare them with the ledger: `known`, which must not change later.

        Documents that are written later need no count of their own, until `clear_inventory_cache`.
        """
        inventory = count_passages(self._client, self.collection, known or {}, build_passages_filter())
        self._inventory_cache.reset_inventory(inventory)
        return inventory

    def list_unembedded_passages(self, ids: Sequence[str]) -> list[tuple[str, str]]:
        """The ids and indexed texts of those passages that exist and have no dense vector, in order."""
        with_vectors = [self._dense.vector_name] if self._dense.fetch_dimension() is not None else False
        points = self._retrieve_points(ids, with_vectors=with_vectors)
        texts = {
            str(point.id): passage_from_payload(point.payload or {}, str(point.id)).indexed_text
            for point in points
            if not vectors_from_point(point)
        }
        return [(passage, texts[passage]) for passage in ids if passage in texts]

    def add_dense_vectors(self, vectors: Sequence[tuple[str, list[float]]]) -> None:
        """Add dense vectors to passages, by id.

        Raises:
            ModelUnavailable: the vectors have another dimension than those in the index.
            IndexUnavailable: Qdrant failed.
        """
        if not vectors:
            return
        self._dense.prepare_dimension(len(vectors[0][1]))
        name = self._dense.vector_name
        points = [models.PointVectors(id=point, vector={name: vector}) for point, vector in vectors]
        with translate_qdrant_errors():
            check_write_completed(self._client.update_vectors(self.collection, points, wait=True))

    def measure_typical_margin(self, known: TypicalMargin | None) -> TypicalMargin | None:
        """Measure the typical margin, or return `known` while it is valid. None if it cannot be measured.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if self._dense.fetch_dimension() is None:
            return None
        return compute_typical_margin(self._client, self.collection, self._dense.vector_name, known)

    def _upsert_points(self, points: Iterable[models.PointStruct]) -> None:
        points = iter(points)
        while batch := list(islice(points, _BATCH)):
            with translate_write_errors():
                check_write_completed(self._client.upsert(self.collection, batch, wait=True))

    def _activate_points(self, document: Document, ids: Sequence[str]) -> None:
        # One write for all of them: half a write would show half of the new version and nothing else.
        metadata = build_version_metadata(document, live=True)
        with translate_qdrant_errors():
            check_write_completed(
                self._client.set_payload(self.collection, metadata, sorted(ids), key="metadata", wait=True)
            )

    def _delete_points(self, ids: set[str]) -> None:
        # By id, not by filter: a filter that is replayed after a crash could match newer points.
        ordered = sorted(ids)
        for start in range(0, len(ordered), _IDS_BATCH):
            with translate_qdrant_errors():
                batch: models.PointsSelector = models.PointIdsList(points=[*ordered[start : start + _IDS_BATCH]])
                check_write_completed(self._client.delete(self.collection, batch, wait=True))

    def _fetch_document_points(
        self, path: str, coming: Iterable[Passage | models.PointStruct] = (), *, with_dense: bool = False
    ) -> list[models.Record]:
        """All points of a document, of every version, with their dense vectors if wanted.

        They are looked up by id if their number is known: this is the fastest way.
        The points of `coming` are about to be written.
        """
        known = self._inventory_cache.get_version_counts(path)
        if known is not None and not known:
            return []
        with_vectors = [self._dense.vector_name] if with_dense and self._dense.fetch_dimension() is not None else False
        document = make_document_id(path)
        if known is not None:
            ids = {make_passage_id(document, version, n) for version, count in known.items() for n in range(count)}
            points = self._retrieve_points(ids.union(str(one.id) for one in coming), with_vectors=with_vectors)
            # If not, a write was interrupted, or another worker has written.
            if {str(point.id) for point in points} == ids:
                return points
        return list(self._scroll_points(build_document_filter(document), with_vectors=with_vectors))

    def _retrieve_points(
        self, ids: Iterable[str], *, with_payload: bool = True, with_vectors: bool | list[str] = False
    ) -> list[models.Record]:
        """Those of the points that exist."""
        points: list[models.Record] = []
        ids = iter(ids)
        while batch := list(islice(ids, _BATCH)):
            with translate_qdrant_errors():
                points += self._client.retrieve(
                    self.collection, batch, with_payload=with_payload, with_vectors=with_vectors
                )
        return points

    def _scroll_points(
        self, condition: models.Filter, *, with_payload: bool = True, with_vectors: bool | list[str] = False
    ) -> Iterator[models.Record]:
        offset = None
        while True:
            with translate_qdrant_errors():
                points, offset = self._client.scroll(
                    self.collection,
                    condition,
                    limit=256,
                    offset=offset,
                    with_payload=with_payload,
                    with_vectors=with_vectors,
                )
            yield from points
            if offset is None:
                return

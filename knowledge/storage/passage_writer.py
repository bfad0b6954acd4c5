"""Passages in Qdrant as the worker writes them: stored, enriched, copied, forgotten. Knows no question."""

from __future__ import annotations

import warnings
from itertools import islice
from typing import TYPE_CHECKING

from knowledge.core.documents import document_id
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import ids_of, passage_id
from knowledge.storage.calibration import usual_in
from knowledge.storage.client import completed, guarded, make_collection, sending, tally
from knowledge.storage.collection import Dense
from knowledge.storage.editions import Editions
from knowledge.storage.holdings import Holdings
from knowledge.storage.index_versions import Build
from knowledge.storage.layout import Layout
from knowledge.storage.points import (
    INDEXED,
    WORDS_VECTOR,
    copied,
    document_of,
    guarded_again,
    is_live,
    meaning_of,
    of_document,
    passage_at,
    point_of,
    standing,
    vectors_of,
    version_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qdrant_client import QdrantClient, models

    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage
    from knowledge.embeddings.embedding_model import Meaning
    from knowledge.storage.calibration import Usual

_BATCH = 128
_EDITIONS = 1_000_000  # one a document, two while it changes
_THE_FIRST, _PLAIN = Build(), Layout()


class Index:
    """The passages of one collection.

    Each point holds a sparse vector, a dense one once the embedding model has answered, and as payload
    `page_content` (the text that people see) and `metadata` (its place), as langchain-qdrant expects them.
    A passage is found only while it is `live`: a new version's are written first, then brought to life.
    Where the same model made the index `before` it, a text that stands there brings its vector along.
    """

    def __init__(
        self,
        client: QdrantClient,
        prefix: str,
        meaning: Meaning,
        build: Build = _THE_FIRST,
        layout: Layout = _PLAIN,
        before: Index | None = None,
    ) -> None:
        self._client = client
        self._build = build
        self._layout = layout
        self._before = before
        self.collection = build.passages(prefix)
        self._dense = Dense(client, self.collection, meaning)
        self._holdings = Holdings()

    def prepare(self) -> None:
        """Make the collection and its payload indexes, where they are missing."""
        from qdrant_client import models

        sparse = models.SparseVectorParams(modifier=models.Modifier.IDF)
        make_collection(
            self._client,
            self.collection,
            vectors_config={},
            sparse_vectors_config={WORDS_VECTOR: sparse},
            metadata=self._build.metadata,
            **self._layout.of_passages(),
        )
        with guarded():
            info = self._client.get_collection(self.collection)
            known = info.payload_schema
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local Qdrant")
                for field, schema in INDEXED.items():
                    if f"metadata.{field}" not in known:
                        self._client.create_payload_index(self.collection, f"metadata.{field}", schema)
            # A worker may have died between making the vectors and putting them on disk.
            self._put_on_disk(info.config)

    def doubt(self) -> None:
        """Rely on nothing that an earlier look at all passages told: another worker may have written since."""
        self._holdings.forget()

    def add(self, document: Document, passages: Sequence[Passage]) -> bool:
        """Let the first passages of a document answer while the others are read; `replace` ends what this begins.

        False, and nothing is done, where an older version answers until this one is complete.
        """
        held = self._held(document.path, passages, meaning=True)
        if any(version_of(point) != document.version for point in held):
            return False
        known = self._known_meaning(document.path, held)
        self._holdings.doubt(document.path)
        self._upsert(point_of(passage, live=True, dense=known.get(passage.indexed_text)) for passage in passages)
        reached = max((passage.n + 1 for passage in passages), default=0)
        self._holdings.note(document.path, {document.version: max(len(held), reached)})
        return True

    def replace(self, document: Document, passages: Sequence[Passage], added: int = 0) -> None:
        """Make `passages` the ones that answer for `document`; safe to repeat after a crash at any point.

        The old version answers until the new one is complete. The first `added` passages were just added. A passage
        whose text was in the document before keeps its vector.

        Raises:
            IndexUnavailable: Qdrant failed, or does not hold what it was sent.
        """
        held = self._held(document.path, passages, meaning=True)
        known = self._known_meaning(document.path, held)
        self._switch(
            document,
            held,
            [passage.id for passage in passages],
            lambda live: [
                point_of(passage, live=live, dense=known.get(passage.indexed_text)) for passage in passages[added:]
            ],
        )

    def _known_meaning(self, path: str, held: Iterable[models.Record]) -> dict[str, dict[str, models.Vector]]:
        """The dense vectors that are known of a document, by the text that they stand for, then by name."""
        known, before = meaning_of(held), self._before
        if before is None or before._dense.name != self._dense.name:
            return known
        dimension, ours = before._dense.dimension(), self._dense.dimension()
        if dimension is None or (ours is not None and ours != dimension):
            return known
        brought = meaning_of(before._held(path, meaning=True))
        if brought and ours is None:
            self._prepare_meaning(dimension)
        return {**brought, **known}

    def copy(self, source: Document, target: Document) -> bool:
        """Give `target`, whose content is that of `source`, its passages and vectors, in the order of `replace`.

        False, and nothing is done, where the index does not hold every passage of `source`.
        """
        points = self._retrieved(ids_of(source), with_vectors=True)
        if len(points) != source.passages:
            return False
        copies = [copied(point, target, live=True) for point in points]
        held = self._held(target.path, copies)
        ids = [str(point.id) for point in copies]
        self._switch(target, held, ids, lambda live: [copied(point, target, live=live) for point in points])
        return True

    def passages(self, document: Document) -> list[Passage]:
        """What is held of a document, in its order; empty where that is not all that its ledger tells of."""
        points = self._retrieved(ids_of(document))
        held = sorted((passage_at(point.payload or {}, str(point.id)) for point in points), key=lambda one: one.n)
        return held if len(held) == document.passages else []

    def _switch(
        self,
        document: Document,
        held: Sequence[models.Record],
        new: Sequence[str],
        points_of: Callable[[bool], list[models.PointStruct]],
    ) -> None:
        before = [point for point in held if version_of(point) == document.version]
        # After a crash in the deletes below, the new version is alive already and must stay so.
        live = len(before) == len(held) or any(is_live(point) for point in before)
        self._holdings.doubt(document.path)
        self._upsert(points_of(live))
        if len(self._retrieved(new, with_payload=False)) < len(new):
            raise IndexUnavailable(f"Qdrant holds fewer passages of {document.path} than it was sent.")
        if not live:
            self._bring_to_life(document, new)
        self._delete({str(point.id) for point in held}.difference(new))
        self._holdings.note(document.path, {document.version: len(new)})

    def keep_what_answers(self, path: str) -> int:
        """Drop what readers do not see of the document at `path`; the number of passages that go on answering.

        For a document that cannot be read on: a version that was being written is given up, and so is one of which
        passages were lost.
        """
        points = self._held(path)
        passages = [passage_at(point.payload or {}, str(point.id)) for point in points if is_live(point)]
        newest = max(passages, key=lambda passage: passage.generation, default=None)
        kept = {passage.id: passage.n for passage in passages if newest and passage.version == newest.version}
        if sorted(kept.values()) != list(range(len(kept))):
            kept = {}
        self._holdings.doubt(path)
        self._delete({str(point.id) for point in points} - kept.keys())
        self._holdings.note(path, {newest.version: len(kept)} if newest and kept else {})
        return len(kept)

    def guard(self, audiences: Mapping[str, frozenset[str]]) -> None:
        """Let the passages of each document, by its path, be for this audience from now on, and for no other.

        Nothing is read or embedded anew. Safe to repeat.
        """
        from qdrant_client import models

        wanted = {document_id(path): audience for path, audience in audiences.items()}
        of_any = models.FieldCondition(key="metadata.document_id", match=models.MatchAny(any=[*wanted]))
        alike: dict[str, tuple[dict[str, str | list[str]], list[str]]] = {}
        for point in self._scroll(models.Filter(must=[of_any])):
            payload = guarded_again(point, wanted[document_of(point)])
            alike.setdefault(str(payload["edition"]), (payload, []))[1].append(str(point.id))
        if alike:
            changes = [
                models.SetPayloadOperation(
                    set_payload=models.SetPayload(payload=payload, points=[*ids], key="metadata")
                )
                for payload, ids in alike.values()
            ]
            with guarded():
                for result in self._client.batch_update_points(self.collection, changes, wait=True):
                    completed(result)

    def forget(self, path: str) -> None:
        """Drop every passage of the document at `path`."""
        ids = {str(point.id) for point in self._held(path)}
        self._holdings.doubt(path)
        self._delete(ids)
        self._holdings.note(path, {})

    def editions(self) -> Editions:
        """What is held of each document: what a scan holds against the ledger.

        Documents that are written from then on, until `doubt`, cost no search for what is held of them.
        """
        counts = tally(self._client, self.collection, "metadata.edition", _EDITIONS)
        editions = Editions.counted(counts.items())
        if len(counts) < _EDITIONS:
            self._holdings.tell(editions)
        else:
            self._holdings.forget()
        return editions

    def paths(self) -> dict[str, int]:
        """The path of every document that has passages, and how many."""
        return {path: sum(counts.values()) for path, counts in self.editions().by_path.items()}

    def without_meaning(self, ids: Sequence[str]) -> list[tuple[str, str]]:
        """Ids and indexed texts of those passages, by id and in order, that are there and wait for a dense vector."""
        with_vectors = [self._dense.name] if self._dense.dimension() is not None else False
        points = self._retrieved(ids, with_vectors=with_vectors)
        texts = {
            str(point.id): passage_at(point.payload or {}, str(point.id)).indexed_text
            for point in points
            if not vectors_of(point)
        }
        return [(passage, texts[passage]) for passage in ids if passage in texts]

    def enrich(self, vectors: Sequence[tuple[str, list[float]]]) -> None:
        """Add dense vectors to passages, by id.

        Raises:
            ModelUnavailable: the model's vectors have another dimension than those that the index holds of it.
            IndexUnavailable: Qdrant failed.
        """
        from qdrant_client import models

        if not vectors:
            return
        self._prepare_meaning(len(vectors[0][1]))
        name = self._dense.name
        points = [models.PointVectors(id=point, vector={name: vector}) for point, vector in vectors]
        with guarded():
            completed(self._client.update_vectors(self.collection, points, wait=True))

    def usual_lead(self, known: Usual | None) -> Usual | None:
        """How far ahead the nearest passage usually is here; `known`, while that holds. None where it cannot be told.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if self._dense.dimension() is None:
            return None
        return usual_in(self._client, self.collection, self._dense.name, known)

    def _prepare_meaning(self, dimension: int) -> None:
        from qdrant_client import models

        held = self._dense.dimension()
        if held is not None:
            self._dense.check(dimension, held)
            return
        name = self._dense.name
        config = models.DenseVectorConfig(size=dimension, distance=models.Distance.COSINE)
        with guarded():
            self._client.create_vector_name(self.collection, name, models.DenseVectorNameConfig(dense=config))
            self._put_on_disk(self._client.get_collection(self.collection).config)

    def _put_on_disk(self, config: models.CollectionConfig) -> None:
        """Have whole vectors on disk, where the index was made with quantised ones for memory."""
        from qdrant_client import models

        vectors = config.params.vectors
        if config.quantization_config is None or not isinstance(vectors, dict):
            return
        in_memory = {name: models.VectorParamsDiff(on_disk=True) for name, one in vectors.items() if not one.on_disk}
        if in_memory:
            self._client.update_collection(self.collection, vectors_config=in_memory)

    def _upsert(self, points: Iterable[models.PointStruct]) -> None:
        points = iter(points)
        while batch := list(islice(points, _BATCH)):
            with sending():
                completed(self._client.upsert(self.collection, batch, wait=True))

    def _bring_to_life(self, document: Document, ids: Sequence[str]) -> None:
        # In one write, however many: after half of it, readers would have half of the new version and nothing else.
        alive = standing(document, live=True)
        with guarded():
            completed(self._client.set_payload(self.collection, alive, sorted(ids), key="metadata", wait=True))

    def _delete(self, ids: set[str]) -> None:
        # By id, not by filter: a filter replayed after a crash could match points written since.
        if ids:
            with guarded():
                completed(self._client.delete(self.collection, sorted(ids), wait=True))

    def _held(
        self, path: str, coming: Iterable[Passage | models.PointStruct] = (), *, meaning: bool = False
    ) -> list[models.Record]:
        """All passages of a document that are held, of whatever version; with the vectors of `meaning`, if wanted.

        By their ids, where the number of them is known and is found: looking an id up costs the same in an index of
        any size, which a filter in the embedded engine does not. `coming` are about to be written.
        """
        known = self._holdings.of(path)
        if known is not None and not known:
            return []
        with_vectors = [self._dense.name] if meaning and self._dense.dimension() is not None else False
        document = document_id(path)
        if known is not None:
            ids = {passage_id(document, version, n) for version, count in known.items() for n in range(count)}
            points = self._retrieved(ids.union(str(one.id) for one in coming), with_vectors=with_vectors)
            # Else a write was cut off, or another worker has written meanwhile.
            if {str(point.id) for point in points} == ids:
                return points
        return list(self._scroll(of_document(document), with_vectors=with_vectors))

    def _retrieved(
        self, ids: Iterable[str], *, with_payload: bool = True, with_vectors: bool | list[str] = False
    ) -> list[models.Record]:
        """Those points that are there, by id."""
        points: list[models.Record] = []
        ids = iter(ids)
        while batch := list(islice(ids, _BATCH)):
            with guarded():
                points += self._client.retrieve(
                    self.collection, batch, with_payload=with_payload, with_vectors=with_vectors
                )
        return points

    def _scroll(
        self, condition: models.Filter, *, with_payload: bool = True, with_vectors: bool | list[str] = False
    ) -> Iterator[models.Record]:
        offset = None
        while True:
            with guarded():
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

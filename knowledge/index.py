"""Passages in Qdrant as the worker writes them: stored, enriched, copied, forgotten. Knows no question."""

from __future__ import annotations

import warnings
from itertools import islice
from typing import TYPE_CHECKING

from knowledge.builds import Build
from knowledge.collection import Dense
from knowledge.documents import document_id
from knowledge.editions import Editions
from knowledge.errors import IndexUnavailable
from knowledge.layout import Layout
from knowledge.points import (
    INDEXED,
    WORDS_VECTOR,
    copied,
    document_of,
    guarded_again,
    has,
    is_live,
    of_document,
    of_version,
    passage_at,
    point_of,
    standing,
    vectors_of,
)
from knowledge.qdrant import completed, guarded, make_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from qdrant_client import QdrantClient, models

    from knowledge.documents import Document
    from knowledge.meaning import Meaning
    from knowledge.passages import Passage

_BATCH = 128
_EDITIONS = 1_000_000  # one a document, two while it changes
_THE_FIRST, _PLAIN = Build(), Layout()


class Index:
    """The passages of one collection.

    Each point holds a sparse vector, a dense one once the embedding model has answered, and as payload
    `page_content` (the text that people see) and `metadata` (its place), as langchain-qdrant expects them.
    A passage is found only while it is `live`: a new version's are written first, then brought to life.
    """

    def __init__(
        self,
        client: QdrantClient,
        prefix: str,
        meaning: Meaning,
        build: Build = _THE_FIRST,
        layout: Layout = _PLAIN,
    ) -> None:
        self._client = client
        self._build = build
        self._layout = layout
        self.collection = build.passages(prefix)
        self._dense = Dense(client, self.collection, meaning)

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
            known = self._client.get_collection(self.collection).payload_schema
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Payload indexes have no effect in the local Qdrant")
                for field, schema in INDEXED.items():
                    if f"metadata.{field}" not in known:
                        self._client.create_payload_index(self.collection, f"metadata.{field}", schema)

    def add(self, document: Document, passages: Sequence[Passage]) -> bool:
        """Let the first passages of a document answer while the others are read; `replace` ends what this begins.

        False, and nothing is done, where an older version answers until this one is complete.
        """
        if self._ids(document.id, but_version=document.version):
            return False
        known = self._known_meaning(document)
        self._upsert(point_of(passage, live=True, dense=known.get(passage.indexed_text)) for passage in passages)
        return True

    def replace(self, document: Document, passages: Sequence[Passage], added: int = 0) -> None:
        """Make `passages` the ones that answer for `document`; safe to repeat after a crash at any point.

        The old version answers until the new one is complete. The first `added` passages were just added. A passage
        whose text was in the document before keeps its vector.

        Raises:
            IndexUnavailable: Qdrant failed, or does not hold what it was sent.
        """
        known = self._known_meaning(document)
        self._switch(
            document,
            {passage.id for passage in passages},
            lambda live: [
                point_of(passage, live=live, dense=known.get(passage.indexed_text)) for passage in passages[added:]
            ],
        )

    def _known_meaning(self, document: Document) -> dict[str, dict[str, models.Vector]]:
        """The dense vectors that the index holds of a document, by the text that they stand for, then by name."""
        from qdrant_client import models

        name = self._dense.name
        if self._dense.dimension() is None:
            return {}
        enriched = of_document(document.id, models.HasVectorCondition(has_vector=name))
        return {
            passage_at(point.payload or {}, str(point.id)).indexed_text: vectors_of(point)
            for point in self._scroll(enriched, with_vectors=[name])
        }

    def copy(self, source: Document, target: Document) -> bool:
        """Give `target`, whose content is that of `source`, its passages and vectors, in the order of `replace`.

        False, and nothing is done, where the index does not hold every passage of `source`.
        """
        points = list(self._scroll(of_version(source.id, source.version), with_vectors=True))
        if len(points) != source.passages:
            return False
        ids = {str(copied(point, target, live=True).id) for point in points}
        self._switch(target, ids, lambda live: [copied(point, target, live=live) for point in points])
        return True

    def passages(self, document: Document) -> list[Passage]:
        """What is held of a document, in its order; empty where that is not all that its ledger tells of."""
        points = self._scroll(of_version(document.id, document.version))
        held = sorted((passage_at(point.payload or {}, str(point.id)) for point in points), key=lambda one: one.n)
        return held if len(held) == document.passages else []

    def _switch(self, document: Document, new: set[str], points_of: Callable[[bool], list[models.PointStruct]]) -> None:
        old = self._ids(document.id, but_version=document.version)
        # After a crash in the deletes below, the new version is alive already and must stay so.
        live = not old or self._count(document, live=True) > 0
        self._upsert(points_of(live))
        held = self._ids(document.id, version=document.version)
        if not new <= held:
            raise IndexUnavailable(f"Qdrant holds fewer passages of {document.path} than it was sent.")
        if not live:
            self._bring_to_life(document, new)
        self._delete(old | (held - new))

    def keep_what_answers(self, path: str) -> int:
        """Drop what readers do not see of the document at `path`; the number of passages that go on answering.

        For a document that cannot be read on: a version that was being written is given up.
        """
        points = list(self._scroll(of_document(document_id(path))))
        passages = [passage_at(point.payload or {}, str(point.id)) for point in points if is_live(point)]
        newest = max(passages, key=lambda passage: passage.generation, default=None)
        kept = {passage.id for passage in passages if newest and passage.version == newest.version}
        self._delete({str(point.id) for point in points} - kept)
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
        self._delete(self._ids(document_id(path)))

    def editions(self) -> Editions:
        """What is held of each document: what a scan holds against the ledger."""
        with guarded():
            hits = self._client.facet(self.collection, "metadata.edition", limit=_EDITIONS, exact=True).hits
        return Editions.counted((str(hit.value), hit.count) for hit in hits)

    def paths(self) -> dict[str, int]:
        """The path of every document that has passages, and how many."""
        return {path: sum(counts.values()) for path, counts in self.editions().by_path.items()}

    def without_meaning(self, document: Document, limit: int, but: Collection[str] = ()) -> list[tuple[str, str]]:
        """Ids and indexed texts of passages that wait for a dense vector, at most `limit`, without those in `but`."""
        from qdrant_client import models

        waiting = models.Filter(
            must=of_version(document.id, document.version).must,
            must_not=[
                models.HasVectorCondition(has_vector=self._dense.name),
                models.HasIdCondition(has_id=[*sorted(but)]),
            ],
        )
        with guarded():
            points, _ = self._client.scroll(self.collection, waiting, limit=limit, with_payload=True)
        return [(str(point.id), passage_at(point.payload or {}, str(point.id)).indexed_text) for point in points]

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
            if self._layout.whole_vectors_on_disk:
                on_disk = {name: models.VectorParamsDiff(on_disk=True)}
                self._client.update_collection(self.collection, vectors_config=on_disk)

    def _upsert(self, points: Iterable[models.PointStruct]) -> None:
        points = iter(points)
        while batch := list(islice(points, _BATCH)):
            with guarded():
                completed(self._client.upsert(self.collection, batch, wait=True))

    def _bring_to_life(self, document: Document, ids: set[str]) -> None:
        # In one write, however many: after half of it, readers would have half of the new version and nothing else.
        alive = standing(document, live=True)
        with guarded():
            completed(self._client.set_payload(self.collection, alive, sorted(ids), key="metadata", wait=True))

    def _delete(self, ids: set[str]) -> None:
        # By id, not by filter: a filter replayed after a crash could match points written since.
        if ids:
            with guarded():
                completed(self._client.delete(self.collection, sorted(ids), wait=True))

    def _count(self, document: Document, *, live: bool) -> int:
        condition = of_version(document.id, document.version, has("live", value=live))
        with guarded():
            return self._client.count(self.collection, condition, exact=True).count

    def _ids(self, document: str, *, version: str | None = None, but_version: str | None = None) -> set[str]:
        from qdrant_client import models

        must = [has("document_id", document)] + ([has("version", version)] if version else [])
        must_not = [has("version", but_version)] if but_version else None
        points = self._scroll(models.Filter(must=must, must_not=must_not), with_payload=False)
        return {str(point.id) for point in points}

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

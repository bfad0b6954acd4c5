"""Passages in Qdrant: stored, enriched, moved, forgotten and searched."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from knowledge.documents import document_id
from knowledge.editions import Editions
from knowledge.errors import IndexUnavailable, ModelUnavailable
from knowledge.points import (
    INDEXED,
    WORDS_VECTOR,
    copied,
    found_from,
    has,
    of_version,
    passage_at,
    point_of,
    standing,
    visible_to,
)
from knowledge.qdrant import completed, guarded, make_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from langchain_qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient, models

    from knowledge.audience import Audience
    from knowledge.documents import Document
    from knowledge.meaning import Meaning
    from knowledge.passages import Found, Passage

CANDIDATES = 40  # how many passages each kind of vector proposes before fusion
_BATCH = 128
_EDITIONS = 1_000_000  # one a document, two while it changes


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, best first. `degraded` says why meaning was not searched, if it was not."""

    found: tuple[Found, ...]
    degraded: str | None = None


class Index:
    """The passages of one collection.

    Each point holds a sparse vector, a dense one once the embedding model has answered, and as payload
    `page_content` (the text that people see) and `metadata` (its place), as langchain-qdrant expects them.
    A passage is found only while it is `live`: a new version's are written first, then brought to life.
    """

    def __init__(self, client: QdrantClient, prefix: str, meaning: Meaning) -> None:
        self._client = client
        self._meaning = meaning
        self.collection = f"{prefix}_passages"

    # -- written by the worker ------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make the collection and its payload indexes, where they are missing."""
        from qdrant_client import models

        sparse = models.SparseVectorParams(modifier=models.Modifier.IDF)
        make_collection(self._client, self.collection, vectors_config={}, sparse_vectors_config={WORDS_VECTOR: sparse})
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
        self._upsert(point_of(passage, live=True) for passage in passages)
        return True

    def replace(self, document: Document, passages: Sequence[Passage], added: int = 0) -> None:
        """Make `passages` the ones that answer for `document`; safe to repeat after a crash at any point.

        The old version answers until the new one is complete. The first `added` passages were just added.

        Raises:
            IndexUnavailable: Qdrant failed, or does not hold what it was sent.
        """
        ids = {passage.id for passage in passages}
        self._switch(document, ids, lambda live: [point_of(passage, live=live) for passage in passages[added:]])

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
                models.HasVectorCondition(has_vector=self._meaning.vector_name),
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
        name = self._meaning.vector_name
        points = [models.PointVectors(id=point, vector={name: vector}) for point, vector in vectors]
        with guarded():
            completed(self._client.update_vectors(self.collection, points, wait=True))

    def _prepare_meaning(self, dimension: int) -> None:
        from qdrant_client import models

        held = self._dimension()
        if held is not None:
            self._check(dimension, held)
            return
        name = self._meaning.vector_name
        config = models.DenseVectorConfig(size=dimension, distance=models.Distance.COSINE)
        with guarded():
            self._client.create_vector_name(self.collection, name, models.DenseVectorNameConfig(dense=config))

    # -- asked by the bot -----------------------------------------------------------------------------------

    def search(self, question: str, audience: Audience, k: int) -> Results:
        """The `k` best passages that `audience` may know, by words and meaning together.

        Where the embedding model is away or has no vectors here yet, words alone decide; the result says so.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not audience.groups:
            return Results(())
        with guarded():
            if not self._client.collection_exists(self.collection):
                return Results((), "Nothing has been indexed yet: start the worker and drop a document.")
            dimension = self._dimension()
            if dimension is None:
                degraded = f"No passage has a vector of {self._meaning.model} yet."
                return Results(self._by_words(question, audience, k), degraded)
            try:
                self._check(len(self._meaning.embed_query(question)), dimension)  # remembered for what follows
                return Results(self._by_both(question, audience, k))
            except ModelUnavailable as error:
                return Results(self._by_words(question, audience, k), str(error))

    def _by_both(self, question: str, audience: Audience, k: int) -> tuple[Found, ...]:
        from qdrant_client import models

        # Qdrant's own default of k=2 would let the first rank of either side drown everything else.
        fusion = models.RrfQuery(rrf=models.Rrf(k=60))
        return self._ask(self._store(hybrid=True), question, audience, k, hybrid_fusion=fusion)

    def _by_words(self, question: str, audience: Audience, k: int) -> tuple[Found, ...]:
        return self._ask(self._store(hybrid=False), question, audience, k)

    def _ask(
        self, store: QdrantVectorStore, question: str, audience: Audience, k: int, **options: Any
    ) -> tuple[Found, ...]:
        scored = store.similarity_search_with_score(
            question, k=max(k, CANDIDATES), filter=visible_to(audience), **options
        )
        return tuple(islice(_newest(found_from(document, score) for document, score in scored), k))

    def _store(self, *, hybrid: bool) -> QdrantVectorStore:
        from langchain_qdrant import QdrantVectorStore, RetrievalMode

        from knowledge.sparse import Words

        return QdrantVectorStore(
            client=self._client,
            collection_name=self.collection,
            embedding=self._meaning if hybrid else None,
            retrieval_mode=RetrievalMode.HYBRID if hybrid else RetrievalMode.SPARSE,
            vector_name=self._meaning.vector_name,
            sparse_embedding=Words(),
            sparse_vector_name=WORDS_VECTOR,
            validate_collection_config=False,
        )

    def _check(self, dimension: int, held: int) -> None:
        if dimension != held:
            raise ModelUnavailable(
                f"The embedding model {self._meaning.model} gives vectors of {dimension} numbers, the index holds "
                f"{held}: it is another model under the same name, pull it under a name of its own."
            )

    def _dimension(self) -> int | None:
        """How many numbers this model's vectors in the index have; None before the first of them."""
        with guarded():
            vectors = self._client.get_collection(self.collection).config.params.vectors
        params = vectors.get(self._meaning.vector_name) if isinstance(vectors, dict) else None
        return params.size if params else None

    # -- points ---------------------------------------------------------------------------------------------

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
        self, condition: models.Filter, *, with_payload: bool = True, with_vectors: bool = False
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


def _newest(found: Iterable[Found]) -> Iterator[Found]:
    """Keep, of each document, only the passages of the newest version: never answer from two.

    A version that is written anew has two generations meanwhile: they say the same.
    """
    every = list(found)
    newest: dict[str, Passage] = {}
    for one in every:
        known = newest.setdefault(one.passage.document_id, one.passage)
        if one.passage.generation > known.generation:
            newest[one.passage.document_id] = one.passage
    return (one for one in every if one.passage.version == newest[one.passage.document_id].version)

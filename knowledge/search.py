"""Finds passages for a question, by words and by meaning. There is no way to ask it but for an audience."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from knowledge.builds import Builds
from knowledge.collection import Dense
from knowledge.errors import IndexUnavailable, ModelUnavailable
from knowledge.layout import search_params
from knowledge.lookup import Lookup
from knowledge.points import WORDS_VECTOR, found_from, visible_to
from knowledge.qdrant import guarded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from langchain_qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient

    from knowledge.audience import Audience
    from knowledge.builds import Build
    from knowledge.meaning import Meaning
    from knowledge.passages import Found, Passage

CANDIDATES = 40  # how many passages each kind of vector proposes before fusion


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, best first. `degraded` says why meaning was not searched, if it was not."""

    found: tuple[Found, ...]
    degraded: str | None = None


_NOTHING = Results((), "Nothing has been indexed yet: start the worker and drop a document.")


class Search:
    """Whatever build of the index answers now: it may be another one at the next question, never within one."""

    def __init__(self, client: QdrantClient, prefix: str, meaning: Meaning) -> None:
        self._client = client
        self._prefix = prefix
        self._meaning = meaning
        self._builds = Builds(client, prefix)
        self._lookup = Lookup(client, prefix)

    def find(self, question: str, audience: Audience, k: int) -> Results:
        """The `k` best passages that `audience` may know, by words and meaning together, of one build.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not audience.groups:
            return Results(())
        build = self._builds.serving()
        if build is None:
            return _NOTHING
        try:
            return self.within(build).find(question, audience, k)
        except IndexUnavailable:
            # It may have been dropped since it was looked up, where replaced builds are not kept.
            now = self._builds.serving()
            if now is None or now.number == build.number:
                raise
            return self.within(now).find(question, audience, k)

    def has_documents(self) -> bool:
        """Whether anything is indexed at all, whoever may know it.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        build = self._builds.serving()
        if build is None:
            return False
        with guarded():
            return self._client.count(build.passages(self._prefix), exact=False).count > 0

    def still_shows(self, passages: Collection[str], audience: Audience) -> bool:
        """Whether `audience` may know every one of these passages, by id, and none has been replaced or forgotten.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return self._lookup.known(passages, audience).keys() == set(passages)

    def within(self, build: Build) -> SearchWithin:
        """One build, asked by the model that it was made with."""
        meaning = self._meaning.of(build.recipe.model) if build.recipe else self._meaning
        return SearchWithin(self._client, self._prefix, build, meaning)


class SearchWithin:
    """The passages of one build, to whoever may know them. What they are is the index's to say."""

    def __init__(self, client: QdrantClient, prefix: str, build: Build, meaning: Meaning) -> None:
        self._client = client
        self._build = build
        self._meaning = meaning
        self.collection = build.passages(prefix)
        self._dense = Dense(client, self.collection, meaning)

    def find(self, question: str, audience: Audience, k: int) -> Results:
        """The `k` best passages that `audience` may know, by words and meaning together.

        Where the embedding model is away or has no vectors here yet, words alone decide; the result says so.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not audience.groups:
            return Results(())
        with guarded():
            dimension = self._dense.dimension_in(self._build.config)
            if dimension is None:
                degraded = f"No passage has a vector of {self._meaning.model} yet."
                return Results(self._by_words(question, audience, k), degraded)
            try:
                self._dense.check(len(self._meaning.embed_query(question)), dimension)  # remembered for what follows
                return Results(self._by_both(question, audience, k))
            except ModelUnavailable as error:
                return Results(self._by_words(question, audience, k), str(error))

    def _by_both(self, question: str, audience: Audience, k: int) -> tuple[Found, ...]:
        from qdrant_client import models

        # Qdrant's own default of k=2 would let the first rank of either side drown everything else.
        fusion = models.RrfQuery(rrf=models.Rrf(k=60))
        quantised = search_params(self._build.config) if self._build.config else None
        store = self._store(hybrid=True)
        return self._ask(store, question, audience, k, hybrid_fusion=fusion, search_params=quantised)

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
            vector_name=self._dense.name,
            sparse_embedding=Words(),
            sparse_vector_name=WORDS_VECTOR,
            validate_collection_config=False,
        )


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

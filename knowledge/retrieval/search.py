"""Finds passages for a question, by words and by meaning. There is no way to ask it but for an audience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.failures import IndexUnavailable, ModelUnavailable
from knowledge.retrieval.fusion import Ranked, distinct, fused, newest
from knowledge.retrieval.passage_lookup import Lookup
from knowledge.retrieval.vector_search import Plain
from knowledge.storage.calibration import in_usual_leads
from knowledge.storage.client import guarded
from knowledge.storage.collection import Dense
from knowledge.storage.document_ledger import Ledger
from knowledge.storage.index_versions import Builds
from knowledge.storage.layout import search_params
from knowledge.storage.relevance_floor import FLOOR, floor_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience
    from knowledge.core.passages import Found
    from knowledge.embeddings.embedding_model import Meaning
    from knowledge.retrieval.vector_search import Proposals
    from knowledge.storage.index_versions import Build

CANDIDATES = 40  # how many passages each kind of vector proposes before fusion


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found, best first. `degraded` says why meaning was not searched, if it was not.

    `lead` says how far the passage that is nearest to the question by meaning is ahead of the others, as a multiple of
    what is usual in the index; None where that cannot be told. To be worth showing, passages must promise as much as
    `floor` (0 to 1), which is another one where there is a lead.
    """

    found: tuple[Found, ...]
    degraded: str | None = None
    floor: float = FLOOR.threshold
    lead: float | None = None


_NOTHING = Results((), "Nothing has been indexed yet: start the worker and drop a document.")


class Search:
    """Whatever build of the index answers now: it may be another one at the next question, never within one."""

    def __init__(self, client: QdrantClient, prefix: str, meaning: Meaning, proposals: Proposals | None = None) -> None:
        self._client = client
        self._prefix = prefix
        self._meaning = meaning
        self._proposals = proposals or Plain(client)
        self._builds = Builds(client, prefix)
        self._lookup = Lookup(client, prefix)

    def find(self, question: str, audience: Audience, k: int, also: Sequence[str] = ()) -> Results:
        """The `k` best passages that `audience` may know, by words and meaning together, of one build.

        `also` are other wordings of the question: what is found by several of them comes first.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not audience.groups:
            return Results(())
        build = self._builds.serving()
        if build is None:
            return _NOTHING
        try:
            return self.within(build).find(question, audience, k, also)
        except IndexUnavailable:
            # It may have been dropped since it was looked up, where replaced builds are not kept.
            now = self._builds.serving()
            if now is None or now.number == build.number:
                raise
            return self.within(now).find(question, audience, k, also)

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

    def is_reading(self, audience: Audience) -> bool:
        """Whether a document that `audience` may know is being read now, and may answer in a moment.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        build = self._builds.serving()
        return build is not None and Ledger(self._client, self._prefix, build.number).is_reading(audience)

    def still_shows(self, passages: Collection[str], audience: Audience) -> bool:
        """Whether `audience` may know every one of these passages, by id, and none has been replaced or forgotten.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return self._lookup.known(passages, audience).keys() == set(passages)

    def within(self, build: Build) -> SearchWithin:
        """One build, asked by the model that it was made with."""
        meaning = self._meaning.of(build.recipe.model) if build.recipe else self._meaning
        return SearchWithin(self._client, self._prefix, build, meaning, self._proposals)


class SearchWithin:
    """The passages of one build, to whoever may know them. What they are is the index's to say."""

    def __init__(self, client: QdrantClient, prefix: str, build: Build, meaning: Meaning, proposals: Proposals) -> None:
        self._build = build
        self._proposals = proposals
        self._meaning = meaning
        self.collection = build.passages(prefix)
        self._dense = Dense(client, self.collection, meaning)

    @property
    def has_meaning(self) -> bool:
        """Whether passages have vectors of the build's model: a search by words alone then wants the model."""
        return self._dense.dimension_in(self._build.config) is not None

    def find(self, question: str, audience: Audience, k: int, also: Sequence[str] = ()) -> Results:
        """The `k` best passages that `audience` may know, by words and meaning together.

        `also` are other wordings of the question: what is found by several of them comes first. Where the embedding
        model is away or has no vectors here yet, words alone decide; the result says so.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not audience.groups:
            return Results(())
        texts = (question, *also)
        with guarded():
            near, degraded = self._by_meaning(texts, audience, max(k, CANDIDATES))
            searches = [Ranked.by_meaning(one) for one in near if one]
            searches += self._by_words(texts, audience, max(k, CANDIDATES))
        leads = (in_usual_leads([hit.score for hit in one], self._build.usual) for one in near)
        lead = max((one for one in leads if one is not None), default=None)
        floor = floor_of(self._build.floor)
        found = distinct(newest(fused(searches)), k)
        return Results(found, degraded, floor.threshold if lead is None else floor.with_meaning, lead)

    def _by_words(self, texts: Sequence[str], audience: Audience, many: int) -> list[Ranked]:
        found = [self._proposals.by_words(self.collection, text, audience, many) for text in texts]
        return [Ranked.by_words(one, many) for one in found if one]

    def _by_meaning(self, texts: Sequence[str], audience: Audience, many: int) -> tuple[list[list[Found]], str | None]:
        """What is found by meaning for each text, or why nothing was searched so."""
        dimension = self._dense.dimension_in(self._build.config)
        if dimension is None:
            return [], f"No passage has a vector of {self._meaning.model} yet."
        quantised = search_params(self._build.config) if self._build.config else None
        try:
            for text in texts:
                self._dense.check(len(self._meaning.embed_query(text)), dimension)  # remembered for what follows
            found = [
                self._proposals.by_meaning(self.collection, text, audience, many, self._meaning, quantised)
                for text in texts
            ]
        except ModelUnavailable as error:
            return [], str(error)
        return found, None

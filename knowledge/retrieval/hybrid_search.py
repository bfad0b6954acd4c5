"""Finds passages for a question by words and by dense vectors. Each search requires an audience."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from knowledge.core.failures import IndexUnavailable, IndexUnreachable, ModelUnavailable
from knowledge.core.language import detect_likely_language
from knowledge.retrieval.fusion import FOREIGN_WEIGHT, RankedList, fuse_rankings, keep_newest_versions, merge_duplicates
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.retrieval.passage_pieces import score_pieces
from knowledge.retrieval.quotability import is_quotable, measure_general_likeness, measure_standout
from knowledge.retrieval.ranking import COMPARED_CANDIDATES, rank_by_pieces, rank_candidates
from knowledge.retrieval.relevance import DEFAULT_FLOOR, choose_relevance_floor, estimate_relevance
from knowledge.retrieval.vector_search import DenseSearch, LexicalSearch, VectorSearch
from knowledge.storage.calibration import compute_relative_margin
from knowledge.storage.client import translate_qdrant_errors
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.index_versions import IndexVersions
from knowledge.storage.schema import DenseVectors, build_search_params, vectors_from_point

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience
    from knowledge.core.passages import FoundPassage
    from knowledge.embeddings.embedding_model import EmbeddingModel
    from knowledge.storage.index_versions import IndexVersion

_REMEMBERED_SECONDS = 60.0
_MAX_REMEMBERED = 1_000
_UNEMBEDDED = "Some passages have no vector yet."
CANDIDATES = 40  # how many passages each kind of vector proposes before fusion


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The passages of a search, best first; `degraded` says why dense vectors were not searched.

    `margin` is how far the best dense match is ahead of the others, as a multiple of the typical margin of the index;
    None if unknown. `likeness` is the cosine of that match where vectors are centred. `floor` is the lowest relevance,
    0 to 1, at which the model is asked. `standout` is how far the best piece is above the others, where pieces were
    compared; `general` is then the cosine to the nearest sentence of general knowledge.
    """

    found: tuple[FoundPassage, ...]
    degraded: str | None = None
    floor: float = DEFAULT_FLOOR.threshold
    margin: float | None = None
    likeness: float | None = None
    standout: float | None = None
    general: float | None = None


_EMPTY_RESULTS = SearchResults((), "Nothing has been indexed yet: start the worker and drop a document.")


@dataclass(slots=True)
class ForeignSearches:
    """Remembers for a while where no passage is in another language, so that nobody searches there again."""

    clock: Callable[[], float] = time.monotonic
    _in_vain: dict[tuple[str, str, frozenset[str]], float] = field(default_factory=dict)

    def are_worthwhile(self, version: str, language: str, audience: Audience) -> bool:
        """Whether a search for passages in other languages than this one may find some."""
        return self.clock() >= self._in_vain.get((version, language, audience.groups), 0.0)

    def record_failure(self, version: str, language: str, audience: Audience) -> None:
        """Remembers that such a search found nothing."""
        if len(self._in_vain) >= _MAX_REMEMBERED:
            self._in_vain.clear()
        self._in_vain[version, language, audience.groups] = self.clock() + _REMEMBERED_SECONDS


class PassageSearch:
    """Searches the index version that serves now. One question is answered from one version."""

    def __init__(self, client: QdrantClient, prefix: str, embedding_model: EmbeddingModel) -> None:
        self._client = client
        self._prefix = prefix
        self._embedding_model = embedding_model
        self._index_versions = IndexVersions(client, prefix)
        self._lookup = PassageLookup(client, prefix)
        self._foreign_searches = ForeignSearches()
        self._last: tuple[IndexVersion, str] | None = None  # the version that served last, and what its point said

    def search_passages(self, question: str, audience: Audience, k: int, variants: Sequence[str] = ()) -> SearchResults:
        """Returns the `k` best passages that `audience` may know, by words and dense vectors together.

        `variants` are other wordings of the question: a passage found by several comes first. Qdrant is asked once,
        as the version that served last wants it; if another one answers or refuses, that one is looked up.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not audience.groups:
            return SearchResults(())
        known = self._last  # another thread may forget it meanwhile
        if known is not None:
            last, told = known
            try:
                results, digest = self._open_serving_search(last).search_and_identify(question, audience, k, variants)
            except IndexUnreachable:
                raise
            except IndexUnavailable:
                pass  # its collection may be gone: the look-up below finds the next one, or says why
            else:
                if digest == told:
                    return results
        return self._look_up_and_search(question, audience, k, variants)

    def _look_up_and_search(self, question: str, audience: Audience, k: int, variants: Sequence[str]) -> SearchResults:
        self._last = None
        version = self._index_versions.get_serving_version()
        while version is not None:
            search = self._open_serving_search(version)
            try:
                results, digest = search.search_and_identify(question, audience, k, variants)
            except IndexUnavailable:
                now = self._index_versions.get_serving_version()
                if now is None or now.digest == version.digest:
                    raise  # it was not replaced in the meantime
            else:
                now = version if digest in (version.digest, None) else self._index_versions.get_serving_version()
                if now is None or now.digest == version.digest:
                    # The digest of a served version may be an earlier one: of a worker killed between its two writes.
                    # Vectors and languages may be added without another digest.
                    if now and digest and version.has_alias and search.can_search_all_ways:
                        self._last = version, digest
                    return results
            version = now
        return _EMPTY_RESULTS

    def has_indexed_passages(self) -> bool:
        """Whether any passage is indexed, for any audience.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return self._index_versions.count_served_passages() > 0

    def is_reading_documents(self, audience: Audience) -> bool:
        """Whether a document that `audience` may know is being read now.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = self._index_versions.get_serving_version()
        return index_version is not None and DocumentLedger(
            self._client, self._prefix, index_version.number
        ).has_documents_in_progress(audience)

    def are_all_visible(self, passage_ids: Collection[str], audience: Audience) -> bool:
        """Whether all these passages still exist and `audience` may know them.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        return self._lookup.get_known_passages(passage_ids, audience).keys() == set(passage_ids)

    def open_version_search(self, index_version: IndexVersion) -> VersionSearch:
        """Opens the search of a version, with the embedding model that the version was made with."""
        return self._open_search(index_version, index_version.passages_collection(self._prefix))

    def _open_serving_search(self, index_version: IndexVersion) -> VersionSearch:
        """Opens the search of what serves, as this version wants it."""
        if not index_version.has_alias:
            return self.open_version_search(index_version)
        return self._open_search(index_version, self._index_versions.alias)

    def _open_search(self, index_version: IndexVersion, collection: str) -> VersionSearch:
        embedding_model = (
            self._embedding_model.with_model(index_version.recipe.model, index_version.recipe.prefixes)
            if index_version.recipe
            else self._embedding_model
        )
        return VersionSearch(self._client, collection, index_version, embedding_model, self._foreign_searches)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found by words, by dense vectors for each text, and by these among other languages.

    `degraded` says why dense vectors were not searched or are left out; `version_digest` which version answered.
    """

    by_words: list[RankedList]
    dense: list[list[FoundPassage]]
    version_digest: str | None
    foreign: RankedList | None = None
    degraded: str | None = None


def _is_weak(question: str, results: SearchResults) -> bool:
    """Whether what was found is too weak to answer."""
    relevance = estimate_relevance(question, results.found, results.margin, results.likeness)
    return relevance < results.floor or not is_quotable(question, results)


class VersionSearch:
    """Searches the passages of one index version, in `collection`: its own name, or the alias of what serves."""

    def __init__(
        self,
        client: QdrantClient,
        collection: str,
        index_version: IndexVersion,
        embedding_model: EmbeddingModel,
        foreign_searches: ForeignSearches,
    ) -> None:
        self._index_version = index_version
        self._foreign_searches = foreign_searches
        self._vector_search = VectorSearch(client)
        self._embedding_model = embedding_model
        self.collection = collection
        self._dense = DenseVectors(client, self.collection, embedding_model)

    @property
    def has_dense_vectors(self) -> bool:
        """Whether passages have dense vectors of the version's model."""
        return self._dense.dimension_from_config(self._index_version.config) is not None

    @property
    def can_search_all_ways(self) -> bool:
        """Whether passages have dense vectors, and can be searched by the language of their text."""
        return self.has_dense_vectors and self._index_version.has_text_languages

    def search_passages(self, question: str, audience: Audience, k: int, variants: Sequence[str] = ()) -> SearchResults:
        """Returns the `k` best passages that `audience` may know, by words and dense vectors together.

        `variants` are other wordings of the question: a passage found by several comes first. Without the embedding
        model or its vectors, words alone decide, and the result says so.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        results, _ = self.search_and_identify(question, audience, k, variants)
        return results

    def search_and_identify(
        self, question: str, audience: Audience, k: int, variants: Sequence[str]
    ) -> tuple[SearchResults, str | None]:
        """Searches as `search_passages` does; also returns the digest of the version that answered, if it has one.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not audience.groups:
            return SearchResults(()), None
        texts = (question, *variants)
        limit = max(k, CANDIDATES)
        with translate_qdrant_errors():
            try:
                found = self._search_both(texts, audience, limit)
            except ModelUnavailable as error:  # before anything was asked of Qdrant
                found = self._search_words(texts, audience, limit, str(error))
        try:
            results = self._combine_searches(texts, found, k)
            why = _UNEMBEDDED if self._has_unembedded_best(question, found, results) else None
        except ModelUnavailable as error:
            why = str(error)
        if why is not None:
            results = self._combine_searches(texts, replace(found, dense=[], foreign=None, degraded=why), k)
        return results, found.version_digest

    def _has_unembedded_best(self, question: str, found: _Found, results: SearchResults) -> bool:
        """Whether a weak result has a best passage by words without a vector: how near others are tells nothing then.

        Qdrant is asked again only where that passage is not among the nearest.
        """
        best = next((ranking.found[0].passage.id for ranking in found.by_words), None)
        near = {hit.passage.id for hits in found.dense for hit in hits}
        if best is None or not near or best in near or not _is_weak(question, results):
            return False
        with translate_qdrant_errors():
            points = self._dense.client.retrieve(
                self.collection, [best], with_payload=False, with_vectors=[self._dense.vector_name]
            )
        return any(not vectors_from_point(point) for point in points)

    def _combine_searches(self, texts: Sequence[str], searched: _Found, k: int) -> SearchResults:
        """Ranks what both kinds of search found.

        Raises:
            ModelUnavailable: the pieces of passages cannot be compared with the question.
        """
        by_dense = [RankedList.from_dense_search(one) for one in searched.dense if one]
        foreign = [searched.foreign] if searched.foreign else []
        margins = (
            compute_relative_margin([hit.score for hit in one], self._index_version.typical_margin)
            for one in searched.dense
        )
        margin = max((one for one in margins if one is not None), default=None)
        floor = choose_relevance_floor(self._index_version.floor)
        fused = keep_newest_versions(fuse_rankings([*by_dense, *searched.by_words, *foreign]))
        ranked = rank_candidates(texts[0], fused, searched.by_words, by_dense, searched.foreign)
        standout = general = None
        if by_dense and self._embedding_model.can_compare_pieces:
            ranked = self._compare_pieces(texts[0], ranked)
            standout = measure_standout(ranked)
            if self._embedding_model.is_centred:
                general = measure_general_likeness(self._embedding_model.embed_query(texts[0]))
        found = merge_duplicates(ranked, k)
        likeness = (
            max((one[0].score for one in searched.dense if one), default=None)
            if self._embedding_model.is_centred
            else None
        )
        knows_meaning = margin is not None or likeness is not None
        lowest = floor.with_meaning if knows_meaning else floor.threshold
        return SearchResults(found, searched.degraded, lowest, margin, likeness, standout, general)

    def _compare_pieces(self, question: str, ranked: Sequence[FoundPassage]) -> list[FoundPassage]:
        first, rest = ranked[:COMPARED_CANDIDATES], ranked[COMPARED_CANDIDATES:]
        return [*rank_by_pieces(score_pieces(question, first, self._embedding_model)), *rest]

    def _search_both(self, texts: Sequence[str], audience: Audience, limit: int) -> _Found:
        """Searches by words and by dense vectors for each text, and among passages in other languages.

        Raises:
            ModelUnavailable: the embedding model does not answer.
        """
        dimension = self._dense.dimension_from_config(self._index_version.config)
        if dimension is None:
            missing = f"No passage has a vector of {self._embedding_model.model} yet."
            return self._search_words(texts, audience, limit, missing)
        for text in texts:
            self._dense.check_dimension(
                len(self._embedding_model.embed_query(text)), dimension
            )  # cached for the searches below
        params = build_search_params(self._index_version.config) if self._index_version.config else None
        language = self._choose_foreign_search(texts[0], audience)
        dense_searches = [DenseSearch(text, self._embedding_model, params) for text in texts]
        if language is not None:
            dense_searches.append(DenseSearch(texts[0], self._embedding_model, params, language))
        found = self._run_searches(texts, dense_searches, audience, limit)
        if language is None:
            return found
        *dense, foreign = found.dense
        if not foreign:
            self._foreign_searches.record_failure(self._index_version.digest, language, audience)
        # A single passage is the nearest one however far it is.
        in_others = RankedList.from_dense_search(foreign[:CANDIDATES], FOREIGN_WEIGHT) if len(foreign) > 1 else None
        return replace(found, dense=dense, foreign=in_others)

    def _search_words(self, texts: Sequence[str], audience: Audience, limit: int, why: str) -> _Found:
        return replace(self._run_searches(texts, [], audience, limit), degraded=why)

    def _run_searches(
        self, texts: Sequence[str], dense_searches: Sequence[DenseSearch], audience: Audience, limit: int
    ) -> _Found:
        """Asks Qdrant once: by words for each text, and the dense searches."""
        searches: list[LexicalSearch | DenseSearch] = [*(LexicalSearch(text) for text in texts), *dense_searches]
        batch = self._vector_search.search_passages(self.collection, searches, audience, limit)
        by_words = [RankedList.from_lexical_search(one, limit) for one in batch.found[: len(texts)] if one]
        return _Found(by_words, batch.found[len(texts) :], batch.version_digest)

    def _choose_foreign_search(self, text: str, audience: Audience) -> str | None:
        """The language of the question, if passages in other languages are worth a search of their own.

        Centred vectors need none: no language is nearer than another. An index that an older worker made has no index
        of languages: a server would refuse the search.
        """
        if self._embedding_model.is_centred or not self._index_version.has_text_languages:
            return None
        language = detect_likely_language(text)
        if language is None or not self._foreign_searches.are_worthwhile(
            self._index_version.digest, language, audience
        ):
            return None
        return language

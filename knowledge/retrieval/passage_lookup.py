"""Fetches passages by id, and their neighbours. Each lookup requires an audience."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qdrant_client import models

from knowledge.core.language import detect_likely_language
from knowledge.core.passages import make_passage_id
from knowledge.retrieval.passage_pieces import split_into_pieces
from knowledge.storage.client import translate_qdrant_errors
from knowledge.storage.index_versions import IndexVersions
from knowledge.storage.payload_indexes import build_audience_filter
from knowledge.storage.schema import passage_from_payload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience
    from knowledge.core.documents import Language
    from knowledge.core.passages import Passage

_PAGE_SIZE = 256  # passages fetched at once
_HEADINGS_LIMIT = 200  # passages read for headings: enough to vary, without reading the whole index


@dataclass(frozen=True, slots=True)
class PassageNeighbours:
    """A passage and its neighbours in the same document version, None if the audience may not know them."""

    passage: Passage
    before: Passage | None = None
    after: Passage | None = None


@dataclass(frozen=True, slots=True)
class DocumentOutline:
    """The headings of a document, the questions in it, and the language of most of its passages (None if unclear)."""

    headings: tuple[str, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class PassageLookup:
    """Looks up passages in the serving index version of `prefix`."""

    client: QdrantClient
    prefix: str

    def get_known_passages(self, ids: Collection[str], audience: Audience) -> dict[str, Passage]:
        """Returns the passages that still exist and that `audience` may know, by id.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        wanted = sorted(filter(_is_uuid, set(ids)))
        if not wanted or not audience.groups:
            return {}
        condition = models.Filter(must=[build_audience_filter(audience), models.HasIdCondition(has_id=[*wanted])])
        index_version = IndexVersions(self.client, self.prefix).get_serving_version()
        if index_version is None:
            return {}
        with translate_qdrant_errors():
            points, _ = self.client.scroll(
                index_version.passages_collection(self.prefix), condition, limit=len(wanted), with_payload=True
            )
        return {str(point.id): passage_from_payload(point.payload or {}, str(point.id)) for point in points}

    def knows_more(self, audience: Audience, than: Audience) -> bool:
        """Whether there is a passage that `audience` may know, and the other one may not.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = IndexVersions(self.client, self.prefix).get_serving_version() if audience.groups else None
        if index_version is None:
            return False
        known = build_audience_filter(than) if than.groups else None
        condition = models.Filter(must=[build_audience_filter(audience)], must_not=[known] if known else None)
        with translate_qdrant_errors():
            points, _ = self.client.scroll(
                index_version.passages_collection(self.prefix), condition, limit=1, with_payload=False
            )
        return bool(points)

    def read_outlines(self, document_ids: Collection[str], audience: Audience) -> dict[str, DocumentOutline]:
        """Returns headings above passages that `audience` may know, and questions in them, by document id, in order.

        Passages whose text the page perhaps does not show are left out: these words are suggested to people.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = (
            IndexVersions(self.client, self.prefix).get_serving_version() if document_ids and audience.groups else None
        )
        if index_version is None:
            return {}
        in_documents = models.FieldCondition(
            key="metadata.document_id", match=models.MatchAny(any=sorted(document_ids))
        )
        condition = models.Filter(must=[build_audience_filter(audience), in_documents])
        with translate_qdrant_errors():
            points, _ = self.client.scroll(
                index_version.passages_collection(self.prefix), condition, limit=_HEADINGS_LIMIT, with_payload=True
            )
        found = (passage_from_payload(point.payload or {}, str(point.id)) for point in points)
        passages = sorted((one for one in found if not one.excerpt.doubtful), key=lambda one: one.n)
        of_documents: dict[str, list[Passage]] = {}
        for passage in passages:
            of_documents.setdefault(passage.document_id, []).append(passage)
        return {document_id: _outline_passages(some) for document_id, some in of_documents.items()}

    def iterate_passages(self, audience: Audience) -> Iterator[Passage]:
        """Yields every passage that `audience` may know, in no order.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = IndexVersions(self.client, self.prefix).get_serving_version() if audience.groups else None
        offset = None
        while index_version:
            with translate_qdrant_errors():
                points, offset = self.client.scroll(
                    index_version.passages_collection(self.prefix),
                    build_audience_filter(audience),
                    limit=_PAGE_SIZE,
                    offset=offset,
                )
            yield from (passage_from_payload(point.payload or {}, str(point.id)) for point in points)
            if offset is None:
                return

    def get_passage_neighbours(self, wanted_id: str, audience: Audience) -> PassageNeighbours | None:
        """Returns a passage with its neighbours; None if it is gone or `audience` may not know it.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        passage = self.get_known_passages([wanted_id], audience).get(wanted_id)
        if passage is None:
            return None
        before, after = (make_passage_id(passage.document_id, passage.version, passage.n + step) for step in (-1, 1))
        neighbours = self.get_known_passages([before, after], audience)
        return PassageNeighbours(passage, neighbours.get(before), neighbours.get(after))


def _outline_passages(passages: Sequence[Passage]) -> DocumentOutline:
    headings = dict.fromkeys(
        heading
        for passage in passages
        for heading in (
            *passage.excerpt.section[-1:],
            *(one.text for one in split_into_pieces(passage.excerpt) if one.kind == "question"),
        )
    )
    spoken = (passage.language or detect_likely_language(passage.excerpt.text) for passage in passages)
    counts = Counter(language for language in spoken if language)
    return DocumentOutline(tuple(headings), counts.most_common(1)[0][0] if counts else None)


def _is_uuid(text: str) -> bool:
    """Whether Qdrant accepts the text as an id; ids from outside may be any text."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True

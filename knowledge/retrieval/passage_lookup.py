"""Fetches passages by their ids, and what stands around them: on behalf of an audience, or not at all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qdrant_client import models

from knowledge.core.passages import make_passage_id
from knowledge.storage.client import translate_qdrant_errors
from knowledge.storage.index_versions import IndexVersions
from knowledge.storage.schema import build_audience_filter, passage_from_payload

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience
    from knowledge.core.passages import Passage

_PAGE_SIZE = 256  # passages
_HEADINGS_LIMIT = 200  # passages that are looked at: enough to vary, not a whole index


@dataclass(frozen=True, slots=True)
class PassageNeighbours:
    """A passage, and those before and after it in the same version of its document, as far as one may know them."""

    passage: Passage
    before: Passage | None = None
    after: Passage | None = None


@dataclass(frozen=True, slots=True)
class PassageLookup:
    """The passages beside the index `prefix`, by id."""

    client: QdrantClient
    prefix: str

    def get_known_passages(self, ids: Collection[str], audience: Audience) -> dict[str, Passage]:
        """Those of the passages that are still there and that `audience` may know, by id.

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

    def list_headings(self, document_ids: Collection[str], audience: Audience) -> dict[str, tuple[str, ...]]:
        """The headings right above passages of these documents that `audience` may know, by document id, in order.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        index_version = (
            IndexVersions(self.client, self.prefix).get_serving_version() if document_ids and audience.groups else None
        )
        if index_version is None:
            return {}
        of_these = models.FieldCondition(key="metadata.document_id", match=models.MatchAny(any=sorted(document_ids)))
        condition = models.Filter(must=[build_audience_filter(audience), of_these])
        with translate_qdrant_errors():
            points, _ = self.client.scroll(
                index_version.passages_collection(self.prefix), condition, limit=_HEADINGS_LIMIT, with_payload=True
            )
        passages = sorted(
            (passage_from_payload(point.payload or {}, str(point.id)) for point in points), key=lambda one: one.n
        )
        found: dict[str, dict[str, None]] = {}
        for passage in passages:
            found.setdefault(passage.document_id, {}).update(dict.fromkeys(passage.excerpt.section[-1:]))
        return {document: tuple(under) for document, under in found.items()}

    def iterate_passage_texts(self, audience: Audience) -> Iterator[str]:
        """The text of every passage that `audience` may know, in no order.

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
            yield from (str((point.payload or {})["page_content"]) for point in points)
            if offset is None:
                return

    def get_passage_neighbours(self, wanted_id: str, audience: Audience) -> PassageNeighbours | None:
        """A passage between its neighbours; None where it is gone or not for `audience`.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        passage = self.get_known_passages([wanted_id], audience).get(wanted_id)
        if passage is None:
            return None
        before, after = (make_passage_id(passage.document_id, passage.version, passage.n + step) for step in (-1, 1))
        beside = self.get_known_passages([before, after], audience)
        return PassageNeighbours(passage, beside.get(before), beside.get(after))


def _is_uuid(text: str) -> bool:
    """Whether Qdrant would take it for one; what came from outside may be anything."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True

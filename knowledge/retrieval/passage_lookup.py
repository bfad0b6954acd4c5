"""Fetches passages by their ids, and what stands around them: on behalf of an audience, or not at all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.core.passages import passage_id
from knowledge.storage.client import guarded
from knowledge.storage.index_versions import Builds
from knowledge.storage.points import passage_at, visible_to

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from qdrant_client import QdrantClient

    from knowledge.core.access import Audience
    from knowledge.core.passages import Passage

_AT_ONCE = 256  # passages
_HEADINGS = 200  # passages that are looked at: enough to vary, not a whole index


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A passage, and those before and after it in the same version of its document, as far as one may know them."""

    passage: Passage
    before: Passage | None = None
    after: Passage | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The passages beside the index `prefix`, by id."""

    client: QdrantClient
    prefix: str

    def known(self, ids: Collection[str], audience: Audience) -> dict[str, Passage]:
        """Those of the passages that are still there and that `audience` may know, by id.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        from qdrant_client import models

        wanted = sorted(filter(_is_an_id, set(ids)))
        if not wanted or not audience.groups:
            return {}
        condition = models.Filter(must=[visible_to(audience), models.HasIdCondition(has_id=[*wanted])])
        build = Builds(self.client, self.prefix).serving()
        if build is None:
            return {}
        with guarded():
            points, _ = self.client.scroll(build.passages(self.prefix), condition, limit=len(wanted), with_payload=True)
        return {str(point.id): passage_at(point.payload or {}, str(point.id)) for point in points}

    def headings(self, documents: Collection[str], audience: Audience) -> dict[str, tuple[str, ...]]:
        """The headings right above passages of these documents that `audience` may know, by document id, in order.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        from qdrant_client import models

        build = Builds(self.client, self.prefix).serving() if documents and audience.groups else None
        if build is None:
            return {}
        of_these = models.FieldCondition(key="metadata.document_id", match=models.MatchAny(any=sorted(documents)))
        condition = models.Filter(must=[visible_to(audience), of_these])
        with guarded():
            points, _ = self.client.scroll(build.passages(self.prefix), condition, limit=_HEADINGS, with_payload=True)
        passages = sorted((passage_at(point.payload or {}, str(point.id)) for point in points), key=lambda one: one.n)
        found: dict[str, dict[str, None]] = {}
        for passage in passages:
            found.setdefault(passage.document_id, {}).update(dict.fromkeys(passage.excerpt.section[-1:]))
        return {document: tuple(under) for document, under in found.items()}

    def texts(self, audience: Audience) -> Iterator[str]:
        """The text of every passage that `audience` may know, in no order.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        build = Builds(self.client, self.prefix).serving() if audience.groups else None
        offset = None
        while build:
            with guarded():
                points, offset = self.client.scroll(
                    build.passages(self.prefix), visible_to(audience), limit=_AT_ONCE, offset=offset
                )
            yield from (str((point.payload or {})["page_content"]) for point in points)
            if offset is None:
                return

    def around(self, wanted: str, audience: Audience) -> Surroundings | None:
        """A passage between its neighbours; None where it is gone or not for `audience`.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        passage = self.known([wanted], audience).get(wanted)
        if passage is None:
            return None
        before, after = (passage_id(passage.document_id, passage.version, passage.n + step) for step in (-1, 1))
        beside = self.known([before, after], audience)
        return Surroundings(passage, beside.get(before), beside.get(after))


def _is_an_id(text: str) -> bool:
    """Whether Qdrant would take it for one; what came from outside may be anything."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True

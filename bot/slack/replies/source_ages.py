"""Asks the ledger how old the sources of an answer are. An answer does not wait or fail for it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.core.access import Audience
    from knowledge.core.passages import Citation
    from knowledge.storage.index_versions import ServedDocuments

log = logging.getLogger(__name__)
_TIMEOUT_SECONDS = 1.0


async def fetch_change_times(
    served_documents: ServedDocuments, citations: Iterable[Citation], audience: Audience
) -> dict[str, float | None]:
    """When the cited documents were changed last, by path, in seconds since the epoch; empty while nobody can say."""
    paths = {citation.path for citation in citations}
    if not paths:
        return {}
    try:
        found = await asyncio.wait_for(
            asyncio.to_thread(served_documents.get_served_documents, paths, audience), _TIMEOUT_SECONDS
        )
    except (IndexUnavailable, TimeoutError) as error:
        log.info("sources without their age error=%s", type(error).__name__)
        return {}
    return {path: document.changed_at for path, document in found.items()}

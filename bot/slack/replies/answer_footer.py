"""Builds what follows the words of an answer: sources with their age, notices, and the feedback buttons."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.answering.answer import Answer
from bot.slack.i18n.catalogue import get_texts
from bot.slack.views.block_kit import Block, DocumentLinks
from bot.slack.views.sources import render_answer_footer, render_choices, render_feedback_buttons
from knowledge.core.access import Audience
from knowledge.core.failures import IndexUnavailable
from knowledge.core.passages import Citation
from knowledge.storage.index_versions import ServedDocuments

log = logging.getLogger(__name__)
# The name of a text in InterfaceTexts.
NoticeName = Literal["attachments", "audience_uncertain", "is_ai", "thread_unread", "unasked"]
_TIMEOUT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class AnswerFooter:
    """Builds footers. `is_rated` says whether feedback buttons are shown at all."""

    served_documents: ServedDocuments
    document_links: DocumentLinks
    is_rated: bool

    async def build_footer(
        self,
        answer: Answer,
        readers: Audience,
        notices: Sequence[NoticeName] = (),
        rated_question_id: str = "",
        offered: Sequence[Block] = (),
    ) -> list[Block]:
        """The blocks below an answer that `readers` may see: notices, sources, what is `offered`, feedback buttons."""
        if answer.state == "unclear":
            return render_choices(answer.options, rated_question_id)
        texts = get_texts(answer.language)
        said = [getattr(texts, name) for name in notices]
        changed_at = await self._fetch_change_times(answer.citations, readers)
        blocks = render_answer_footer(answer, self.document_links, texts, said, changed_at)
        rating = [render_feedback_buttons(rated_question_id, texts)] if rated_question_id and self.is_rated else []
        return [*blocks, *offered, *rating]

    async def _fetch_change_times(self, citations: Iterable[Citation], readers: Audience) -> dict[str, float | None]:
        """When the cited documents last changed (seconds since the epoch), by path; empty if unknown within 1 s."""
        paths = {citation.path for citation in citations}
        if not paths:
            return {}
        try:
            found = await asyncio.wait_for(
                asyncio.to_thread(self.served_documents.get_served_documents, paths, readers), _TIMEOUT_SECONDS
            )
        except (IndexUnavailable, TimeoutError) as error:
            log.info("sources without their age error=%s", type(error).__name__)
            return {}
        return {path: document.changed_at for path, document in found.items()}

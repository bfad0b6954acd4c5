"""Shows a private answer to a whole channel, if everybody there may know every passage behind it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from bot.slack.api.client import SLACK_ERRORS, create_webhook
from bot.slack.api.refused_methods import get_error_code
from bot.slack.i18n.catalogue import get_texts
from bot.slack.replies.messages import notification_from_markdown
from bot.slack.replies.paging import split_pages
from bot.slack.views.block_kit import Block, build_context_block, shorten_text
from bot.slack.views.markup import escape_label
from bot.slack.views.rich_text import build_rich_text_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.slack.people.access import AccessDirectory
    from bot.slack.replies.answer_footer import AnswerFooter
    from bot.slack.replies.shared_answers import PrivateAnswer
    from knowledge.retrieval.passage_lookup import PassageLookup

log = logging.getLogger(__name__)
_QUESTION_LENGTH = 300


@dataclass(frozen=True, slots=True)
class ChannelSharing:
    """Decides whether a private answer may be shared in a channel, and posts it there."""

    client: AsyncWebClient
    access_directory: AccessDirectory
    passage_lookup: PassageLookup
    footer: AnswerFooter

    async def may_share_answer(self, private_answer: PrivateAnswer, channel: str) -> bool:
        """Whether everybody in a channel may know every passage that the answer was written from, as it is now.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        granted = await self.access_directory.find_channel_audience(channel)
        known = await asyncio.to_thread(self.passage_lookup.get_known_passages, private_answer.ids, granted.audience)
        return known.keys() >= private_answer.ids

    async def post_shared_answer(self, private_answer: PrivateAnswer, channel: str, response_url: str) -> bool:
        """Post an answer that may be shared; whether Slack took all of it."""
        for text, blocks in await self._render_pages(private_answer, channel):
            if not (
                await _respond_in_channel(response_url, text, blocks)
                or await self._post_in_channel(channel, text, blocks)
            ):
                return False
        return True

    async def _render_pages(self, private_answer: PrivateAnswer, channel: str) -> list[tuple[str, list[Block]]]:
        answer = private_answer.answer
        readers = (await self.access_directory.find_channel_audience(channel)).audience
        question = escape_label(shorten_text(private_answer.question, _QUESTION_LENGTH))
        shared_by = get_texts(answer.language).shared_by.format(user=f"<@{private_answer.user}>", question=question)
        pages = [build_rich_text_blocks(piece.text) for piece in split_pages("", answer.text)] or [[]]
        pages[0].insert(0, build_context_block(shared_by))
        pages[-1] += await self.footer.build_footer(answer, readers, rated_question_id=private_answer.rated)
        return [(notification_from_markdown(question if n else answer.text), page) for n, page in enumerate(pages)]

    async def _post_in_channel(self, channel: str, text: str, blocks: Sequence[Block]) -> bool:
        try:
            await self.client.chat_postMessage(
                channel=channel, text=text, blocks=list(blocks), unfurl_links=False, unfurl_media=False
            )
        except SLACK_ERRORS as error:
            log.info("not shared channel=%s error=%s", channel, get_error_code(error))
            return False
        return True


async def _respond_in_channel(response_url: str, text: str, blocks: Sequence[Block]) -> bool:
    """Post by the address that came with the button: it reaches channels that the bot is no member of."""
    try:
        sent = await create_webhook(response_url).send(
            text=text,
            blocks=list(blocks),
            response_type="in_channel",
            replace_original=False,
            unfurl_links=False,
            unfurl_media=False,
        )
    except (aiohttp.ClientError, TimeoutError) as error:
        log.info("response address unreachable error=%s", type(error).__name__)
        return False
    return sent.status_code == 200

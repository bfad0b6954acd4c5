"""Shows a private answer to a whole channel: the only way there is, after a look whether the channel may know it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp

from bot.slack.api.client import SLACK_ERRORS, create_webhook, get_error_code
from bot.slack.i18n.catalogue import get_texts
from bot.slack.replies.messages import notification_from_markdown
from bot.slack.replies.paging import split_pages
from bot.slack.replies.source_ages import fetch_change_times
from bot.slack.views.block_kit import Block, build_context_block, build_markdown_block, shorten_text
from bot.slack.views.markup import escape_label, neutralize_mentions
from bot.slack.views.sources import render_answer_footer, render_feedback_buttons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.slack.dependencies import Dependencies
    from bot.slack.replies.shared_answers import PrivateAnswer

log = logging.getLogger(__name__)
_QUESTION_LENGTH = 300


async def may_share_answer(deps: Dependencies, private_answer: PrivateAnswer, channel: str) -> bool:
    """Whether everybody in a channel may know every passage that the answer was written from, as it is now.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    granted = await deps.access_directory.find_channel_audience(channel)
    known = await asyncio.to_thread(deps.passage_lookup.get_known_passages, private_answer.ids, granted.audience)
    return known.keys() >= private_answer.ids


async def post_shared_answer(
    deps: Dependencies, private_answer: PrivateAnswer, channel: str, response_url: str
) -> bool:
    """Post a private answer where everybody sees it; whether Slack took all of it.

    Whoever calls this has seen that it may be shared.
    """
    for text, blocks in await _render_pages(deps, private_answer, channel):
        if not (
            await _respond_in_channel(response_url, text, blocks) or await _post_in_channel(deps, channel, text, blocks)
        ):
            return False
    return True


async def _render_pages(
    deps: Dependencies, private_answer: PrivateAnswer, channel: str
) -> list[tuple[str, list[Block]]]:
    answer = private_answer.answer
    texts = get_texts(answer.language)
    readers = (await deps.access_directory.find_channel_audience(channel)).audience
    question = escape_label(shorten_text(private_answer.question, _QUESTION_LENGTH))
    pages = [[build_markdown_block(piece.text)] for piece in split_pages("", neutralize_mentions(answer.text))] or [[]]
    pages[0].insert(0, build_context_block(texts.shared_by.format(user=f"<@{private_answer.user}>", question=question)))
    pages[-1] += render_answer_footer(
        answer,
        deps.document_links,
        texts,
        changed_at=await fetch_change_times(deps.served_documents, answer.citations, readers),
    )
    pages[-1] += (
        [render_feedback_buttons(private_answer.rated, texts)]
        if private_answer.rated and deps.vote_store.is_enabled
        else []
    )
    return [(notification_from_markdown(question if n else answer.text), page) for n, page in enumerate(pages)]


async def _respond_in_channel(response_url: str, text: str, blocks: Sequence[Block]) -> bool:
    """By the address that came with the press: it reaches channels that the bot is no member of."""
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


async def _post_in_channel(deps: Dependencies, channel: str, text: str, blocks: Sequence[Block]) -> bool:
    try:
        await deps.client.chat_postMessage(
            channel=channel, text=text, blocks=list(blocks), unfurl_links=False, unfurl_media=False
        )
    except SLACK_ERRORS as error:
        log.info("not shared channel=%s error=%s", channel, get_error_code(error))
        return False
    return True

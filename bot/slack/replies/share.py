"""Shows a private answer to a whole channel: the only way there is, after a look whether the channel may know it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp

from bot.slack.api.client import UNANSWERED, code_of, webhook
from bot.slack.i18n.catalogue import texts_in
from bot.slack.replies.messages import notification
from bot.slack.replies.paging import pieces
from bot.slack.replies.source_ages import last_changes
from bot.slack.views.block_kit import Block, context, markdown, shortened
from bot.slack.views.markup import defused, label
from bot.slack.views.sources import after, thumbs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.slack.dependencies import Parts
    from bot.slack.replies.shared_answers import Private

log = logging.getLogger(__name__)
_QUESTION = 300


async def may_be_shared(parts: Parts, private: Private, channel: str) -> bool:
    """Whether everybody in a channel may know every passage that the answer was written from, as it is now.

    Raises:
        IndexUnavailable: Qdrant failed.
    """
    granted = await parts.audiences.of_channel(channel)
    known = await asyncio.to_thread(parts.lookup.known, private.ids, granted.audience)
    return known.keys() >= private.ids


async def share(parts: Parts, private: Private, channel: str, response_url: str) -> bool:
    """Post a private answer where everybody sees it; whether Slack took all of it.

    Whoever calls this has seen that it may be shared.
    """
    for text, blocks in await _pages(parts, private, channel):
        if not (await _respond(response_url, text, blocks) or await _post(parts, channel, text, blocks)):
            return False
    return True


async def _pages(parts: Parts, private: Private, channel: str) -> list[tuple[str, list[Block]]]:
    answer = private.answer
    texts = texts_in(answer.language)
    readers = (await parts.audiences.of_channel(channel)).audience
    question = label(shortened(private.question, _QUESTION))
    pages = [[markdown(piece.text)] for piece in pieces("", defused(answer.text))] or [[]]
    pages[0].insert(0, context(texts.shared_by.format(user=f"<@{private.user}>", question=question)))
    pages[-1] += after(answer, parts.links, texts, changed=await last_changes(parts.ledger, answer.citations, readers))
    pages[-1] += [thumbs(private.rated, texts)] if private.rated and parts.votes.wanted else []
    return [(notification(question if n else answer.text), page) for n, page in enumerate(pages)]


async def _respond(response_url: str, text: str, blocks: Sequence[Block]) -> bool:
    """By the address that came with the press: it reaches channels that the bot is no member of."""
    try:
        sent = await webhook(response_url).send(
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


async def _post(parts: Parts, channel: str, text: str, blocks: Sequence[Block]) -> bool:
    try:
        await parts.client.chat_postMessage(
            channel=channel, text=text, blocks=list(blocks), unfurl_links=False, unfurl_media=False
        )
    except UNANSWERED as error:
        log.info("not shared channel=%s error=%s", channel, code_of(error))
        return False
    return True

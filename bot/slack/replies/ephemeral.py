"""Shows something to one person alone: an answer at the address of a command or button, or a modal."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import create_webhook, open_direct_message, post_ephemeral, post_message
from bot.slack.api.errors import get_error_code
from bot.slack.events.parse import Json
from bot.slack.replies.messages import notification_from_markdown
from bot.slack.replies.paging import close_open_fence, split_pages
from bot.slack.replies.steps import ReplyStep
from bot.slack.views.block_kit import Block, build_section_block
from bot.slack.views.rich_text import build_rich_text_blocks

log = logging.getLogger(__name__)
_MAX_NOTICES = 2  # that the question is being answered, that others come first
_NOT_MEMBER_ERRORS = ("not_in_channel", "user_not_in_channel", "channel_not_found", "is_archived")


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """Where a person gave a command or pressed a button; only they see what is sent to `response_url`.

    `may_replace` says that it came with a button in a message that only they see: Slack replaces no message for a
    command, and a message for others must not become their answer. `thread_ts` is the thread of the message.
    """

    user: str
    channel: str
    response_url: str
    may_replace: bool = False
    thread_ts: str = ""

    @classmethod
    def address_from_press(cls, body: Json) -> ReplyAddress:
        """The address in the payload of a button that was pressed in a message."""
        container = body.get("container") or {}
        is_ephemeral, thread_ts = bool(container.get("is_ephemeral")), str(container.get("thread_ts") or "")
        return cls(body["user"]["id"], body["channel"]["id"], body["response_url"], is_ephemeral, thread_ts)

    def open_notice(self, client: AsyncWebClient) -> EphemeralReply:
        """A reply that stands beside what was shown before."""
        return EphemeralReply(client, replace(self, may_replace=False))


class EphemeralReply:
    """An ephemeral answer, whole. Where a button was pressed, notices and then the answer replace its message.

    Slack takes five messages at a response address within 30 minutes, so nothing is streamed and notices are few. What
    the address no longer takes is posted for that person alone, or sent as a direct message. It refuses `markdown`
    blocks, and replaces no message for a command, which therefore gets no notice.

    `finished` and `broken_off` are the buttons at the end of a finished and an unfinished answer. `heading` stands
    above notices and answer. `announced` says that a notice was shown before.
    """

    def __init__(
        self,
        client: AsyncWebClient,
        address: ReplyAddress,
        *,
        finished: Sequence[Block] = (),
        broken_off: Sequence[Block] = (),
        announced: bool = False,
        heading: Sequence[Block] = (),
    ) -> None:
        self._client = client
        self._webhook = create_webhook(address.response_url)
        self._address = address
        self._finished = finished
        self._broken_off = broken_off
        self._text = ""
        self._notices_left = _MAX_NOTICES if address.may_replace and not announced else 0
        self._last_notice = ""
        self._heading = heading

    async def show_progress(self, step: ReplyStep, sentence: str) -> None:  # noqa: ARG002 - only a thread has steps
        """Show a notice of what is being done where the answer will replace it, if it is a new one; two at most."""
        if self._notices_left and sentence != self._last_notice:
            self._notices_left, self._last_notice = self._notices_left - 1, sentence
            await self._send(sentence, [*self._heading, build_section_block(sentence)], lasts=False)

    async def show_sentence(self, mrkdwn: str) -> None:
        """Show one of our own texts in place of the notice."""
        await self._send(mrkdwn, [build_section_block(mrkdwn)])

    async def show_blocks(self, text: str, blocks: Sequence[Block]) -> None:
        """Show blocks; `text` is what a notification shows of them."""
        await self._send(text, blocks)

    async def write_text(self, words: str) -> None:
        """Add words; they are shown when the answer is finished."""
        self._text += words

    async def finish_reply(
        self, blocks: Sequence[Block] = (), *, is_answer: bool = True, asks_back: bool = False
    ) -> None:
        """Show the whole answer, with its buttons if it answers a question."""
        del asks_back  # only a thread has a session
        await self._send_pages([*blocks, *(self._finished if is_answer else ())])

    async def _send_pages(self, blocks: Sequence[Block]) -> None:
        pages = [piece.text for piece in split_pages("", self._text)] or [""]
        for n, page in enumerate(pages):
            last = n == len(pages) - 1
            above = self._heading if n == 0 else ()
            shown = [*above, *build_rich_text_blocks(page), *(blocks if last else ())]
            await self._send(notification_from_markdown(page), shown, replace=n == 0)

    @property
    def has_begun(self) -> bool:
        """Never: words are shown only when the answer is finished."""
        return False

    async def pause_reply(self, sentence: str) -> None:
        """Say that the answer comes later, without the part that is written."""
        await self.show_sentence(sentence)

    async def leave_reply(self) -> None:
        """Write no more; there is nothing to take away."""

    async def break_off_reply(self, sentence: str, *, is_over: bool = True) -> None:
        """Show the unfinished answer and the reason; without `is_over` it goes on later, so no button is shown."""
        self._text += f"{close_open_fence(self._text)}\n\n_{sentence}_" if self._text.strip() else sentence
        await self._send_pages(self._broken_off if is_over else ())

    async def _send(self, text: str, blocks: Sequence[Block], *, replace: bool = True, lasts: bool = True) -> None:
        try:
            sent = await self._webhook.send_dict(
                {
                    "text": text,
                    "blocks": list(blocks),
                    "response_type": "ephemeral",
                    "replace_original": replace and self._address.may_replace,
                    "unfurl_links": False,
                    "unfurl_media": False,
                    **({"thread_ts": self._address.thread_ts} if self._address.thread_ts else {}),
                }
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("response address unreachable error=%s", type(error).__name__)
        else:
            if sent.status_code == 200:
                return
            log.info("response address refused status=%d", sent.status_code)
        try:
            address = self._address
            await post_ephemeral(self._client, address.channel, address.user, text, blocks, address.thread_ts)
        except SlackApiError as error:
            if get_error_code(error) not in _NOT_MEMBER_ERRORS:
                raise
            if lasts:
                kept = [block for block in blocks if block not in self._finished]  # buttons that need the channel
                await post_message(
                    self._client, await open_direct_message(self._client, self._address.user), text, kept
                )


async def open_and_fill_modal(
    client: AsyncWebClient, trigger: str, waiting: Block, load: Callable[[], Awaitable[Block]]
) -> None:
    """Opens a modal with `waiting` at once, as Slack grants three seconds for it, then shows what was loaded."""
    opened = await client.views_open(trigger_id=trigger, view=waiting)
    await client.views_update(view_id=opened["view"]["id"], view=await load())

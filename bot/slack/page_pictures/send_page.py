"""Sends the cited page as a picture to the person who asks for it, when *Page as a picture* is pressed.

It goes to that person's direct messages with the bot: Slack shows a file to those of a conversation in which it was
shared. The button holds only a passage's id; the passage is fetched again, with the rights of whoever presses.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.slack.api.client import SLACK_ERRORS, open_direct_message
from bot.slack.api.refused_methods import get_error_code
from bot.slack.handlers.show_passage import ThreadOrigin
from bot.slack.page_pictures.page_renderer import PageUnavailable
from bot.slack.views.block_kit import shorten_text
from bot.slack.views.sources import SHOW_PAGE_ACTION, PassageButton
from knowledge.core.failures import IndexUnavailable

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp

    from bot.slack.api.rate_limits import RateLimitedClient
    from bot.slack.events.parse import Json
    from bot.slack.handlers.show_passage import PassageViewHandler
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.page_pictures.page_renderer import PageRenderer, RenderedPage
    from bot.slack.running_tasks import RunningTasks
    from bot.slack.views.block_kit import Block
    from knowledge.core.passages import Passage

log = logging.getLogger(__name__)
_TITLE_LENGTH = 200


def register(app: AsyncApp, handler: PageSender, running_tasks: RunningTasks) -> None:
    """Listens for the button in the modal of a passage."""

    async def on_press(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        if button := PassageButton.button_from_value(action.get("value") or ""):
            origin = ThreadOrigin.origin_from_value(body["view"].get("private_metadata") or "")
            running_tasks.start_task(handler.send_page(button, body["user"]["id"], body["view"]["id"], origin))

    app.action(SHOW_PAGE_ACTION)(on_press)


@dataclass(frozen=True, slots=True)
class PageSender:
    """Draws the page, uploads it, and says in the modal how that ended. Without a `renderer` it is off."""

    client: RateLimitedClient
    passages: PassageViewHandler
    renderer: PageRenderer | None

    async def send_page(self, button: PassageButton, user: str, view: str, origin: ThreadOrigin) -> None:
        """Sends the page to the person who pressed, if that person may read the passage.

        In a channel, that person alone is told there where it went: the modal may be closed by then.
        """
        texts = await self.passages.users.get_answer_texts(button.language, user)
        if self.renderer is None:
            await self._update(view, await self.passages.load_modal(button, user, texts))
            return
        try:
            found = await self.passages.find_passage(button, user)
        except IndexUnavailable:
            found = None
        if found is None:
            await self._update(view, await self.passages.load_modal(button, user, texts))
            return
        await self._update(view, self.passages.render_modal(button, found, texts, texts.page_fetched))
        note = await self._deliver(self.renderer, found.neighbours.passage, button, user, texts)
        await self._update(view, self.passages.render_modal(button, found, texts, note))
        if note in (texts.page_sent, texts.page_unmarked):
            await self._tell_in_channel(note, user, origin)

    async def _tell_in_channel(self, note: str, user: str, origin: ThreadOrigin) -> None:
        if not origin.channel or origin.channel.startswith("D"):
            return  # the page is in sight
        try:
            await self.client.chat_postEphemeral(
                channel=origin.channel,
                user=user,
                thread_ts=origin.thread_ts or None,
                text=note,
                unfurl_links=False,
                unfurl_media=False,
            )
        except SLACK_ERRORS as error:
            log.info("not told where the page went channel=%s error=%s", origin.channel, get_error_code(error))

    async def _deliver(
        self, renderer: PageRenderer, passage: Passage, button: PassageButton, user: str, texts: InterfaceTexts
    ) -> str:
        """Draws and uploads the page; the sentence that says how it ended."""
        try:
            rendered = await renderer.render_page(passage, button.spans)
            await self._upload(rendered, passage, user, texts)
        except PageUnavailable as error:
            return {"not_here": texts.page_not_here, "changed": texts.page_changed}.get(error.reason, texts.page_failed)
        except (*SLACK_ERRORS, SlackRequestError) as error:
            log.warning("page not uploaded user=%s error=%s", user, get_error_code(error))
            return texts.page_refused
        return texts.page_sent if rendered.is_marked else texts.page_unmarked

    async def _upload(self, rendered: RenderedPage, passage: Passage, user: str, texts: InterfaceTexts) -> None:
        """Uploads the page. The document is named by the file's title, in which Slack sees no link to unfurl."""
        name = shorten_text(passage.title or passage.path, _TITLE_LENGTH)
        title = f"{name}, {texts.page.format(page=rendered.page)}"
        await self.client.files_upload_v2(
            content=rendered.png,
            filename=f"page-{rendered.page}.png",
            title=title,
            alt_txt=title,
            channel=await open_direct_message(self.client, user),
        )

    async def _update(self, view: str, body: Block) -> None:
        try:
            await self.client.views_update(view_id=view, view=body)
        except SlackApiError as error:
            if get_error_code(error) != "not_found":  # the person has closed the modal
                raise

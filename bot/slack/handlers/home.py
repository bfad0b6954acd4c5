"""The App Home: what the bot is, how to ask, and how the documents stand; and the prompts it suggests."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.slack.handlers.confirm_deletions import Confirming
from bot.slack.handlers.gaps import GAPS_BUTTON
from bot.slack.handlers.reindex import Reindex
from bot.slack.views import document_status
from bot.slack.views.audit_lines import LATEST, deeds
from bot.slack.views.block_kit import (
    Block,
    Links,
    actions,
    asking_button,
    button,
    context,
    header,
    moment,
    packed,
    section,
)
from bot.slack.views.closed_folders import closed_folders
from bot.slack.views.document_list import stock_for
from bot.slack.views.held_deletions import CONFIRM_BUTTON, held
from bot.slack.views.index_status import Shown, index
from bot.slack.views.request_progress import under_way
from bot.slack.views.suggested_prompts import latest, prompts
from knowledge.core.documents import Document, State
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import CONFIRM_DELETES, EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Parts
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import Texts
    from bot.slack.people.access import Unmet
    from knowledge.core.access import Audience
    from knowledge.storage.audit_log import Deed
    from knowledge.storage.folder_problems import Trouble
    from knowledge.storage.held_deletions import Hold
    from knowledge.storage.worker_requests import Request

log = logging.getLogger(__name__)
_BLOCKS = 60  # of the 100 that Slack takes
_FAILURE_BLOCKS = 20
_LINES = 30_000  # characters of each of the two lists: Slack takes 250,000 bytes, six for each é
REINDEX_BUTTON = "reindex_all"
REFRESH_BUTTON = "refresh_home"
EVENTS: tuple[str, ...] = ("app_home_opened",)
_AS_EVER = Shown()


def register(app: AsyncApp, parts: Parts) -> None:
    """Listen for somebody who opens the bot, and for the buttons on its Home tab."""
    home = Home(parts)

    async def on_home(event: Json, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            parts.flights.start(home.show(event["user"], context.bot_user_id or ""))
        elif event.get("tab") == "messages":
            parts.flights.start(home.suggest(event["user"], event["channel"]))

    async def on_confirm(ack: AsyncAck, body: Json, action: Json, context: AsyncBoltContext) -> None:
        await ack()
        pressed = home.confirm(body["user"]["id"], action.get("value") or "", context.bot_user_id or "")
        parts.flights.start(pressed)

    async def on_reindex(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        parts.flights.start(home.reindex(body["user"]["id"], context.bot_user_id or ""))

    async def on_refresh(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        parts.flights.start(home.show(body["user"]["id"], context.bot_user_id or ""))

    app.event("app_home_opened")(on_home)
    app.action(REINDEX_BUTTON)(on_reindex)
    app.action(REFRESH_BUTTON)(on_refresh)
    app.action(CONFIRM_BUTTON)(on_confirm)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at the Home tab, and the bot as they know it. `note` answers what they did there just now."""

    texts: Texts
    bot_user: str
    admin: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """What the index tells a person: documents by path, what is held, the requests under way at `now`, and of itself.

    Admins are told besides why nobody sees some folders: `troubles` with their rules, names that are `unmet`; and the
    last `deeds` of the audit log.
    `certain` is False where Slack did not say all that the person may know.
    """

    documents: list[Document]
    hold: Hold | None = None
    requests: tuple[Request, ...] = ()
    now: float = 0.0
    index: Shown = _AS_EVER
    troubles: tuple[Trouble, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    deeds: tuple[Deed, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Home:
    """What a person sees when they open the bot."""

    parts: Parts

    async def show(self, user: str, bot_user: str, note: str = "") -> None:
        """Publish the Home tab; `note` answers what the person did there."""
        texts = await self.parts.people.texts(user)
        admin = await self.parts.doorkeeper.admins.include(user)
        visitor = Visitor(texts, bot_user, admin, note)
        blocks = view(await self._stock(user), self.parts.links, visitor)
        await self.parts.client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})

    async def confirm(self, user: str, seen: str, bot_user: str) -> None:
        """Carry out the button beside held deletions, for an admin, and show the tab as it stands after it."""
        texts = await self.parts.people.texts(user)
        try:
            note = await Confirming(self.parts, user, texts).confirm(seen=seen)
        except IndexUnavailable:
            note = texts.index_away
        await self.show(user, bot_user, note)

    async def reindex(self, user: str, bot_user: str) -> None:
        """Have every document read again, for an admin, and show the tab as it stands after it."""
        texts = await self.parts.people.texts(user)
        try:
            note = await Reindex(self.parts, user, texts).ask(EVERYTHING)
        except IndexUnavailable:
            note = texts.index_away
        await self.show(user, bot_user, note)

    async def suggest(self, user: str, channel: str) -> None:
        """Suggest first questions in the Messages tab."""
        texts = await self.parts.people.texts(user)
        stock = await self._stock(user)
        documents = latest(stock.documents if stock else ())
        suggested = prompts(documents, texts, await self._headings(user, documents))
        if suggested:
            await self.parts.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, prompts=suggested, title=texts.prompts_title
            )

    async def _headings(self, user: str, documents: Sequence[Document]) -> dict[str, tuple[str, ...]]:
        """The headings that a person may know of, by document; a suggestion can do without them."""
        try:
            granted = await self.parts.audiences.of_person(user)
            ids = [document.id for document in documents]
            return await asyncio.to_thread(self.parts.lookup.headings, ids, granted.audience)
        except IndexUnavailable as error:
            log.info("suggestions without headings error=%s", error)
            return {}

    async def _stock(self, user: str) -> Stock | None:
        """What the index tells a person; None while it is away."""
        admin = await self.parts.doorkeeper.admins.include(user)
        try:
            granted = await self.parts.audiences.of_person(user)
            stock = await asyncio.to_thread(self._read, granted.audience, admin=admin)
            unmet = await self.parts.audiences.unmet() if admin else ()
            return replace(stock, unmet=tuple(unmet), certain=granted.certain)
        except IndexUnavailable as error:
            log.warning("ledger unread error=%s", error)
            return None

    def _read(self, audience: Audience, *, admin: bool) -> Stock:
        parts = self.parts
        documents = stock_for(parts.ledger, audience, admin=admin)
        in_order = [documents[path] for path in sorted(documents)]
        # The scope of a request is a path, and a path may be private: only admins ask for one.
        requests = [one for one in parts.requests.open() if admin or one.scope in (EVERYTHING, CONFIRM_DELETES)]
        troubles = parts.troubles.all() if admin else ()
        shown = Shown(parts.builds.switch(), tuple(parts.builds.kept()), parts.embedded)
        done = tuple(parts.doorkeeper.audit.latest(LATEST)) if admin else ()
        return Stock(in_order, parts.holds.get(), tuple(requests), time.time(), shown, troubles, deeds=done)


def view(stock: Stock | None, links: Links, visitor: Visitor) -> list[Block]:
    """The Home tab's blocks. `stock` is None while the index is away."""
    texts = visitor.texts
    blocks = [section(f"*{visitor.note}*")] if visitor.note else []
    blocks += [section(texts.home_what), section(texts.home_how.format(bot=f"<@{visitor.bot_user}>"))]
    blocks += [actions(*_buttons(visitor)), {"type": "divider"}]
    if stock is None:
        return [*blocks, section(texts.index_away)]
    if stock.hold:
        blocks += held(stock.hold, texts, admin=visitor.admin, pressable=True)
    if stock.requests:
        blocks += [header(texts.home_requests), *under_way(stock.requests, stock.now, texts)]
    passages = sum(document.passages for document in stock.documents)
    blocks += index(stock.index, passages, texts, admin=visitor.admin)
    if stock.troubles or stock.unmet:
        blocks += closed_folders(stock.troubles, stock.unmet, texts)
    blocks += deeds(stock.deeds, texts)
    if not stock.certain:
        blocks.append(context(texts.audience_uncertain))
    return [*blocks, *_documents(stock.documents, links, visitor, _BLOCKS - len(blocks))]


def _buttons(visitor: Visitor) -> list[Block]:
    texts = visitor.texts
    refresh = button(REFRESH_BUTTON, texts.home_refresh)
    if not visitor.admin:
        return [refresh]
    again = asking_button(REINDEX_BUTTON, texts.home_reindex, sure=texts.home_reindex_sure, deny=texts.cancel)
    return [refresh, again, button(GAPS_BUTTON, texts.home_gaps)]


def _documents(documents: list[Document], links: Links, visitor: Visitor, most: int) -> list[Block]:
    texts = visitor.texts
    blocks = [header(texts.home_documents.format(total=len(documents)))]
    if not documents:
        return [*blocks, section(texts.home_no_documents)]
    hidden = _hidden(documents, texts) if visitor.admin else ""
    counted = (_summary(documents, texts), document_status.counts(documents, texts), hidden)
    blocks.append(context("\n".join(filter(None, counted))))
    failed = [document_status.failed(d, links, texts) for d in documents if d.state is State.FAILED]
    if failed:
        shown = packed(failed, texts.docs_more, _FAILURE_BLOCKS, _LINES)
        blocks += [section(f"*{texts.home_failures}*"), *shown]
    lines = (document_status.short(d, links, texts) for d in documents if d.state is not State.FAILED)
    return [*blocks, *packed(lines, texts.docs_more, most - len(blocks), _LINES)]


def _hidden(documents: list[Document], texts: Texts) -> str:
    """How much text people do not see in the documents, all told."""
    counts = [document.hidden for document in documents if document.hidden]
    return texts.home_hidden.format(places=sum(counts), documents=len(counts)) if counts else ""


def _summary(documents: list[Document], texts: Texts) -> str:
    """How many pages there are, and when anything changed last."""
    facts = []
    if pages := sum(document.pages or 0 for document in documents):
        facts.append(texts.pages.format(pages=pages))
    if latest := max((document.changed_at or 0.0 for document in documents), default=0.0):
        facts.append(texts.home_latest.format(moment=moment(latest)))
    return " · ".join(facts)

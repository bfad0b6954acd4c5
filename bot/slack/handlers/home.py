"""The App Home: what the bot is, how to ask, and how the documents stand; and the prompts it suggests."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.slack.handlers.confirm_deletions import DeletionConfirmation
from bot.slack.handlers.gaps import GAPS_BUTTON
from bot.slack.handlers.reindex import ReindexCommand
from bot.slack.views.admin_reports import LATEST_ENTRIES, render_audit_entries, render_closed_folders
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_actions_block,
    build_button,
    build_confirm_button,
    build_context_block,
    build_header_block,
    build_section_block,
    format_datetime,
    pack_lines,
)
from bot.slack.views.documents import (
    list_known_documents,
    render_document_line,
    render_failed_document,
    render_state_counts,
)
from bot.slack.views.held_deletions import CONFIRM_BUTTON, render_deletion_hold
from bot.slack.views.index_status import IndexStatus, render_index_status
from bot.slack.views.request_progress import render_open_requests
from bot.slack.views.suggested_prompts import build_suggested_prompts, choose_latest_documents
from knowledge.core.documents import Document, DocumentState
from knowledge.core.failures import IndexUnavailable
from knowledge.storage.worker_requests import SCOPE_ALL, SCOPE_CONFIRM_DELETES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

    from bot.slack.dependencies import Dependencies
    from bot.slack.events.parse import Json
    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import UnmetRequirement
    from knowledge.core.access import Audience
    from knowledge.storage.audit_log import AuditEntry
    from knowledge.storage.folder_problems import FolderProblem
    from knowledge.storage.held_deletions import DeletionHold
    from knowledge.storage.worker_requests import WorkerRequest

log = logging.getLogger(__name__)
_MAX_BLOCKS = 60  # of the 100 that Slack takes
_MAX_FAILURE_BLOCKS = 20
_MAX_CHARACTERS = 30_000  # characters of each of the two lists: Slack takes 250,000 bytes, six for each é
REINDEX_BUTTON = "reindex_all"
REFRESH_BUTTON = "refresh_home"
EVENTS: tuple[str, ...] = ("app_home_opened",)
_NO_INDEX_CHANGE = IndexStatus()


def register(app: AsyncApp, deps: Dependencies) -> None:
    """Listen for somebody who opens the bot, and for the buttons on its Home tab."""
    home = HomeTab(deps)

    async def on_home(event: Json, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            deps.running_tasks.start_task(home.publish_home(event["user"], context.bot_user_id or ""))
        elif event.get("tab") == "messages":
            deps.running_tasks.start_task(home.suggest_prompts(event["user"], event["channel"]))

    async def on_confirm(ack: AsyncAck, body: Json, action: Json, context: AsyncBoltContext) -> None:
        await ack()
        pressed = home.confirm_from_home(body["user"]["id"], action.get("value") or "", context.bot_user_id or "")
        deps.running_tasks.start_task(pressed)

    async def on_reindex(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        deps.running_tasks.start_task(home.reindex_from_home(body["user"]["id"], context.bot_user_id or ""))

    async def on_refresh(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        deps.running_tasks.start_task(home.publish_home(body["user"]["id"], context.bot_user_id or ""))

    app.event("app_home_opened")(on_home)
    app.action(REINDEX_BUTTON)(on_reindex)
    app.action(REFRESH_BUTTON)(on_refresh)
    app.action(CONFIRM_BUTTON)(on_confirm)


@dataclass(frozen=True, slots=True)
class HomeVisitor:
    """Who looks at the Home tab, and the bot as they know it. `note` answers what they did there just now."""

    texts: InterfaceTexts
    bot_user: str
    is_admin: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DocumentStock:
    """What the index tells a person: documents by path, what is held, the requests under way at `now`, and of itself.

    Admins are told besides why nobody sees some folders: `troubles` with their rules, names that are `unmet`; and the
    last `deeds` of the audit log.
    `certain` is False where Slack did not say all that the person may know.
    """

    documents: list[Document]
    hold: DeletionHold | None = None
    requests: tuple[WorkerRequest, ...] = ()
    now: float = 0.0
    index_status: IndexStatus = _NO_INDEX_CHANGE
    folder_problems: tuple[FolderProblem, ...] = ()
    unmet_requirements: tuple[UnmetRequirement, ...] = ()
    audit_entries: tuple[AuditEntry, ...] = ()
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class HomeTab:
    """What a person sees when they open the bot."""

    deps: Dependencies

    async def publish_home(self, user: str, bot_user: str, note: str = "") -> None:
        """Publish the Home tab; `note` answers what the person did there."""
        texts = await self.deps.users.get_user_texts(user)
        admin = await self.deps.admin_gate.admins.is_admin(user)
        visitor = HomeVisitor(texts, bot_user, admin, note)
        blocks = render_home(await self._load_stock(user), self.deps.document_links, visitor)
        await self.deps.client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})

    async def confirm_from_home(self, user: str, seen: str, bot_user: str) -> None:
        """Carry out the button beside held deletions, for an admin, and show the tab as it stands after it."""
        texts = await self.deps.users.get_user_texts(user)
        try:
            note = await DeletionConfirmation(self.deps, user, texts).confirm_deletions(seen_stamp=seen)
        except IndexUnavailable:
            note = texts.index_away
        await self.publish_home(user, bot_user, note)

    async def reindex_from_home(self, user: str, bot_user: str) -> None:
        """Have every document read again, for an admin, and show the tab as it stands after it."""
        texts = await self.deps.users.get_user_texts(user)
        try:
            note = await ReindexCommand(self.deps, user, texts).request_reindex(SCOPE_ALL)
        except IndexUnavailable:
            note = texts.index_away
        await self.publish_home(user, bot_user, note)

    async def suggest_prompts(self, user: str, channel: str) -> None:
        """Suggest first questions in the Messages tab."""
        texts = await self.deps.users.get_user_texts(user)
        stock = await self._load_stock(user)
        documents = choose_latest_documents(stock.documents if stock else ())
        suggested = build_suggested_prompts(documents, texts, await self._read_headings(user, documents))
        if suggested:
            await self.deps.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, prompts=suggested, title=texts.prompts_title
            )

    async def _read_headings(self, user: str, documents: Sequence[Document]) -> dict[str, tuple[str, ...]]:
        """The headings that a person may know of, by document; a suggestion can do without them."""
        try:
            granted = await self.deps.access_directory.find_user_audience(user)
            ids = [document.id for document in documents]
            return await asyncio.to_thread(self.deps.passage_lookup.list_headings, ids, granted.audience)
        except IndexUnavailable as error:
            log.info("suggestions without headings error=%s", error)
            return {}

    async def _load_stock(self, user: str) -> DocumentStock | None:
        """What the index tells a person; None while it is away."""
        admin = await self.deps.admin_gate.admins.is_admin(user)
        try:
            granted = await self.deps.access_directory.find_user_audience(user)
            stock = await asyncio.to_thread(self._read_stock, granted.audience, admin=admin)
            unmet = await self.deps.access_directory.list_unmet_requirements() if admin else ()
            return replace(stock, unmet_requirements=tuple(unmet), is_certain=granted.is_certain)
        except IndexUnavailable as error:
            log.warning("ledger unread error=%s", error)
            return None

    def _read_stock(self, audience: Audience, *, admin: bool) -> DocumentStock:
        deps = self.deps
        documents = list_known_documents(deps.served_documents, audience, admin=admin)
        in_order = [documents[path] for path in sorted(documents)]
        # The scope of a request is a path, and a path may be private: only admins ask for one.
        requests = [
            one
            for one in deps.worker_requests.list_open_requests()
            if admin or one.scope in (SCOPE_ALL, SCOPE_CONFIRM_DELETES)
        ]
        troubles = deps.folder_problems.list_folder_problems() if admin else ()
        shown = IndexStatus(
            deps.index_versions.fetch_rollout_state(),
            tuple(deps.index_versions.list_retired_versions()),
            deps.is_embedded,
        )
        done = tuple(deps.admin_gate.audit.list_audit_entries(LATEST_ENTRIES)) if admin else ()
        return DocumentStock(
            in_order,
            deps.deletion_holds.get_deletion_hold(),
            tuple(requests),
            time.time(),
            shown,
            troubles,
            audit_entries=done,
        )


def render_home(stock: DocumentStock | None, links: DocumentLinks, visitor: HomeVisitor) -> list[Block]:
    """The Home tab's blocks. `stock` is None while the index is away."""
    texts = visitor.texts
    blocks = [build_section_block(f"*{visitor.note}*")] if visitor.note else []
    blocks += [
        build_section_block(texts.home_what),
        build_section_block(texts.home_how.format(bot=f"<@{visitor.bot_user}>")),
    ]
    blocks += [build_actions_block(*_build_home_buttons(visitor)), {"type": "divider"}]
    if stock is None:
        return [*blocks, build_section_block(texts.index_away)]
    if stock.hold:
        blocks += render_deletion_hold(stock.hold, texts, admin=visitor.is_admin, pressable=True)
    if stock.requests:
        blocks += [build_header_block(texts.home_requests), *render_open_requests(stock.requests, stock.now, texts)]
    passages = sum(document.passages for document in stock.documents)
    blocks += render_index_status(stock.index_status, passages, texts, admin=visitor.is_admin)
    if stock.folder_problems or stock.unmet_requirements:
        blocks += render_closed_folders(stock.folder_problems, stock.unmet_requirements, texts)
    blocks += render_audit_entries(stock.audit_entries, texts)
    if not stock.is_certain:
        blocks.append(build_context_block(texts.audience_uncertain))
    return [*blocks, *_render_documents(stock.documents, links, visitor, _MAX_BLOCKS - len(blocks))]


def _build_home_buttons(visitor: HomeVisitor) -> list[Block]:
    texts = visitor.texts
    refresh = build_button(REFRESH_BUTTON, texts.home_refresh)
    if not visitor.is_admin:
        return [refresh]
    again = build_confirm_button(
        REINDEX_BUTTON, texts.home_reindex, confirm_text=texts.home_reindex_sure, deny=texts.cancel
    )
    return [refresh, again, build_button(GAPS_BUTTON, texts.home_gaps)]


def _render_documents(documents: list[Document], links: DocumentLinks, visitor: HomeVisitor, most: int) -> list[Block]:
    texts = visitor.texts
    blocks = [build_header_block(texts.home_documents.format(total=len(documents)))]
    if not documents:
        return [*blocks, build_section_block(texts.home_no_documents)]
    hidden = _render_hidden_text(documents, texts) if visitor.is_admin else ""
    counted = (_render_summary(documents, texts), render_state_counts(documents, texts), hidden)
    blocks.append(build_context_block("\n".join(filter(None, counted))))
    failed = [render_failed_document(d, links, texts) for d in documents if d.state is DocumentState.FAILED]
    if failed:
        shown = pack_lines(failed, texts.docs_more, _MAX_FAILURE_BLOCKS, _MAX_CHARACTERS)
        blocks += [build_section_block(f"*{texts.home_failures}*"), *shown]
    lines = (render_document_line(d, links, texts) for d in documents if d.state is not DocumentState.FAILED)
    return [*blocks, *pack_lines(lines, texts.docs_more, most - len(blocks), _MAX_CHARACTERS)]


def _render_hidden_text(documents: list[Document], texts: InterfaceTexts) -> str:
    """How much text people do not see in the documents, all told."""
    counts = [document.hidden for document in documents if document.hidden]
    return texts.home_hidden.format(places=sum(counts), documents=len(counts)) if counts else ""


def _render_summary(documents: list[Document], texts: InterfaceTexts) -> str:
    """How many pages there are, and when anything changed last."""
    facts = []
    if pages := sum(document.pages or 0 for document in documents):
        facts.append(texts.pages.format(pages=pages))
    if latest := max((document.changed_at or 0.0 for document in documents), default=0.0):
        facts.append(texts.home_latest.format(moment=format_datetime(latest)))
    return " · ".join(facts)

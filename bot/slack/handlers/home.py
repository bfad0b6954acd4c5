"""Publishes the Home tab: what the bot does, how to ask, and the state of the documents. Handles its buttons."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.events.parse import Json
from bot.slack.handlers.confirm_deletions import DeletionConfirmation
from bot.slack.handlers.gaps import GAPS_BUTTON
from bot.slack.handlers.reindex import ReindexCommand
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import AccessDirectory, UnmetRequirement
from bot.slack.people.admins import AdminGate
from bot.slack.people.users import Users
from bot.slack.running_tasks import RunningTasks
from bot.slack.views.admin_reports import (
    CONFIRM_BUTTON,
    LATEST_ENTRIES,
    render_audit_entries,
    render_closed_folders,
    render_deletion_hold,
)
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
    render_failed_members,
    render_state_counts,
    render_unsupported,
)
from bot.slack.views.suggested_prompts import build_suggested_prompts, choose_latest_documents
from bot.slack.views.worker_status import IndexStatus, render_index_status, render_open_requests
from knowledge.core.access import Audience
from knowledge.core.documents import Document, DocumentState
from knowledge.core.failures import IndexUnavailable, is_unsupported
from knowledge.retrieval.passage_lookup import DocumentOutline, PassageLookup
from knowledge.storage.audit_log import AuditEntry
from knowledge.storage.index_versions import IndexVersions, ServedDocuments
from knowledge.storage.worker_requests import (
    SCOPE_ALL,
    SCOPE_CONFIRM_DELETES,
    DeletionHold,
    DeletionHolds,
    FolderProblem,
    FolderProblems,
    WorkerRequest,
    WorkerRequests,
)

log = logging.getLogger(__name__)
_MAX_BLOCKS = 60  # of the 100 that Slack takes
_MAX_FAILURE_BLOCKS = 20
_MAX_CHARACTERS = 30_000  # characters of each of the two lists: Slack takes 250,000 bytes, six for each é
REINDEX_BUTTON = "reindex_all"
REFRESH_BUTTON = "refresh_home"
EVENTS: tuple[str, ...] = ("app_home_opened",)
_NO_INDEX_CHANGE = IndexStatus()


def register(
    app: AsyncApp, home: HomeTab, buttons: HomeButtons, prompts: PromptSuggester, running_tasks: RunningTasks
) -> None:
    """Listens for people who open the bot, and for the buttons on its Home tab."""

    async def on_home(event: Json, context: AsyncBoltContext) -> None:
        if event.get("tab") == "home":
            running_tasks.start_task(home.publish_home(event["user"], context.bot_user_id or ""))
        elif event.get("tab") == "messages":
            running_tasks.start_task(prompts.suggest_prompts(event["user"], event["channel"]))

    async def on_confirm(ack: AsyncAck, body: Json, action: Json, context: AsyncBoltContext) -> None:
        await ack()
        stamp, bot_user = action.get("value") or "", context.bot_user_id or ""
        running_tasks.start_task(buttons.confirm_from_home(body["user"]["id"], stamp, bot_user))

    async def on_reindex(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        running_tasks.start_task(buttons.reindex_from_home(body["user"]["id"], context.bot_user_id or ""))

    async def on_refresh(ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        running_tasks.start_task(home.publish_home(body["user"]["id"], context.bot_user_id or ""))

    app.event("app_home_opened")(on_home)
    app.action(REINDEX_BUTTON)(on_reindex)
    app.action(REFRESH_BUTTON)(on_refresh)
    app.action(CONFIRM_BUTTON)(on_confirm)


@dataclass(frozen=True, slots=True)
class HomeVisitor:
    """Who looks at the Home tab, and in which language; `note` replies to the button that they pressed."""

    texts: InterfaceTexts
    bot_user: str
    is_admin: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DocumentOverview:
    """The state of the documents as one person may know it, at the time `now`.

    Only administrators get folder problems, unmet requirements and the audit log's last entries. `is_certain` is
    False where Slack did not tell everything that the person may read.
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
class OverviewReader:
    """Reads the state of the documents from the index. Its calls block."""

    served_documents: ServedDocuments
    worker_requests: WorkerRequests
    deletion_holds: DeletionHolds
    folder_problems: FolderProblems
    index_versions: IndexVersions
    is_embedded: bool

    def read_overview(self, audience: Audience, *, admin: bool) -> DocumentOverview:
        """What a person with this audience may know, without the audit log."""
        documents = list_known_documents(self.served_documents, audience, admin=admin)
        # The scope of a request is a path, and a path may be private: only administrators see such a request.
        requests = [
            one
            for one in self.worker_requests.list_open_requests()
            if admin or one.scope in (SCOPE_ALL, SCOPE_CONFIRM_DELETES)
        ]
        rollout, retired = self.index_versions.fetch_rollout_state(), self.index_versions.list_retired_versions()
        return DocumentOverview(
            [documents[path] for path in sorted(documents)],
            self.deletion_holds.get_deletion_hold(),
            tuple(requests),
            time.time(),
            IndexStatus(rollout, tuple(retired), self.is_embedded),
            self.folder_problems.list_folder_problems() if admin else (),
        )


@dataclass(frozen=True, slots=True)
class HomeTab:
    """Publishes what a person sees when they open the bot."""

    client: AsyncWebClient
    users: Users
    admin_gate: AdminGate
    access_directory: AccessDirectory
    overview_reader: OverviewReader
    document_links: DocumentLinks

    async def publish_home(self, user: str, bot_user: str, note: str = "") -> None:
        """Publishes the Home tab; `note` replies to the button that the person pressed."""
        texts = await self.users.get_user_texts(user)
        admin = await self.admin_gate.admins.is_admin(user)
        visitor = HomeVisitor(texts, bot_user, admin, note)
        blocks = render_home(await self._load_overview(user, admin=admin), self.document_links, visitor)
        await self.client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})

    async def _load_overview(self, user: str, *, admin: bool) -> DocumentOverview | None:
        """What a person may know of the documents; None while the index is away."""
        try:
            granted = await self.access_directory.find_user_audience(user)
            overview = await asyncio.to_thread(self.overview_reader.read_overview, granted.audience, admin=admin)
            if not admin:
                return replace(overview, is_certain=granted.is_certain)
            unmet = await self.access_directory.list_unmet_requirements()
            entries = await asyncio.to_thread(self.admin_gate.audit.list_audit_entries, LATEST_ENTRIES)
        except IndexUnavailable as error:
            log.warning("ledger unread error=%s", error)
            return None
        return replace(
            overview, unmet_requirements=tuple(unmet), audit_entries=tuple(entries), is_certain=granted.is_certain
        )


@dataclass(frozen=True, slots=True)
class HomeButtons:
    """Carries out the administrators' buttons on the Home tab, and publishes the tab again."""

    home: HomeTab
    users: Users
    reindex: ReindexCommand
    confirmation: DeletionConfirmation

    async def confirm_from_home(self, user: str, seen_stamp: str, bot_user: str) -> None:
        """Confirms held deletions, if an administrator pressed."""
        texts = await self.users.get_user_texts(user)
        try:
            note = await self.confirmation.confirm_deletions(user, texts, seen_stamp=seen_stamp)
        except IndexUnavailable:
            note = texts.index_away
        await self.home.publish_home(user, bot_user, note)

    async def reindex_from_home(self, user: str, bot_user: str) -> None:
        """Has every document read again, if an administrator pressed."""
        texts = await self.users.get_user_texts(user)
        try:
            note = await self.reindex.request_reindex(user, texts, SCOPE_ALL)
        except IndexUnavailable:
            note = texts.index_away
        await self.home.publish_home(user, bot_user, note)


@dataclass(frozen=True, slots=True)
class PromptSuggester:
    """Suggests first questions in the Messages tab, about the documents that were read last."""

    client: AsyncWebClient
    users: Users
    access_directory: AccessDirectory
    served_documents: ServedDocuments
    passage_lookup: PassageLookup

    async def suggest_prompts(self, user: str, channel: str) -> None:
        """Suggests questions that a person may ask; none while the index is away."""
        texts = await self.users.get_user_texts(user)
        granted = await self.access_directory.find_user_audience(user)
        try:
            known = await asyncio.to_thread(self.served_documents.list_served_documents, granted.audience)
        except IndexUnavailable as error:
            log.warning("no suggestions, ledger unread error=%s", error)
            return
        documents = choose_latest_documents(known[path] for path in sorted(known))
        outlines = await self._read_outlines(documents, granted.audience)
        if prompts := build_suggested_prompts(documents, texts, outlines):
            await self.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, prompts=prompts, title=texts.prompts_title
            )

    async def _read_outlines(self, documents: list[Document], audience: Audience) -> dict[str, DocumentOutline]:
        """The headings that a person may know of, by document id; suggestions are possible without them."""
        try:
            return await asyncio.to_thread(self.passage_lookup.read_outlines, [one.id for one in documents], audience)
        except IndexUnavailable as error:
            log.info("suggestions without headings error=%s", error)
            return {}


def render_home(overview: DocumentOverview | None, links: DocumentLinks, visitor: HomeVisitor) -> list[Block]:
    """Renders the Home tab; `overview` is None while the index is away."""
    texts = visitor.texts
    blocks = [build_section_block(f"*{visitor.note}*")] if visitor.note else []
    blocks += [
        build_section_block(f"{texts.home_what} {texts.is_ai}"),
        build_section_block(texts.home_how.format(bot=f"<@{visitor.bot_user}>")),
    ]
    blocks += [build_actions_block(*_build_home_buttons(visitor)), {"type": "divider"}]
    if overview is None:
        return [*blocks, build_section_block(texts.index_away)]
    if overview.hold:
        blocks += render_deletion_hold(overview.hold, texts, admin=visitor.is_admin, pressable=True)
    if overview.requests:
        blocks += [
            build_header_block(texts.home_requests),
            *render_open_requests(overview.requests, overview.now, texts),
        ]
    passages = sum(document.passages for document in overview.documents)
    blocks += render_index_status(overview.index_status, passages, texts, admin=visitor.is_admin)
    if overview.folder_problems or overview.unmet_requirements:
        blocks += render_closed_folders(overview.folder_problems, overview.unmet_requirements, texts)
    blocks += render_audit_entries(overview.audit_entries, texts)
    if not overview.is_certain:
        blocks.append(build_context_block(texts.audience_uncertain))
    return [*blocks, *_render_documents(overview.documents, links, visitor, _MAX_BLOCKS - len(blocks))]


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
    unread = [d for d in documents if d.state is DocumentState.FAILED]
    failed = [render_failed_document(d, links, texts) for d in unread if not is_unsupported(d.failure)]
    failed += [line for d in documents for line in render_failed_members(d, links, texts)]
    failed += render_unsupported((d.failure for d in unread), texts)
    if failed:
        shown = pack_lines(failed, texts.docs_more, _MAX_FAILURE_BLOCKS, _MAX_CHARACTERS)
        blocks += [build_section_block(f"*{texts.home_failures}*"), *shown]
    lines = (render_document_line(d, links, texts) for d in documents if d.state is not DocumentState.FAILED)
    return [*blocks, *pack_lines(lines, texts.docs_more, most - len(blocks), _MAX_CHARACTERS)]


def _render_hidden_text(documents: list[Document], texts: InterfaceTexts) -> str:
    """Renders in how many places the documents hide text, and in how many documents."""
    counts = [document.hidden for document in documents if document.hidden]
    return texts.home_hidden.format(places=sum(counts), documents=len(counts)) if counts else ""


def _render_summary(documents: list[Document], texts: InterfaceTexts) -> str:
    """Renders the number of pages, and the time of the last change."""
    facts = []
    if pages := sum(document.pages or 0 for document in documents):
        facts.append(texts.pages.format(pages=pages))
    if latest := max((document.changed_at or 0.0 for document in documents), default=0.0):
        facts.append(texts.home_latest.format(moment=format_datetime(latest)))
    return " · ".join(facts)

"""Has Slack judge one example of each message and view of the bot in each language, for `check --blocks`.

Slack's `blocks.validate` posts nothing. Every word that is sent is made up here: nothing is read from the index, and no
question and no document leaves the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError

from bot.answering.answer import Answer
from bot.answering.quoting.quote import choose_other_quotes
from bot.answering.understanding.counter_questions import Option
from bot.cli.speed import Finding
from bot.insights.content_gaps import ContentGap
from bot.settings import BotSettings
from bot.slack.api.client import create_web_client
from bot.slack.api.errors import SLACK_ERRORS, get_error_code
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.handlers.commands import SlashCommand, render_help
from bot.slack.handlers.feedback import ButtonPlace, render_feedback_modal
from bot.slack.handlers.file_upload import build_folder_menu
from bot.slack.handlers.gaps import render_activity, render_gaps
from bot.slack.handlers.home import DocumentOverview, HomeVisitor, render_home
from bot.slack.handlers.message_shortcut import render_shortcut_modal
from bot.slack.i18n.catalogue import get_texts, set_command_prefix
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.people.access import UnmetRequirement
from bot.slack.questions.unasked_pauses import UnaskedActivity
from bot.slack.views.admin_reports import (
    render_audit_entries,
    render_bindings,
    render_closed_folders,
    render_deletion_hold,
)
from bot.slack.views.block_kit import Block, DocumentLinks, build_actions_block, build_button
from bot.slack.views.data_tables import build_answer_blocks
from bot.slack.views.documents import render_document_list
from bot.slack.views.passages import render_more_passages, render_passage_modal
from bot.slack.views.rich_text import build_rich_text_blocks
from bot.slack.views.sources import (
    SHOW_PAGE_ACTION,
    PassageButton,
    render_answer_footer,
    render_choices,
    render_feedback_buttons,
)
from bot.slack.views.worker_status import (
    IndexStatus,
    RequestProgressView,
    render_open_requests,
    render_request_progress,
)
from knowledge.core.access import EVERYONE
from knowledge.core.documents import LANGUAGE_CODES, Document, DocumentState, Fingerprint
from knowledge.core.failures import failure_from_sentence
from knowledge.core.passages import Citation, Excerpt, FoundPassage, passages_from_excerpts
from knowledge.retrieval.passage_lookup import PassageNeighbours
from knowledge.storage.audit_log import AuditEntry
from knowledge.storage.index_versions import IndexVersion, RolloutState
from knowledge.storage.name_bindings import NameBinding
from knowledge.storage.question_log import UsedPassage
from knowledge.storage.worker_requests import DeletionHold, FolderProblem, WorkerRequest

_REFUSALS = frozenset({"invalid_blocks", "invalid_message", "invalid_view", "invalid_arguments"})
_MAX_SHOWN = 3
_TEXTS = ("Leave is asked for in writing.", "Two days a week are worked from home.", "Whoever travels is paid back.")
_ANSWER = "Two days a week [1].\n\n- in writing\n- by **Friday**\n\n| day | days |\n|---|---|\n| Monday | 2 |"
_ID = "6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31"
_NOW = 1_800_000_000.0
_CLOSED = FolderProblem("hr", failure=failure_from_sentence("This folder is closed."))


def check_blocks(settings: BotSettings) -> list[Finding]:
    """A finding for each example that Slack refuses; one for all where it takes them, or cannot be asked."""
    set_command_prefix(settings.command_prefix)
    return asyncio.run(_check_all(settings))


async def _check_all(settings: BotSettings) -> list[Finding]:
    client, links = create_web_client(settings), DocumentLinks(settings.document_url_template)
    host, many = urlsplit(settings.slack_api_url).hostname, 0
    refused: list[Finding] = []
    for code in LANGUAGE_CODES:
        for sample in list_block_samples(get_texts(code), links):
            try:
                problem = await _find_problem(client, sample)
            except SLACK_ERRORS as error:
                sentence = f"not checked: {host} does not answer blocks.validate ({get_error_code(error)})."
                return [*refused, Finding("doubtful", "blocks", sentence)]
            many += 1
            if problem:
                refused.append(Finding("broken", "blocks", f"{sample.name} ({code}): {host} refuses it: {problem}."))
    return refused or [Finding("well", "blocks", f"{host} takes {many} messages and views, in each language.")]


async def _find_problem(client: RateLimitedClient, sample: BlockSample) -> str:
    """What Slack says against an example; "" if nothing."""
    try:
        await client.api_call("blocks.validate", json={sample.kind: sample.body})
    except SlackApiError as error:
        if get_error_code(error) not in _REFUSALS:
            raise
        problems = error.response.get("errors") or []
        shown = [f"{one.get('message')} at {one.get('pointer')}" for one in problems[:_MAX_SHOWN]]
        return "; ".join(shown) or get_error_code(error)
    return ""


@dataclass(frozen=True, slots=True)
class BlockSample:
    """A message's blocks or a view, by its name."""

    name: str
    kind: Literal["blocks", "view"]
    body: list[Block] | Block


def list_block_samples(texts: InterfaceTexts, links: DocumentLinks) -> Iterator[BlockSample]:
    """Gives every example in one language."""
    for name, blocks in (*_list_answers(texts, links), *_list_reports(texts, links)):
        if blocks:
            yield BlockSample(name, "blocks", blocks)
    for name, view in _list_views(texts, links):
        yield BlockSample(name, "view", view)


def _list_answers(texts: InterfaceTexts, links: DocumentLinks) -> Iterator[tuple[str, list[Block]]]:
    cited = [_cite(n) for n in range(1, 6)]
    for many, name in ((1, "answer with a source"), (5, "answer with many sources")):
        answer = Answer(_ANSWER, "answered", texts.code, tuple(cited[:many]), _found(), ("A notice.",))
        yield name, render_answer_footer(answer, links, texts, ("Another.",), {_document().path: _NOW})
    for state in ("not_found", "passages_only"):
        answer = Answer(_ANSWER, state, texts.code, passages=_found())
        yield f"answer: {state}", render_answer_footer(answer, links, texts)
    yield "answer in rich text", build_rich_text_blocks(_ANSWER)
    yield "answer with a data table", build_answer_blocks(_ANSWER)
    yield "thumbs", [render_feedback_buttons(_ID, texts)]
    yield "question back", render_choices([Option("Leave", "What about leave?"), Option("Travel", "And travel?")], _ID)


def _list_reports(texts: InterfaceTexts, links: DocumentLinks) -> Iterator[tuple[str, list[Block]]]:
    hold = DeletionHold(40, 100, ("a.pdf", "b.pdf"), "many", _NOW)
    request = WorkerRequest(_ID, "all", "U0123ABCD", "running", 3, 10, asked_at=_NOW, updated_at=_NOW, pages=30)
    gap = ContentGap("Where do I park?", 3, 2, {}, UsedPassage(_ID, "a.pdf", 1))
    for admin in (False, True):
        command = SlashCommand("/souffleur", "", "U0123ABCD", "C0123ABCD", "", "U0123ABCE")
        yield f"help, administrator={admin}", render_help(command, texts, admin=admin)
        yield f"documents, administrator={admin}", render_document_list([_document()], "", links, texts, admin=admin)
        yield f"held deletions, administrator={admin}", render_deletion_hold(hold, texts, admin=admin, pressable=True)
    yield "audit log", render_audit_entries([AuditEntry(_ID, "U0123ABCD", "reindex", _NOW, "done")], texts)
    yield "names of folders", render_bindings([NameBinding("#finance", "C0123ABCD")], texts)
    yield "closed folders", render_closed_folders([_CLOSED], [UnmetRequirement("#finance", "unknown")], texts)
    yield "progress", render_request_progress(RequestProgressView(request), texts)
    yield "open requests", render_open_requests([request], _NOW, texts)
    yield "gaps", render_gaps([gap], links, texts)
    activity = [UnaskedActivity("C0123ABCD", 3, 0, 600.0), UnaskedActivity("C0123ABCE", 5, 5, None)]
    yield "answers that nobody asked for", render_activity(activity, texts)
    yield "folders for a file", [build_folder_menu("F0123ABCD", ["", "hr"], texts)]


def _list_views(texts: InterfaceTexts, links: DocumentLinks) -> Iterator[tuple[str, Block]]:
    one, two, three = passages_from_excerpts(_document(), [Excerpt(text, 1, 1, ("Leave",)) for text in _TEXTS])
    button, neighbours = PassageButton(1, two.id, ((0, 8),), texts.code), PassageNeighbours(two, one, three)
    page = [build_actions_block(build_button(SHOW_PAGE_ACTION, texts.show_page, button.value))]
    yield "passage", render_passage_modal(button, neighbours, _NOW, links, texts, page)
    yield "more passages", render_more_passages(choose_other_quotes("leave?", _found(), ": "), links, texts)
    yield "reasons", render_feedback_modal(_ID, ButtonPlace("C0123ABCD", language=texts.code), texts)
    yield "ask about a message", render_shortcut_modal("How many days?", {"channel": "C0123ABCD"}, texts)
    for admin in (False, True):
        rollout = RolloutState(IndexVersion(1), IndexVersion(2), 1, 10)
        status = IndexStatus(rollout, (IndexVersion(1, retired_at=_NOW),), is_embedded=True)
        overview = DocumentOverview([_document()], now=_NOW, index_status=status)
        blocks = render_home(overview, links, HomeVisitor(texts, "U0123ABCE", is_admin=admin))
        yield f"Home, administrator={admin}", {"type": "home", "blocks": blocks}


def _document() -> Document:
    return Document(
        "hr/handbook.pdf",
        Fingerprint(1, 1, 1, 1),
        "0" * 64,
        "v",
        1,
        DocumentState.MEANING,
        title="Staff handbook",
        pages=12,
        passages=3,
        changed_at=_NOW,
        audience=frozenset({EVERYONE}),
    )


def _found() -> tuple[FoundPassage, ...]:
    passages = passages_from_excerpts(_document(), [Excerpt(text, 1, 1, ("Leave",)) for text in _TEXTS])
    return tuple(FoundPassage(passage, 0.5) for passage in passages)


def _cite(n: int) -> Citation:
    return Citation(n, "Staff handbook", "hr/handbook.pdf", n, ("Leave",), f"{n}{_ID[1:]}", copies=("copy.pdf",))

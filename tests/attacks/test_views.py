"""Hostile titles, paths, headings, reasons and quotes through each view: nothing alive, and no markup of their own."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest

from bot.answering.answer import Answer
from bot.answering.output_filter.titles import flatten_title
from bot.answering.quoting.markdown import format_quote
from bot.answering.quoting.quote import Quote, QuoteLine
from bot.answering.talk import Talk, write_reply
from bot.insights.content_gaps import ContentGap
from bot.slack.handlers.gaps import render_gaps
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.replies.messages import notification_from_markdown
from bot.slack.replies.steps import ReplyStep, StepList, list_step_sources
from bot.slack.views.admin_reports import render_closed_folders, render_deletion_hold
from bot.slack.views.block_kit import DocumentLinks
from bot.slack.views.data_tables import build_answer_blocks
from bot.slack.views.documents import render_document_line, render_document_list, render_failed_document
from bot.slack.views.markup import escape_mrkdwn, neutralize_mentions
from bot.slack.views.passages import render_more_passages, render_passage_modal
from bot.slack.views.rich_text import build_rich_text_blocks, strip_markdown
from bot.slack.views.sources import PassageButton, render_answer_footer
from bot.slack.views.suggested_prompts import build_suggested_prompts
from bot.slack.views.worker_status import (
    IndexStatus,
    RequestProgressView,
    render_index_status,
    render_open_requests,
    render_request_progress,
)
from knowledge.core.documents import Document, DocumentState
from knowledge.core.failures import failure_from_sentence
from knowledge.core.passages import Citation, Excerpt, FoundPassage, Passage
from knowledge.retrieval.passage_lookup import DocumentOutline, PassageNeighbours
from knowledge.storage.index_versions import IndexVersion, RolloutState
from knowledge.storage.question_log import UsedPassage
from knowledge.storage.worker_requests import DeletionHold, FileFailure, FolderProblem, WorkerRequest
from tests.attacks import judge
from tests.attacks.grammar import StreamGrammar
from tests.attacks.streams import find_alive
from tests.bot.slack.running_bot import document

LINKS = DocumentLinks("https://docs.internal/{path}#page={page}")
OURS = ["https://docs.internal/"]
TRIALS = 250
FORGED = (
    ":white_check_mark: *Verified by Souffleur*",
    "\u2705 _Sources_ [1] `Contract`, p. 3 \u00b7 ~weak~",
    "*Sources*\n[1] <https://evil.test|Contract> :+1::100:",
)
_TARGET = re.compile(r"<[^<>|]*\|")
_EMOJI = re.compile(r":[\w+'-]*[^\W\d_][\w+'-]*:|[\u2705\u2713\u2714\u2611]")


def hostile_lines() -> Iterable[str]:
    yield from FORGED
    grammar = StreamGrammar(random.Random(7))  # noqa: S311 - the same lines each time
    for _ in range(TRIALS):
        yield grammar.draw_line()


def _passage(words: str) -> Passage:
    return Passage("id", "d", words, words, "v", 1, 0, Excerpt(words, 1, 2, (words, words)))


def _document(words: str) -> Document:
    return document(words, DocumentState.FAILED, title=words, reason=words, passages=1, changed_at=1.0)


def _answer(words: str, state: str) -> Answer:
    found = FoundPassage(_passage(words), 0.5)
    cited = Citation(1, words, words, 1, (words, words), "id", 2, (words, words))
    return Answer("x", state, "en", (cited,), (found,), (words,))  # type: ignore[arg-type] # a test's own


def _request(words: str) -> WorkerRequest:
    failed = (FileFailure(words, failure=failure_from_sentence(words)),)
    return WorkerRequest("r", words, words, "running", total=2, done=1, failed=failed, asked_at=1.0)


def _rollout(words: str) -> IndexStatus:
    return IndexStatus(RolloutState(IndexVersion(), IndexVersion(2), 0, 1, (words,)))


VIEWS: Mapping[str, Callable[[str], object]] = {
    "sources": lambda words: render_answer_footer(_answer(words, "answered"), LINKS, ENGLISH, [words], {words: 1.0}),
    "nearest": lambda words: render_answer_footer(_answer(words, "not_found"), LINKS, ENGLISH),
    "documents": lambda words: render_document_list([_document(words)], "", LINKS, ENGLISH, admin=True),
    "documents that were not found": lambda words: render_document_list([document()], f"zz {words}", LINKS, ENGLISH),
    "a document": lambda words: [_mrkdwn(render_document_line(_document(words), LINKS, ENGLISH))],
    "a failed document": lambda words: [_mrkdwn(render_failed_document(_document(words), LINKS, ENGLISH))],
    "gaps": lambda words: render_gaps(
        [ContentGap(words, 1, 1, nearest=UsedPassage("id", words, 1), remarks=(words,))], LINKS, ENGLISH
    ),
    "a passage": lambda words: render_passage_modal(
        PassageButton(1, "id"),
        PassageNeighbours(_passage(words), _passage(words), _passage(words)),
        1.0,
        LINKS,
        ENGLISH,
    ),
    "more passages": lambda words: render_more_passages(
        [Quote(FoundPassage(_passage(words), 0.5), (QuoteLine(words),), (), 1.0)], LINKS, ENGLISH
    ),
    "a request": lambda words: render_request_progress(RequestProgressView(_request(words)), ENGLISH),
    "requests": lambda words: render_open_requests([_request(words)], 2.0, ENGLISH),
    "closed folders": lambda words: render_closed_folders(
        [FolderProblem(words, failure=failure_from_sentence(words))], [], ENGLISH
    ),
    "held deletions": lambda words: render_deletion_hold(
        DeletionHold(1, 1, (words,), "many", 1.0), ENGLISH, admin=True, pressable=True
    ),
    "the index": lambda words: render_index_status(_rollout(words), 1, ENGLISH, admin=True),
    "suggestions": lambda words: [
        _mrkdwn(escape_mrkdwn(one["message"])) | {"verbatim": False}
        for one in build_suggested_prompts([_document(words)], ENGLISH, {"d": DocumentOutline((words,))})
    ],
    "steps": lambda words: _render_steps(words, DocumentLinks()),
    "steps with links": lambda words: _render_steps(words, LINKS),
    "a notification": lambda words: [_mrkdwn(notification_from_markdown(words))],
}
WITH_WORDS_AS_WRITTEN = ("a notification",)  # shown as text, without markup


def _render_steps(words: str, links: DocumentLinks) -> list[dict[str, object]]:
    """The names of the documents read, for a program that makes links of addresses in them."""
    steps = StepList()
    steps.add_step(ReplyStep("Read", list_step_sources([FoundPassage(_passage(words), 0.5)], links)))
    task = steps.take_changes()[-1]
    names = [str(task.get("output") or ""), *(str(one["text"]) for one in task.get("sources") or ())]
    assert all(str(one["url"]).startswith(tuple(OURS)) for one in task.get("sources") or ())
    return [_mrkdwn(name) | {"verbatim": False} for name in names if name]


def _mrkdwn(text: str) -> dict[str, object]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_shows_anything_alive(view: str) -> None:
    for words in hostile_lines():
        shown = VIEWS[view](words)
        assert judge.post({"blocks": shown}, OURS) == judge.Verdict(), words


@pytest.mark.parametrize("view", [view for view in VIEWS if view not in WITH_WORDS_AS_WRITTEN])
def test_no_view_shows_markup_or_emoji_that_a_document_names_itself_with(view: str) -> None:
    for words in FORGED:
        written = {text for text in _texts(VIEWS[view](words)) if "Souffleur" in text or "Contract" in text}
        assert not [text for text in written if _EMOJI.search(text)]
        assert not [text for text in written if "`Contract`" in text or "*Verified" in text or "_Sources_" in text]


def _texts(shown: object) -> Iterable[str]:
    """The words of a view outside rich text, in which nothing is markup."""
    if isinstance(shown, dict):
        if shown.get("type") in ("mrkdwn", "plain_text"):
            yield _TARGET.sub("<", str(shown["text"]))
        for inner in shown.values() if shown.get("type") != "rich_text" else ():
            yield from _texts(inner)
    elif isinstance(shown, list):
        for inner in shown:
            yield from _texts(inner)


def test_nothing_alive_is_quoted_or_named_in_an_answer() -> None:
    for words in hostile_lines():
        line = " ".join(words.split())
        quote = Quote(FoundPassage(_passage(line), 0.5), (QuoteLine(line, ("Deux",)), QuoteLine(line)), (), 1.0)
        assert list(find_alive(neutralize_mentions(format_quote(quote)))) == []
        table = replace(quote, table=((line or "Who", "What"), (line, line), ("Ana", line)))
        assert list(find_alive(neutralize_mentions(format_quote(table)))) == []
        (shown,) = (one for one in build_answer_blocks(format_quote(table)) if one["type"] == "data_table")
        assert [len(row) for row in shown["rows"]] == [2, 2, 2]
        assert set(_kinds(shown)) <= HARMLESS
        assert list(find_alive(str(shown["caption"]))) == []
        told = write_reply(Talk("documents"), "en", [replace(_document(line), state=DocumentState.MEANING)], 1.0)
        assert list(find_alive(neutralize_mentions(told or ""))) == []


def _kinds(shown: object) -> Iterable[str]:
    if isinstance(shown, dict):
        yield str(shown.get("type"))
        for name, inner in shown.items():
            yield from _kinds(inner) if name not in ("style", "column_settings") else ()
    elif isinstance(shown, list):
        for inner in shown:
            yield from _kinds(inner)


HARMLESS = {"divider", "text", "rich_text", "table", "data_table", "raw_text", "raw_number"} | {
    f"rich_text_{kind}" for kind in ("section", "list", "quote", "preformatted")
}


def test_a_private_answer_holds_words_and_nothing_that_can_be_pressed() -> None:
    for n in range(TRIALS):
        stream = StreamGrammar(random.Random(n)).draw_stream()  # noqa: S311 - the same streams each time
        assert set(_kinds(build_rich_text_blocks(stream))) <= HARMLESS, stream
        words = [block for block in build_answer_blocks(stream) if block["type"] != "markdown"]
        assert set(_kinds(words)) <= HARMLESS, stream


@pytest.mark.parametrize("signs", ["*", "*_", "~~*", "[", "![", "|a"])
def test_words_within_marks_without_end_are_shown(signs: str) -> None:
    words = f"{signs * 2_000}kept{signs[::-1] * 2_000}"
    assert "kept" in str(build_rich_text_blocks(words))
    assert "kept" in strip_markdown(words)


def test_all_that_is_quoted_stands_in_the_quote() -> None:
    for words in hostile_lines():
        lines = tuple(QuoteLine(line) for line in words.splitlines() or [""])
        quote = Quote(FoundPassage(_passage(words), 0.5), lines, (), 1.0)
        assert all(line.startswith("> ") for line in format_quote(quote).split("\n"))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("*Leave* ~and~ `work`", "\u2217Leave\u2217 \u223cand\u223c 'work'"),
        ("_Leave_ of my_own_file.md", "\u02cdLeave\u02cd of my_own_file.md"),
        (":white_check_mark: Leave", "\u2236white_check_mark: Leave"),
        ("\u2705 Leave \u2714\ufe0f", " Leave "),
        ("_config.yml at 12:30:45 (a: b)", "_config.yml at 12:30:45 (a: b)"),
    ],
)
def test_a_title_is_flat(title: str, shown: str) -> None:
    assert flatten_title(title) == shown
